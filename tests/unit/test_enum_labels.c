/* SPDX-License-Identifier: Apache-2.0 */
/* Tests of promlet/enum_labels.h: tables of handles that enums index. */
#include "support/expect.h"
#include "support/heard_log.h"

#define METHODS(VALUE) VALUE(METHOD_GET, "GET") VALUE(METHOD_POST, "POST")
#define STATUSES(VALUE)                                                                            \
    VALUE(STATUS_OK, "200") VALUE(STATUS_NOT_FOUND, "404") VALUE(STATUS_BAD, "5")
#define MODES(VALUE) VALUE(MODE_ONLY, "only")
enum method { METHODS(PROMLET_ENUMERATOR) };
enum status { STATUSES(PROMLET_ENUMERATOR) };
enum mode { MODES(PROMLET_ENUMERATOR) };
PROMLET_ENUM_LABEL(method, "method", METHODS);
PROMLET_ENUM_LABEL(status, "code", STATUSES);
PROMLET_ENUM_LABEL(mode, "mode", MODES);

/* An enum that was there before, whose values are listed in another order. */
enum colour { RED, GREEN, BLUE };
#define COLOURS(VALUE) VALUE(BLUE, "blue") VALUE(RED, "red") VALUE(GREEN, "green")
PROMLET_ENUM_LABEL(colour, "colour", COLOURS);

static const promlet_opts requests_options = {.name = "requests_total", .help = "Requests."};

/* ---- use ------------------------------------------------------------------------------------- */

static void table_of_one_label_starts_at_zero(void **state)
{
    (void)state;
    PROMLET_TABLE(gauge, busy, method);
    promlet_registry *registry = new_registry();
    promlet_gauge_table_new(&busy, registry, &(promlet_opts){.name = "busy", .help = "Busy."});
    expect_metrics(registry, "table_zero", NULL,
                   "# HELP busy Busy.\n"
                   "# TYPE busy gauge\n"
                   "busy{method=\"GET\"} 0\n"
                   "busy{method=\"POST\"} 0\n"
                   "# EOF\n");
    promlet_gauge_set(busy.by[METHOD_POST], 3);
    assert_true(scraped_value(registry, "busy{method=\"POST\"}") > 2.5);
    promlet_registry_free(registry);
}

static void table_of_two_labels_has_each_pair(void **state)
{
    (void)state;
    PROMLET_TABLE(counter, requests, method, status);
    promlet_registry *registry = new_registry();
    promlet_counter_table_new(&requests, registry, &requests_options);
    for (int method = METHOD_GET; method <= METHOD_POST; method++) {
        for (int status = STATUS_OK; status <= STATUS_BAD; status++) {
            promlet_counter_add_u64(requests.by[method][status],
                                    (uint64_t)(10 * method + status + 1));
        }
    }
    expect_metrics(registry, "table_pairs", NULL,
                   "# HELP requests_total Requests.\n"
                   "# TYPE requests_total counter\n"
                   "requests_total{method=\"GET\",code=\"200\"} 1\n"
                   "requests_total{method=\"GET\",code=\"404\"} 2\n"
                   "requests_total{method=\"GET\",code=\"5\"} 3\n"
                   "requests_total{method=\"POST\",code=\"200\"} 11\n"
                   "requests_total{method=\"POST\",code=\"404\"} 12\n"
                   "requests_total{method=\"POST\",code=\"5\"} 13\n"
                   "# EOF\n");
    assert_ptr_equal(promlet_counter_with(requests.family, "POST", "404"),
                     requests.by[METHOD_POST][STATUS_NOT_FOUND]);
    promlet_registry_free(registry);
}

static void table_of_three_labels_has_each_triple(void **state)
{
    (void)state;
    PROMLET_TABLE(histogram, sizes, method, mode, colour);
    promlet_registry *registry = new_registry();
    promlet_histogram_table_new(
        &sizes, registry,
        &(promlet_opts){.name = "size_bytes", .help = "Size.", PROMLET_BOUNDS(1)});
    static const char *const methods[] = {"GET", "POST"};
    static const char *const colours[] = {[RED] = "red", [GREEN] = "green", [BLUE] = "blue"};
    for (int method = METHOD_GET; method <= METHOD_POST; method++) {
        for (int colour = RED; colour <= BLUE; colour++) {
            assert_ptr_equal(
                sizes.by[method][MODE_ONLY][colour],
                promlet_histogram_with(sizes.family, methods[method], "only", colours[colour]));
        }
    }
    expect_status(registry, PROMLET_OK, "");
    promlet_registry_free(registry);
}

static void table_made_again_has_the_same_handles(void **state)
{
    (void)state;
    PROMLET_TABLE(counter, first, method, status);
    PROMLET_TABLE(counter, second, method, status);
    promlet_registry *registry = new_registry();
    promlet_counter_table_new(&first, registry, &requests_options);
    promlet_counter_table_new(&second, registry, &requests_options);
    assert_memory_equal(first.by, second.by, sizeof first.by);
    assert_ptr_equal(first.family, second.family);
    promlet_registry_free(registry);
}

static void table_before_it_is_made_records_nothing(void **state)
{
    (void)state;
    PROMLET_TABLE(counter, requests, method, status);
    assert_null(requests.family);
    double before = scraped_value(NULL, "promlet_dropped_total{reason=\"invalid_handle\"}");
    promlet_counter_inc(requests.by[METHOD_GET][STATUS_OK]);
    assert_true(scraped_value(NULL, "promlet_dropped_total{reason=\"invalid_handle\"}") > before);
}

static void table_with_constant_labels_and_prefix_shows_them(void **state)
{
    (void)state;
    PROMLET_TABLE(counter, requests, mode);
    promlet_registry *registry = new_registry();
    assert_int_equal(
        promlet_registry_configure(registry, &(promlet_registry_opts){.prefix = "app_"}),
        PROMLET_OK);
    promlet_opts options = requests_options;
    options.const_labels[0] = (promlet_label){"zone", "a"};
    promlet_counter_table_new(&requests, registry, &options);
    expect_metrics(registry, "table_naming", NULL,
                   "# HELP app_requests_total Requests.\n"
                   "# TYPE app_requests_total counter\n"
                   "app_requests_total{zone=\"a\",mode=\"only\"} 0\n"
                   "# EOF\n");
    promlet_registry_free(registry);
}

/* ---- limits ---------------------------------------------------------------------------------- */

enum { WIDE = 50 };

static void table_larger_than_the_default_limit_has_all_series(void **state)
{
    (void)state;
    static int enumerators[WIDE];
    static char texts[WIDE][4];
    static const char *pointers[WIDE];
    static promlet_gauge *handles[WIDE * WIDE];
    for (int i = 0; i < WIDE; i++) {
        enumerators[i] = i;
        (void)snprintf(texts[i], sizeof texts[i], "%d", i);
        pointers[i] = texts[i];
    }
    const promlet_enum_label first = {"first", WIDE, enumerators, pointers};
    const promlet_enum_label second = {"second", WIDE, enumerators, pointers};
    const promlet_table_labels labels = {2, {&first, &second}};
    promlet_registry *registry = new_registry();
    const promlet_opts options = {.name = "wide", .help = "Wide."};
    promlet_gauge_family *family =
        promlet_gauge_table_fill(&labels, handles, registry, &options, sizeof options);
    promlet_gauge_set(handles[49 * WIDE + 48], 7);
    assert_true(scraped_value(registry, "wide{first=\"49\",second=\"48\"}") > 6.5);
    assert_ptr_equal(promlet_gauge_with(family, "49", "48"), handles[49 * WIDE + 48]);
    assert_true(scraped_value(registry, "promlet_series_overflow_total{family=\"wide\"}") <= 0);
    promlet_registry_free(registry);
}

static void table_larger_than_its_own_limit_overflows(void **state)
{
    (void)state;
    PROMLET_TABLE(counter, requests, method, status);
    promlet_registry *registry = new_registry();
    promlet_opts options = requests_options;
    options.max_series = 4;
    promlet_counter_table_new(&requests, registry, &options);
    promlet_counter_inc(requests.by[METHOD_POST][STATUS_NOT_FOUND]);
    promlet_counter_inc(requests.by[METHOD_POST][STATUS_BAD]);
    assert_true(scraped_value(registry, "requests_total{otel_metric_overflow=\"true\"}") > 1.5);
    promlet_registry_free(registry);
}

/* ---- bad input ------------------------------------------------------------------------------- */

/* A table with these labels is refused, and what its handles record is lost and no more. */
static void expect_refused(const promlet_table_labels *labels, const promlet_opts *options,
                           promlet_status status, const char *sentence)
{
    promlet_registry *registry = new_registry();
    promlet_counter *handles[16] = {NULL};
    promlet_counter_family *family =
        promlet_counter_table_fill(labels, handles, registry, options, sizeof *options);
    assert_non_null(family);
    expect_status(registry, status, sentence);
    for (size_t i = 0; i < COUNT_OF(handles); i++) {
        promlet_counter_inc(handles[i]);
    }
    promlet_counter_inc_by(family, "x");
    expect_metrics(registry, "table_refused", NULL, "# EOF\n");
    promlet_registry_free(registry);
}

static void table_with_wrong_enumerators_is_refused(void **state)
{
    (void)state;
    static const char *const texts[] = {"a", "b", "c"};
    static const struct {
        int enumerators[3];
    } cases[] = {{{0, 1, 3}}, {{0, 1, 1}}, {{-1, 0, 1}}, {{1, 2, 3}}};
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        const promlet_enum_label label = {"l", 3, cases[i].enumerators, texts};
        const promlet_table_labels labels = {2, {&mode_promlet_label, &label}};
        expect_refused(
            &labels, &requests_options, PROMLET_ERROR_ARGUMENT,
            "requests_total: the 3 values of label \"l\" must have the enumerators 0 to 2");
    }
}

static void table_that_is_incomplete_is_refused(void **state)
{
    (void)state;
    static const int enumerators[] = {0};
    static const char *const texts[] = {"a"};
    static const promlet_enum_label incomplete[] = {
        {NULL, 1, enumerators, texts},
        {"l", 0, enumerators, texts},
        {"l", 1, NULL, texts},
        {"l", 1, enumerators, NULL},
    };
    for (size_t i = 0; i < COUNT_OF(incomplete); i++) {
        const promlet_table_labels labels = {1, {&incomplete[i]}};
        expect_refused(&labels, &requests_options, PROMLET_ERROR_ARGUMENT,
                       "requests_total: label 1 of its table is incomplete");
    }
    const promlet_table_labels missing = {2, {&mode_promlet_label, NULL}};
    expect_refused(&missing, &requests_options, PROMLET_ERROR_ARGUMENT,
                   "requests_total: label 2 of its table is incomplete");
    static const promlet_table_labels counts[] = {{0, {NULL}}, {4, {NULL}}};
    const promlet_table_labels *wrong[] = {NULL, &counts[0], &counts[1]};
    for (size_t i = 0; i < COUNT_OF(wrong); i++) {
        expect_refused(wrong[i], &requests_options, PROMLET_ERROR_ARGUMENT,
                       "requests_total: a table needs 1 to 3 labels");
    }
}

static void table_with_wrong_options_is_refused(void **state)
{
    (void)state;
    const promlet_table_labels labels = {1, {&mode_promlet_label}};
    const promlet_table_labels twice = {2, {&mode_promlet_label, &mode_promlet_label}};
    promlet_opts options = requests_options;
    options.labels[0] = "mode";
    expect_refused(&labels, &options, PROMLET_ERROR_LABELS,
                   "requests_total: its labels are those of its table, so its options name none");
    expect_refused(&labels, NULL, PROMLET_ERROR_ARGUMENT, "a metric's options are NULL");
    expect_refused(&labels, &(promlet_opts){.name = NULL}, PROMLET_ERROR_NAME,
                   "a metric's name is NULL");
    expect_refused(&twice, &requests_options, PROMLET_ERROR_NAME,
                   "requests_total: label name \"mode\" stands twice");
}

static void table_without_handles_is_refused(void **state)
{
    (void)state;
    promlet_registry *registry = new_registry();
    const promlet_table_labels labels = {1, {&mode_promlet_label}};
    assert_non_null(promlet_gauge_table_fill(&labels, NULL, registry, &requests_options,
                                             sizeof requests_options));
    expect_status(registry, PROMLET_ERROR_ARGUMENT,
                  "requests_total: the handles of its table are NULL");
    promlet_registry_free(registry);
}

static void table_in_conflict_has_sinks(void **state)
{
    (void)state;
    PROMLET_TABLE(counter, requests, method, status);
    promlet_registry *registry = new_registry();
    (void)promlet_counter_new(registry, &requests_options);
    struct heard_log heard;
    start_to_hear(&heard);
    promlet_counter_table_new(&requests, registry, &requests_options);
    stop_to_hear();
    assert_int_equal(heard.count, 1);
    expect_status(registry, PROMLET_ERROR_CONFLICT,
                  "requests_total: labels {method,code} here, none before (both: type counter)");
    promlet_counter_inc(requests.by[METHOD_POST][STATUS_BAD]);
    expect_metrics(registry, "table_conflict", NULL,
                   "# HELP requests_total Requests.\n# TYPE requests_total counter\n"
                   "requests_total 0\n# EOF\n");
    promlet_registry_free(registry);
}

static void table_with_null_text_has_a_sink_there(void **state)
{
    (void)state;
    static const int enumerators[] = {0, 1};
    static const char *const texts[] = {"a", NULL};
    const promlet_enum_label label = {"l", 2, enumerators, texts};
    const promlet_table_labels labels = {1, {&label}};
    promlet_gauge *handles[2] = {NULL};
    promlet_registry *registry = new_registry();
    const promlet_opts options = {.name = "g", .help = "G."};
    (void)promlet_gauge_table_fill(&labels, handles, registry, &options, sizeof options);
    expect_status(registry, PROMLET_ERROR_LABELS, "g: the value of label \"l\" is NULL");
    promlet_gauge_set(handles[0], 1);
    promlet_gauge_set(handles[1], 1);
    expect_metrics(registry, "table_null_text", NULL,
                   "# HELP g G.\n# TYPE g gauge\ng{l=\"a\"} 1\n# EOF\n");
    promlet_registry_free(registry);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(table_of_one_label_starts_at_zero),
        cmocka_unit_test(table_of_two_labels_has_each_pair),
        cmocka_unit_test(table_of_three_labels_has_each_triple),
        cmocka_unit_test(table_made_again_has_the_same_handles),
        cmocka_unit_test(table_before_it_is_made_records_nothing),
        cmocka_unit_test(table_with_constant_labels_and_prefix_shows_them),
        cmocka_unit_test(table_larger_than_the_default_limit_has_all_series),
        cmocka_unit_test(table_larger_than_its_own_limit_overflows),
        cmocka_unit_test(table_with_wrong_enumerators_is_refused),
        cmocka_unit_test(table_that_is_incomplete_is_refused),
        cmocka_unit_test(table_with_wrong_options_is_refused),
        cmocka_unit_test(table_without_handles_is_refused),
        cmocka_unit_test(table_in_conflict_has_sinks),
        cmocka_unit_test(table_with_null_text_has_a_sink_there),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
