/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Tests of the linter's rules, and that `promtool check metrics` finds the same in the exposed
 * text. That is compared where the other documents are: each row below says what promtool prints,
 * and tests/peers/promtool says what it prints too much or too little.
 */
#include "support/expect.h"
#include "support/heard_log.h"

enum kind { COUNTER, GAUGE, HISTOGRAM, SUMMARY, INFO, STATE_SET, UNKNOWN };

#define MOST 3

struct row {
    enum kind kind;
    const char *name; /* as it is exposed */
    promlet_lint_rule rule;
    const char *sentences[MOST]; /* behind the name and a colon */
    const char *promtool[MOST];  /* behind the name */
    const char *difference;      /* why promtool does not say the same; NULL: it does */
    const char *label;           /* NULL: one that is well */
    const char *declared;        /* the name in the declaration; NULL: the same */
    bool has_no_help;
};

#define TOTAL_OF(type) "only a counter's name should end in _total; its type is " type
#define PROMTOOL_TOTAL "non-counter metrics should not have \"_total\" suffix"
#define BUCKET_OF(type) "the suffix _bucket is for histograms; its type is " type
#define SUFFIX_OF(suffix, type)                                                                    \
    "the suffix " suffix " is for histograms and summaries; its type is " type
#define PROMTOOL_SUFFIX(suffix)                                                                    \
    "non-histogram and non-summary metrics should not have \"" suffix "\" suffix"
#define BASE(base, unit) "the base unit " base " should be used, not " unit
#define PROMTOOL_BASE(base, unit) "use base unit \"" base "\" instead of \"" unit "\""
#define ABBREVIATED(unit) "units should be written out, not abbreviated as _" unit
#define PROMTOOL_ABBREVIATED "metric names should not contain abbreviated units"
#define TYPE(type) "a name should not say a metric's type, here " type
#define PROMTOOL_TYPE(type) "metric name should not include type '" type "'"

#define WELL(kind_, name_)                                                                         \
    {                                                                                              \
        .kind = kind_, .name = name_                                                               \
    }
#define ROW(kind_, name_, rule_, ...)                                                              \
    {                                                                                              \
        .kind = kind_, .name = name_, .rule = PROMLET_LINT_##rule_, __VA_ARGS__                    \
    }
#define SAYS(...) .sentences = {__VA_ARGS__}
#define PROMTOOL(...) .promtool = {__VA_ARGS__}

static const struct row rows[] = {
    WELL(COUNTER, "well_requests_total"),
    WELL(GAUGE, "well_queue_bytes"),
    WELL(HISTOGRAM, "well_wait_seconds"),
    WELL(GAUGE, "well_Camel"),
    WELL(GAUGE, "well_thermometers"),
    WELL(GAUGE, "well_Minutes"),
    WELL(GAUGE, "ms_well"),
    WELL(GAUGE, "gauge_well"),
    WELL(GAUGE, "well_gauges"),
    WELL(GAUGE, "well_total_of"),
    WELL(COUNTER, "head_count_total"),
    WELL(HISTOGRAM, "well_sum"),
    WELL(HISTOGRAM, "well_count"),
    WELL(HISTOGRAM, "well_bucket"),
    WELL(SUMMARY, "well_spent_sum"),
    WELL(SUMMARY, "well_sent_count"),
    WELL(INFO, "well_build_info"),
    WELL(STATE_SET, "well_door"),
    WELL(UNKNOWN, "old_total"),
    WELL(UNKNOWN, "old_bucket"),
    WELL(UNKNOWN, "old_sum"),

    ROW(GAUGE, "no_help", HELP, SAYS("it has no help text"), PROMTOOL("no help text"),
        .has_no_help = true),

    ROW(COUNTER, "completed_total", COMPLETE_NAME,
        SAYS("it was declared without its suffix _total, which was added"),
        .difference = "promtool sees the completed name", .declared = "completed"),
    ROW(INFO, "made_info", COMPLETE_NAME,
        SAYS("it was declared without its suffix _info, which was added"),
        .difference = "promtool sees the completed name", .declared = "made"),
    ROW(GAUGE, "gauge_of_total", TOTAL, SAYS(TOTAL_OF("gauge")), PROMTOOL(PROMTOOL_TOTAL)),
    ROW(HISTOGRAM, "values_total", TOTAL, SAYS(TOTAL_OF("histogram")), PROMTOOL(PROMTOOL_TOTAL)),

    ROW(SUMMARY, "spent_total", TOTAL, SAYS(TOTAL_OF("summary")), PROMTOOL(PROMTOOL_TOTAL)),
    ROW(STATE_SET, "doors_total", TOTAL, SAYS(TOTAL_OF("stateset")), PROMTOOL(PROMTOOL_TOTAL)),

    ROW(GAUGE, "ice_bucket", RESERVED_SUFFIX, SAYS(BUCKET_OF("gauge")),
        PROMTOOL("non-histogram metrics should not have \"_bucket\" suffix")),
    ROW(GAUGE, "user_count", RESERVED_SUFFIX, SAYS(SUFFIX_OF("_count", "gauge")),
        PROMTOOL(PROMTOOL_SUFFIX("_count"))),
    ROW(GAUGE, "debt_sum", RESERVED_SUFFIX, SAYS(SUFFIX_OF("_sum", "gauge")),
        PROMTOOL(PROMTOOL_SUFFIX("_sum"))),

    ROW(SUMMARY, "leaky_bucket", RESERVED_SUFFIX, SAYS(BUCKET_OF("summary")),
        PROMTOOL("non-histogram metrics should not have \"_bucket\" suffix")),
    ROW(STATE_SET, "doors_count", RESERVED_SUFFIX, SAYS(SUFFIX_OF("_count", "stateset")),
        PROMTOOL(PROMTOOL_SUFFIX("_count"))),

    ROW(HISTOGRAM, "wait_milliseconds", BASE_UNIT, SAYS(BASE("seconds", "milliseconds")),
        PROMTOOL(PROMTOOL_BASE("seconds", "milliseconds"))),
    ROW(COUNTER, "sent_kilobytes_total", BASE_UNIT, SAYS(BASE("bytes", "kilobytes")),
        PROMTOOL(PROMTOOL_BASE("bytes", "kilobytes"))),
    ROW(GAUGE, "hours", BASE_UNIT, SAYS(BASE("seconds", "hours")),
        PROMTOOL(PROMTOOL_BASE("seconds", "hours"))),
    ROW(GAUGE, "used_percent", BASE_UNIT, SAYS(BASE("ratio", "percent")),
        .difference = "promtool does not know percent"),
    ROW(GAUGE, "used_mebibytes", BASE_UNIT, SAYS(BASE("bytes", "mebibytes")),
        .difference = "promtool misspells mebi"),

    ROW(GAUGE, "wait_ms", ABBREVIATED_UNIT, SAYS(ABBREVIATED("ms")),
        PROMTOOL(PROMTOOL_ABBREVIATED)),
    ROW(COUNTER, "sent_KB_per_s_total", ABBREVIATED_UNIT, SAYS(ABBREVIATED("s"), ABBREVIATED("kb")),
        PROMTOOL(PROMTOOL_ABBREVIATED)),

    ROW(GAUGE, "queue_Gauge_x", TYPE_IN_NAME, SAYS(TYPE("gauge")),
        PROMTOOL(PROMTOOL_TYPE("gauge"))),
    ROW(COUNTER, "a_counter_total", TYPE_IN_NAME, SAYS(TYPE("counter")),
        PROMTOOL(PROMTOOL_TYPE("counter"))),
    ROW(GAUGE, "a_summary", TYPE_IN_NAME, SAYS(TYPE("summary")),
        PROMTOOL(PROMTOOL_TYPE("summary"))),
    ROW(HISTOGRAM, "a_gauge_histogram", TYPE_IN_NAME,
        SAYS(TYPE("gauge"), TYPE("histogram"), TYPE("gauge_histogram")),
        PROMTOOL(PROMTOOL_TYPE("gauge"), PROMTOOL_TYPE("histogram"),
                 PROMTOOL_TYPE("gauge_histogram"))),

    ROW(INFO, "a_gauge_info", TYPE_IN_NAME, SAYS(TYPE("gauge")), PROMTOOL(PROMTOOL_TYPE("gauge"))),

    ROW(GAUGE, "job:depth", COLON, SAYS("colons are for the names of recording rules"),
        PROMTOOL("metric names should not contain ':'")),
    ROW(GAUGE, "queueDepth", NAME_CASE, SAYS("names should be in snake_case, not camelCase"),
        PROMTOOL("metric names should be written in 'snake_case' not 'camelCase'")),
    ROW(STATE_SET, "doorState", NAME_CASE, SAYS("names should be in snake_case, not camelCase"),
        PROMTOOL("label names should be written in 'snake_case' not 'camelCase'",
                 "metric names should be written in 'snake_case' not 'camelCase'")),
    ROW(GAUGE, "queue_depth", LABEL_CASE,
        SAYS("the label name \"queueName\" should be in snake_case, not camelCase"),
        PROMTOOL("label names should be written in 'snake_case' not 'camelCase'"),
        .label = "queueName"),
};

static const char *const states[] = {"on"};

static void declare(promlet_registry *registry, const struct row *row, bool no_lint)
{
    const promlet_opts options = {
        .name = row->declared != NULL ? row->declared : row->name,
        .help = row->has_no_help ? NULL : "Lint.",
        .labels = {row->label != NULL ? row->label : "snake_LABEL"},
        .no_lint = no_lint,
        .states = row->kind == STATE_SET ? states : NULL,
        .state_count = row->kind == STATE_SET,
    };
    switch (row->kind) {
    case COUNTER:
        (void)promlet_counter_with(promlet_counter_family_new(registry, &options), "x");
        break;
    case GAUGE:
        (void)promlet_gauge_with(promlet_gauge_family_new(registry, &options), "x");
        break;
    case HISTOGRAM:
        (void)promlet_histogram_with(promlet_histogram_family_new(registry, &options), "x");
        break;
    case SUMMARY:
        (void)promlet_summary_with(promlet_summary_family_new(registry, &options), "x");
        break;
    case INFO:
        (void)promlet_info_with(promlet_info_family_new(registry, &options), "x");
        break;
    case STATE_SET:
        (void)promlet_state_set_with(promlet_state_set_family_new(registry, &options), "x");
        break;
    case UNKNOWN:
        (void)promlet_unknown_with(promlet_unknown_family_new(registry, &options), "x");
        break;
    }
    expect_status(registry, PROMLET_OK, "");
}

/* What a row expects, on its way through the callbacks. */
struct expectation {
    const struct row *row;
    size_t count;
};

static void expect_sentence(const char *sentence, void *ctx)
{
    struct expectation *expectation = ctx;
    const struct row *row = expectation->row;
    assert_true(expectation->count < MOST && row->sentences[expectation->count] != NULL);
    char expected[256];
    (void)snprintf(expected, sizeof expected, "%s: %s", row->name,
                   row->sentences[expectation->count++]);
    assert_string_equal(sentence, expected);
}

static void expect_finding(const promlet_lint_finding *finding, void *ctx)
{
    const struct row *row = ((const struct expectation *)ctx)->row;
    assert_int_equal(finding->rule, row->rule);
    assert_string_equal(finding->metric, row->name);
    expect_sentence(finding->sentence, ctx);
}

static size_t count_texts(const char *const texts[MOST])
{
    size_t count = 0;
    while (count < MOST && texts[count] != NULL) {
        count++;
    }
    return count;
}

static void lint_finds_what_each_rule_says_at_declaration_and_later(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        size_t expected = count_texts(rows[i].sentences);
        promlet_registry *registry = new_registry();
        struct expectation warned = {&rows[i], 0};
        promlet_set_log_callback(expect_sentence, &warned);
        declare(registry, &rows[i], false);
        assert_int_equal(warned.count, expected);
        declare(registry, &rows[i], false);
        assert_int_equal(warned.count, expected);
        for (int again = 0; again < 2; again++) {
            struct expectation found = {&rows[i], 0};
            assert_int_equal(promlet_registry_lint(registry, expect_finding, &found), expected);
            assert_int_equal(found.count, expected);
        }
        assert_int_equal(warned.count, expected);
        promlet_set_log_callback(NULL, NULL);
        promlet_registry_free(registry);
    }
}

static void lint_has_a_row_for_each_rule(void **state)
{
    (void)state;
    for (int rule = PROMLET_LINT_HELP; rule <= PROMLET_LINT_LABEL_CASE; rule++) {
        size_t i = 0;
        while (i < COUNT_OF(rows) &&
               (rows[i].sentences[0] == NULL || rows[i].rule != (promlet_lint_rule)rule)) {
            i++;
        }
        assert_true(i < COUNT_OF(rows));
    }
}

/* Both say something of a row, or neither does; each difference has its reason. */
static void lint_finds_what_promtool_finds(void **state)
{
    (void)state;
    promlet_registry *registry = new_registry();
    char findings[8000] = "";
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        const struct row *row = &rows[i];
        declare(registry, row, false);
        assert_true((row->difference == NULL) ==
                    ((row->sentences[0] == NULL) == (row->promtool[0] == NULL)));
        for (size_t j = 0; j < count_texts(row->promtool); j++) {
            size_t size = strlen(findings);
            (void)snprintf(findings + size, sizeof findings - size, "%s %s\n", row->name,
                           row->promtool[j]);
        }
    }
    char *text = promlet_registry_get_metrics(registry);
    keep_document("lint", text, findings);
    promlet_free(text);
    promlet_registry_free(registry);
}

/* ---- units ----------------------------------------------------------------------------------- */

/* Every unit and prefix, so that promtool's tables and ours are compared whole. */
static void lint_knows_the_units_that_promtool_knows(void **state)
{
    (void)state;
    static const char *const prefixes[] = {
        "",     "pico", "nano", "micro", "milli", "centi", "deci", "deca", "hecto", "kilo",
        "kibi", "mega", "mibi", "giga",  "gibi",  "tera",  "tebi", "peta", "pebi"};
    static const char *const units[][2] = {
        {"amperes", "amperes"}, {"bytes", "bytes"},        {"celsius", "celsius"},
        {"grams", "grams"},     {"joules", "joules"},      {"kelvin", "kelvin"},
        {"meters", "meters"},   {"metres", "metres"},      {"seconds", "seconds"},
        {"volts", "volts"},     {"minutes", "seconds"},    {"hours", "seconds"},
        {"days", "seconds"},    {"weeks", "seconds"},      {"kelvins", "kelvin"},
        {"inches", "meters"},   {"fahrenheit", "celsius"}, {"rankine", "celsius"},
        {"yards", "meters"},    {"miles", "meters"},       {"bits", "bytes"},
        {"pounds", "grams"},    {"calories", "joules"},    {"ounces", "grams"},
    };
    promlet_registry *registry = new_registry();
    static char findings[65536];
    int expected = 0;
    for (size_t i = 0; i < COUNT_OF(prefixes); i++) {
        for (size_t j = 0; j < COUNT_OF(units); j++) {
            char unit[32];
            char name[64];
            (void)snprintf(unit, sizeof unit, "%s%s", prefixes[i], units[j][0]);
            (void)snprintf(name, sizeof name, "x_%s_y", unit);
            promlet_gauge_new(registry, &(promlet_opts){.name = name, .help = "Unit."});
            if (strcmp(unit, units[j][1]) != 0) {
                size_t size = strlen(findings);
                (void)snprintf(findings + size, sizeof findings - size,
                               "%s use base unit \"%s\" instead of \"%s\"\n", name, units[j][1],
                               unit);
                expected++;
            }
        }
    }
    assert_int_equal(promlet_registry_lint(registry, NULL, NULL), expected);
    char *text = promlet_registry_get_metrics(registry);
    keep_document("lint_units", text, findings);
    promlet_free(text);
    promlet_registry_free(registry);
}

static void lint_knows_the_abbreviations_that_promtool_knows(void **state)
{
    (void)state;
    static const char *const units[] = {"s",  "ms", "us", "ns", "sec", "b", "kb",
                                        "mb", "gb", "tb", "pb", "m",   "h", "d"};
    promlet_registry *registry = new_registry();
    char findings[4000] = "";
    for (size_t i = 0; i < COUNT_OF(units); i++) {
        char name[64];
        (void)snprintf(name, sizeof name, "x_%s", units[i]);
        promlet_gauge_new(registry, &(promlet_opts){.name = name, .help = "Unit."});
        size_t size = strlen(findings);
        (void)snprintf(findings + size, sizeof findings - size,
                       "%s metric names should not contain abbreviated units\n", name);
    }
    assert_int_equal(promlet_registry_lint(registry, NULL, NULL), COUNT_OF(units));
    char *text = promlet_registry_get_metrics(registry);
    keep_document("lint_abbreviations", text, findings);
    promlet_free(text);
    promlet_registry_free(registry);
}

static void lint_of_two_units_judges_the_first(void **state)
{
    (void)state;
    promlet_registry *registry = new_registry();
    promlet_gauge_new(registry, &(promlet_opts){.name = "seconds_per_days", .help = "First."});
    assert_int_equal(promlet_registry_lint(registry, NULL, NULL), 0);
    promlet_gauge_new(registry, &(promlet_opts){.name = "days_in_seconds", .help = "First."});
    assert_int_equal(promlet_registry_lint(registry, NULL, NULL), 1);
    promlet_registry_free(registry);
}

static void lint_of_a_metric_without_lint_is_silent_but_found_later(void **state)
{
    (void)state;
    promlet_registry *registry = new_registry();
    struct heard_log heard;
    start_to_hear(&heard);
    size_t expected = 0;
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        declare(registry, &rows[i], true);
        expected += count_texts(rows[i].sentences);
    }
    assert_int_equal(heard.count, 0);
    assert_int_equal(promlet_registry_lint(registry, NULL, NULL), expected);
    promlet_gauge_new(registry, &(promlet_opts){.name = "1st", .no_lint = true});
    stop_to_hear();
    assert_int_equal(heard.count, 1);
    assert_int_equal(promlet_registry_status(registry, NULL), PROMLET_ERROR_NAME);
    promlet_registry_free(registry);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(lint_finds_what_each_rule_says_at_declaration_and_later),
        cmocka_unit_test(lint_has_a_row_for_each_rule),
        cmocka_unit_test(lint_finds_what_promtool_finds),
        cmocka_unit_test(lint_knows_the_units_that_promtool_knows),
        cmocka_unit_test(lint_knows_the_abbreviations_that_promtool_knows),
        cmocka_unit_test(lint_of_two_units_judges_the_first),
        cmocka_unit_test(lint_of_a_metric_without_lint_is_silent_but_found_later),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
