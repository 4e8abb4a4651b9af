/* SPDX-License-Identifier: Apache-2.0 */
/* Tests of constant labels, of a registry and of a family. */
#include "support/expect.h"
#include "support/heard_log.h"

static promlet_registry *new_zoned_registry(void)
{
    promlet_registry *registry = new_registry();
    promlet_registry_opts options = {.const_labels = {{"zone", "a"}, {"rack", "7"}}};
    assert_int_equal(promlet_registry_configure(registry, &options), PROMLET_OK);
    return registry;
}

/* A declaration with these constant labels is refused with this error. */
static void expect_refused(const promlet_opts *options, promlet_status status, const char *sentence)
{
    promlet_registry *registry = new_zoned_registry();
    promlet_counter_inc(promlet_counter_with(promlet_counter_family_new(registry, options), "x"));
    expect_status(registry, status, sentence);
    expect_metrics(registry, "const_labels_refused", NULL, "# EOF\n");
    promlet_registry_free(registry);
}

/* ---- where they stand ------------------------------------------------------------------------ */

static void const_labels_of_registry_and_family_come_first(void **state)
{
    (void)state;
    promlet_registry *registry = new_zoned_registry();
    promlet_counter_family *jobs = promlet_counter_family_new(
        registry, &(promlet_opts){.name = "jobs_total",
                                  .help = "Jobs.",
                                  .labels = {"kind"},
                                  .const_labels = {{"shard", "1"}, {"app", "mail"}}});
    promlet_counter_inc_by(jobs, "sent");
    promlet_counter_inc_by(jobs, "lost");
    promlet_counter_inc_by(jobs, "sent");
    expect_metrics(registry, "const_labels_both", NULL,
                   "# HELP jobs_total Jobs.\n"
                   "# TYPE jobs_total counter\n"
                   "jobs_total{zone=\"a\",rack=\"7\",shard=\"1\",app=\"mail\",kind=\"lost\"} 1\n"
                   "jobs_total{zone=\"a\",rack=\"7\",shard=\"1\",app=\"mail\",kind=\"sent\"} 2\n"
                   "# EOF\n");
    promlet_registry_free(registry);
}

static void const_labels_show_on_metrics_without_labels(void **state)
{
    (void)state;
    promlet_registry *registry = new_zoned_registry();
    promlet_gauge_set(promlet_gauge_new(registry, &(promlet_opts){.name = "depth", .help = "D."}),
                      3);
    promlet_histogram *sizes =
        promlet_histogram_new(registry, &(promlet_opts){.name = "size_bytes",
                                                        .help = "S.",
                                                        .const_labels = {{"app", "mail"}},
                                                        PROMLET_BOUNDS(10)});
    promlet_histogram_observe(sizes, 4);
    expect_metrics(registry, "const_labels_alone", NULL,
                   "# HELP depth D.\n"
                   "# TYPE depth gauge\n"
                   "depth{zone=\"a\",rack=\"7\"} 3\n"
                   "# HELP size_bytes S.\n"
                   "# TYPE size_bytes histogram\n"
                   "size_bytes_bucket{zone=\"a\",rack=\"7\",app=\"mail\",le=\"10.0\"} 1\n"
                   "size_bytes_bucket{zone=\"a\",rack=\"7\",app=\"mail\",le=\"+Inf\"} 1\n"
                   "size_bytes_sum{zone=\"a\",rack=\"7\",app=\"mail\"} 4\n"
                   "size_bytes_count{zone=\"a\",rack=\"7\",app=\"mail\"} 1\n"
                   "# EOF\n");
    promlet_registry_free(registry);
}

static void const_labels_show_on_overflow_series_and_own_metrics(void **state)
{
    (void)state;
    promlet_registry *registry = new_zoned_registry();
    promlet_counter_family *jobs =
        promlet_counter_family_new(registry, &(promlet_opts){.name = "jobs_total",
                                                             .help = "Jobs.",
                                                             .labels = {"kind"},
                                                             .max_series = 1,
                                                             .const_labels = {{"app", "mail"}}});
    promlet_counter_inc_by(jobs, "sent");
    promlet_counter_inc_by(jobs, "lost");
    promlet_counter_add(promlet_counter_with(jobs, "sent"), -1);
    expect_metrics(
        registry, "const_labels_overflow", NULL,
        "# HELP jobs_total Jobs.\n"
        "# TYPE jobs_total counter\n"
        "jobs_total{zone=\"a\",rack=\"7\",app=\"mail\",kind=\"sent\"} 1\n"
        "jobs_total{zone=\"a\",rack=\"7\",app=\"mail\",otel_metric_overflow=\"true\"} 1\n"
        "# HELP promlet_dropped_total Recordings that were refused, by reason.\n"
        "# TYPE promlet_dropped_total counter\n"
        "promlet_dropped_total{zone=\"a\",rack=\"7\",reason=\"negative\"} 1\n"
        "# HELP promlet_series_overflow_total Look-ups of label values that were beyond a limit.\n"
        "# TYPE promlet_series_overflow_total counter\n"
        "promlet_series_overflow_total{zone=\"a\",rack=\"7\",family=\"jobs_total\"} 1\n"
        "# EOF\n");
    promlet_registry_free(registry);
}

static void const_labels_as_many_as_there_may_be(void **state)
{
    (void)state;
    promlet_registry *registry = new_registry();
    promlet_opts options = {.name = "g", .help = "G."};
    promlet_registry_opts registry_options = {.prefix = NULL};
    char names[2 * PROMLET_MAX_CONST_LABELS][8];
    for (size_t i = 0; i < PROMLET_MAX_CONST_LABELS; i++) {
        (void)snprintf(names[2 * i], sizeof names[0], "r%zu", i);
        (void)snprintf(names[2 * i + 1], sizeof names[0], "f%zu", i);
        registry_options.const_labels[i] = (promlet_label){names[2 * i], "x"};
        options.const_labels[i] = (promlet_label){names[2 * i + 1], ""};
    }
    assert_int_equal(promlet_registry_configure(registry, &registry_options), PROMLET_OK);
    (void)promlet_gauge_new(registry, &options);
    expect_metrics(registry, "const_labels_many", NULL,
                   "# HELP g G.\n"
                   "# TYPE g gauge\n"
                   "g{r0=\"x\",r1=\"x\",r2=\"x\",r3=\"x\",r4=\"x\",r5=\"x\",r6=\"x\",r7=\"x\","
                   "f0=\"\",f1=\"\",f2=\"\",f3=\"\",f4=\"\",f5=\"\",f6=\"\",f7=\"\"} 0\n"
                   "# EOF\n");
    promlet_registry_free(registry);
}

/* ---- what they hold -------------------------------------------------------------------------- */

static void const_labels_are_escaped_and_repaired(void **state)
{
    (void)state;
    promlet_registry *registry = new_registry();
    struct heard_log heard;
    start_to_hear(&heard);
    promlet_registry_opts options = {.const_labels = {{"a", "\\ \" \n \xff"}, {"b", "\xe2\x82"}}};
    assert_int_equal(promlet_registry_configure(registry, &options), PROMLET_OK);
    assert_int_equal(heard.count, 2);
    assert_string_equal(heard.last, "a registry: bytes of the constant label \"b\" that are not "
                                    "UTF-8 were replaced by U+FFFD");
    (void)promlet_gauge_new(
        registry,
        &(promlet_opts){.name = "g",
                        .help = "G.",
                        .const_labels = {{"c", "\xe2\x82"}, {"d", "\"\xf0\x9f\x98\x80"}}});
    assert_int_equal(heard.count, 3);
    assert_string_equal(heard.last, "g: bytes of a constant label that are not UTF-8 were replaced "
                                    "by U+FFFD");
    stop_to_hear();
    expect_metrics(registry, "const_labels_escaped", NULL,
                   "# HELP g G.\n"
                   "# TYPE g gauge\n"
                   "g{a=\"\\\\ \\\" \\n \xef\xbf\xbd\",b=\"\xef\xbf\xbd\",c=\"\xef\xbf\xbd\","
                   "d=\"\\\"\xf0\x9f\x98\x80\"} 0\n"
                   "# EOF\n");
    promlet_registry_free(registry);
}

static void const_labels_are_copied(void **state)
{
    (void)state;
    promlet_registry *registry = new_registry();
    char name[] = "zone";
    char value[] = "a";
    char other_name[] = "app";
    promlet_registry_opts options = {.const_labels = {{name, value}}};
    assert_int_equal(promlet_registry_configure(registry, &options), PROMLET_OK);
    (void)promlet_gauge_new(registry,
                            &(promlet_opts){.name = "g", .const_labels = {{other_name, value}}});
    name[0] = value[0] = other_name[0] = '?';
    expect_metrics(registry, "const_labels_copied", "g no help text\n",
                   "# TYPE g gauge\ng{zone=\"a\",app=\"a\"} 0\n# EOF\n");
    promlet_registry_free(registry);
}

/* ---- identity -------------------------------------------------------------------------------- */

static void const_labels_same_again_is_the_same_metric(void **state)
{
    (void)state;
    promlet_registry *registry = new_zoned_registry();
    const promlet_opts options = {.name = "jobs_total", .const_labels = {{"app", "mail"}}};
    assert_ptr_equal(promlet_counter_new(registry, &options),
                     promlet_counter_new(registry, &options));
    expect_status(registry, PROMLET_OK, "");
    promlet_registry_free(registry);
}

static void const_labels_other_value_is_a_conflict(void **state)
{
    (void)state;
    promlet_registry *registry = new_registry();
    (void)promlet_counter_new(
        registry, &(promlet_opts){.name = "jobs_total", .const_labels = {{"app", "mail"}}});
    (void)promlet_counter_family_new(registry, &(promlet_opts){.name = "jobs_total",
                                                               .labels = {"kind"},
                                                               .const_labels = {{"app", "web"}}});
    expect_status(registry, PROMLET_ERROR_CONFLICT,
                  "jobs_total: labels {kind} here, none before; constant labels app=\"web\" here, "
                  "app=\"mail\" before (both: type counter)");
    promlet_registry_free(registry);
}

/* ---- bad input ------------------------------------------------------------------------------- */

static void const_label_without_value_is_refused(void **state)
{
    (void)state;
    expect_refused(
        &(promlet_opts){
            .name = "c_total", .labels = {"l"}, .const_labels = {{"ok", ""}, {"app", NULL}}},
        PROMLET_ERROR_LABELS, "c_total: the value of the constant label \"app\" is NULL");
}

static void const_label_with_bad_name_is_refused(void **state)
{
    (void)state;
    static const struct {
        const char *name;
        const char *sentence;
    } cases[] = {
        {"", "c_total: label name \"\" must be [a-zA-Z_][a-zA-Z0-9_]*"},
        {"9", "c_total: label name \"9\" must be [a-zA-Z_][a-zA-Z0-9_]*"},
        {"a:b", "c_total: label name \"a:b\" must be [a-zA-Z_][a-zA-Z0-9_]*"},
        {"__a", "c_total: label name \"__a\" is reserved (it starts with __)"},
        {"le", "c_total: label name \"le\" is reserved for histograms"},
        {"quantile", "c_total: label name \"quantile\" is reserved for summaries"},
        {"otel_metric_overflow",
         "c_total: label name \"otel_metric_overflow\" is reserved for the overflow series"},
        {"l", "c_total: label name \"l\" stands twice"},
        {"zone", "c_total: label name \"zone\" stands twice"},
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        expect_refused(&(promlet_opts){.name = "c_total",
                                       .labels = {"l"},
                                       .const_labels = {{cases[i].name, "v"}}},
                       PROMLET_ERROR_NAME, cases[i].sentence);
    }
}

static void const_label_that_stands_twice_is_refused(void **state)
{
    (void)state;
    expect_refused(&(promlet_opts){.name = "c_total",
                                   .labels = {"l"},
                                   .const_labels = {{"app", "a"}, {"app", "a"}}},
                   PROMLET_ERROR_NAME, "c_total: label name \"app\" stands twice");
    expect_refused(&(promlet_opts){.name = "c_total", .labels = {"rack"}}, PROMLET_ERROR_NAME,
                   "c_total: label name \"rack\" stands twice");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(const_labels_of_registry_and_family_come_first),
        cmocka_unit_test(const_labels_show_on_metrics_without_labels),
        cmocka_unit_test(const_labels_show_on_overflow_series_and_own_metrics),
        cmocka_unit_test(const_labels_as_many_as_there_may_be),
        cmocka_unit_test(const_labels_are_escaped_and_repaired),
        cmocka_unit_test(const_labels_are_copied),
        cmocka_unit_test(const_labels_same_again_is_the_same_metric),
        cmocka_unit_test(const_labels_other_value_is_a_conflict),
        cmocka_unit_test(const_label_without_value_is_refused),
        cmocka_unit_test(const_label_with_bad_name_is_refused),
        cmocka_unit_test(const_label_that_stands_twice_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
