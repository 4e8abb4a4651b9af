/* SPDX-License-Identifier: Apache-2.0 */
/* Tests of promlet_dashboard() with names and texts that are hard to write down, and of its
 * options.
 */
#include "support/dashboards.h"

#define WINDOW "[$__rate_interval]"
#define HERE "job=~\\\"$job\\\", instance=~\\\"$instance\\\""

/* ---- names ----------------------------------------------------------------------------------- */

static void names_that_are_not_plain_stand_in_quotes(void **state)
{
    (void)state;
    promlet_registry *registry = new_utf8_registry();
    promlet_counter_family_new(registry,
                               &(promlet_opts){.name = "rpc.calls", .labels = {"rpc.method", "x"}});
    promlet_histogram_new(registry, &(promlet_opts){.name = "rpc.duration"});
    EXPECT_DASHBOARD(registry,
                     "\"sum by (\\\"rpc.method\\\", x) (rate({\\\"rpc.calls_total\\\", " HERE
                     "}" WINDOW "))\"",
                     "\"legendFormat\": \"{{rpc.method}} {{x}}\"",
                     "sum by (le) (rate({\\\"rpc.duration_bucket\\\", " HERE "}" WINDOW ")",
                     "\"sum(rate({\\\"rpc.duration_count\\\", " HERE "}" WINDOW "))\"");
}

/* Twice: once for PromQL, once for JSON. What Grafana would take for a variable is an escape. */
static void quotes_and_variables_in_names_are_escaped(void **state)
{
    (void)state;
    promlet_registry *registry = new_utf8_registry();
    promlet_gauge_family_new(
        registry,
        &(promlet_opts){.name = "a\"b\\c\n$job ${job} [[job]] \xc3\xa9\x7f", .labels = {"x{y}"}});
    EXPECT_DASHBOARD(registry,
                     "{\\\"a\\\\\\\"b\\\\\\\\c\\\\x0a\\\\x24job \\\\x24{job} "
                     "\\\\x5b\\\\x5bjob]] \xc3\xa9\\\\x7f\\\", " HERE "}",
                     "\"title\": \"a\\\"b\\\\c\\n$job ${job} [[job]] \xc3\xa9\\u007f\"",
                     "\"legendFormat\": \"__auto\"");
}

static void words_of_promql_are_no_names_by_themselves(void **state)
{
    (void)state;
    static const char *const words[] = {"on", "INF", "nan", "bool", "by"};
    for (size_t i = 0; i < COUNT_OF(words); i++) {
        promlet_registry *registry = new_registry();
        promlet_gauge_new(registry, &(promlet_opts){.name = words[i]});
        char expected[100];
        (void)snprintf(expected, sizeof expected, "\"{__name__=\\\"%s\\\", " HERE "}\"", words[i]);
        EXPECT_DASHBOARD(registry, expected);
    }
    promlet_registry *registry = new_registry();
    promlet_summary_new(registry, &(promlet_opts){.name = "by"});
    EXPECT_DASHBOARD(registry, "rate(by_sum{" HERE "}" WINDOW ")");
}

/* A label with the name of the state set tells its states apart. */
static void state_set_with_any_name_has_a_legend(void **state)
{
    (void)state;
    promlet_registry *registry = new_utf8_registry();
    promlet_state_set_new(registry, &(promlet_opts){.name = "a.b", PROMLET_STATES("x")});
    EXPECT_DASHBOARD(registry, "\"expr\": \"{\\\"a.b\\\", " HERE "}\"",
                     "\"legendFormat\": \"__auto\"");
}

static void names_with_colons_are_plain(void **state)
{
    (void)state;
    promlet_registry *registry = new_registry();
    promlet_gauge_new(registry, &(promlet_opts){.name = "a:b"});
    EXPECT_DASHBOARD(registry, "\"expr\": \"a:b{" HERE "}\"", "\"title\": \"a\"");
}

static void labels_that_prometheus_has_itself_are_called_as_it_calls_them(void **state)
{
    (void)state;
    promlet_registry *registry = new_registry();
    promlet_counter_family_new(
        registry, &(promlet_opts){.name = "a_total", .labels = {"job", "instance", "jobs"}});
    EXPECT_DASHBOARD(registry, "\"sum by (exported_job, exported_instance, jobs) (",
                     "\"{{exported_job}} {{exported_instance}} {{jobs}}\"");
}

static void names_are_as_prometheus_keeps_them(void **state)
{
    (void)state;
    promlet_registry *registry = new_utf8_registry();
    promlet_counter_family_new(registry,
                               &(promlet_opts){.name = "rpc.calls", .labels = {"rpc.method"}});
    char *text = promlet_dashboard(
        registry, &(promlet_dashboard_opts){.escaping = PROMLET_ESCAPING_UNDERSCORES});
    expect_in(text, "\"sum by (rpc_method) (rate(rpc_calls_total{" HERE "}" WINDOW "))\"");
    promlet_free(text);
    text =
        promlet_dashboard(registry, &(promlet_dashboard_opts){.escaping = PROMLET_ESCAPING_VALUES});
    expect_in(text, "U__rpc_2E_calls__total{");
    promlet_free(text);
    promlet_registry_free(registry);
}

/* ---- texts ----------------------------------------------------------------------------------- */

static void texts_that_json_or_yaml_cannot_hold_are_escaped(void **state)
{
    (void)state;
    promlet_registry *registry = new_registry();
    promlet_gauge_new(
        registry,
        &(promlet_opts){.name = "a",
                        .help = "\"\\\n\r\t\x01\x7f \xc2\x80\xc2\x9f\xc2\xa0 \xe2\x80\xa8"
                                "\xe2\x80\xa9\xe2\x80\xaa \xef\xbb\xbf\xef\xbf\xbe\xef\xbf\xbf"
                                "\xef\xbf\xbd \xf0\x9f\x92\xa5 </script>"});
    EXPECT_DASHBOARD(registry, "\"description\": \"\\\"\\\\\\n\\u000d\\u0009\\u0001\\u007f "
                               "\\u0080\\u009f\xc2\xa0 \\u2028\\u2029\xe2\x80\xaa "
                               "\\ufeff\\ufffe\\uffff\xef\xbf\xbd \xf0\x9f\x92\xa5 </script>\"");
}

static void options_that_are_not_utf8_are_repaired(void **state)
{
    (void)state;
    promlet_registry *registry = new_registry();
    char *text =
        promlet_dashboard(registry, &(promlet_dashboard_opts){.title = "a\xff\"b", .job = "\xc3("});
    expect_in(text, "\"title\": \"a\xef\xbf\xbd\\\"b\"");
    expect_in(text, "\"\xef\xbf\xbd(\"");
    promlet_free(text);
    promlet_registry_free(registry);
}

/* ---- options --------------------------------------------------------------------------------- */

static void job_is_what_is_chosen_at_first(void **state)
{
    (void)state;
    promlet_registry *registry = new_registry();
    char *text = promlet_dashboard(registry, &(promlet_dashboard_opts){.job = "shop"});
    expect_in(text, "\"value\": [\n            \"shop\"\n");
    promlet_free(text);
    EXPECT_DASHBOARD(registry, "\"value\": [\n            \"$__all\"\n");
}

static void uid_is_given_or_made_from_the_title(void **state)
{
    (void)state;
    promlet_registry *registry = new_registry();
    char *shop = promlet_dashboard(registry, &(promlet_dashboard_opts){.title = "Shop"});
    char *bank = promlet_dashboard(registry, &(promlet_dashboard_opts){.title = "Bank"});
    expect_in(shop, "\"uid\": \"promlet-");
    assert_true(strncmp(shop, bank, 40) != 0);
    promlet_free(shop);
    promlet_free(bank);
    char *own = promlet_dashboard(registry, &(promlet_dashboard_opts){.uid = "aB-9_"});
    expect_in(own, "\"uid\": \"aB-9_\"");
    promlet_free(own);
    promlet_registry_free(registry);
}

static void expect_refused(const promlet_dashboard_opts *options, const char *sentence)
{
    assert_null(promlet_dashboard(NULL, options));
    assert_string_equal(promlet_last_error(), sentence);
}

static void options_that_are_wrong_are_refused(void **state)
{
    (void)state;
    static const char sentence[] = "uid: is not 1 to 40 letters, digits, - and _";
    expect_refused(&(promlet_dashboard_opts){.uid = ""}, sentence);
    expect_refused(&(promlet_dashboard_opts){.uid = "a b"}, sentence);
    expect_refused(&(promlet_dashboard_opts){.uid = "12345678901234567890123456789012345678901"},
                   sentence);
    expect_refused(&(promlet_dashboard_opts){.escaping = (promlet_escaping)17},
                   "escaping: is none that there is");
}

/* ---- the writer ------------------------------------------------------------------------------ */

typedef struct written {
    char *text;
    size_t size;
    size_t stop_at; /* SIZE_MAX: never */
} written;

static bool add_piece(const char *data, size_t size, void *ctx)
{
    written *to = ctx;
    assert_in_range(size, 1, PROMLET_PIECE_SIZE);
    to->text = realloc(to->text, to->size + size + 1);
    assert_non_null(to->text);
    memcpy(to->text + to->size, data, size);
    to->size += size;
    to->text[to->size] = '\0';
    return to->size < to->stop_at;
}

static void writer_gets_the_same_in_pieces(void **state)
{
    (void)state;
    promlet_registry *registry = new_registry();
    for (int i = 0; i < 50; i++) {
        char name[20];
        (void)snprintf(name, sizeof name, "metric_%d", i);
        promlet_gauge_new(registry, &(promlet_opts){.name = name});
    }
    char *text = promlet_dashboard(registry, NULL);
    written whole = {NULL, 0, SIZE_MAX};
    assert_int_equal(promlet_dashboard_write(registry, NULL, add_piece, &whole), PROMLET_OK);
    assert_string_equal(whole.text, text);
    assert_true(whole.size > 2 * PROMLET_PIECE_SIZE);
    written part = {NULL, 0, PROMLET_PIECE_SIZE + 1};
    assert_int_equal(promlet_dashboard_write(registry, NULL, add_piece, &part),
                     PROMLET_ERROR_WRITER);
    assert_int_equal(part.size, 2 * PROMLET_PIECE_SIZE);
    free(whole.text);
    free(part.text);
    promlet_free(text);
    promlet_registry_free(registry);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(names_that_are_not_plain_stand_in_quotes),
        cmocka_unit_test(quotes_and_variables_in_names_are_escaped),
        cmocka_unit_test(words_of_promql_are_no_names_by_themselves),
        cmocka_unit_test(state_set_with_any_name_has_a_legend),
        cmocka_unit_test(names_with_colons_are_plain),
        cmocka_unit_test(labels_that_prometheus_has_itself_are_called_as_it_calls_them),
        cmocka_unit_test(names_are_as_prometheus_keeps_them),
        cmocka_unit_test(texts_that_json_or_yaml_cannot_hold_are_escaped),
        cmocka_unit_test(options_that_are_not_utf8_are_repaired),
        cmocka_unit_test(job_is_what_is_chosen_at_first),
        cmocka_unit_test(uid_is_given_or_made_from_the_title),
        cmocka_unit_test(options_that_are_wrong_are_refused),
        cmocka_unit_test(writer_gets_the_same_in_pieces),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
