/* SPDX-License-Identifier: Apache-2.0 */
/* Tests of declaring a name again: the same metric, or a conflict whose message shows both. */
#include "support/expect.h"
#include "support/heard_log.h"

#include <math.h>

enum kind { COUNTER, GAUGE, HISTOGRAM };

/* Declares a family of a kind; the address tells families apart. */
static const void *declare(promlet_registry *registry, enum kind kind, const promlet_opts *options)
{
    switch (kind) {
    case COUNTER:
        return promlet_counter_family_new(registry, options);
    case GAUGE:
        return promlet_gauge_family_new(registry, options);
    case HISTOGRAM:
        return promlet_histogram_family_new(registry, options);
    }
    return NULL;
}

static void expect_conflict(enum kind old_kind, const promlet_opts *old, enum kind new_kind,
                            const promlet_opts *new, const char *sentence)
{
    promlet_registry *registry = new_registry();
    declare(registry, old_kind, old);
    expect_status(registry, PROMLET_OK, "");
    declare(registry, new_kind, new);
    expect_status(registry, PROMLET_ERROR_CONFLICT, sentence);
    assert_string_equal(promlet_last_error(), sentence);
    promlet_registry_free(registry);
}

/* ---- the same again -------------------------------------------------------------------------- */

static void same_metric_again_is_the_same_handle(void **state)
{
    (void)state;
    promlet_registry *registry = new_registry();
    const promlet_opts counter = {.name = "a_total", .help = "A."};
    const promlet_opts gauge = {.name = "b", .help = "B."};
    const promlet_opts histogram = {.name = "c", .help = "C."};
    assert_ptr_equal(promlet_counter_new(registry, &counter),
                     promlet_counter_new(registry, &counter));
    assert_ptr_equal(promlet_gauge_new(registry, &gauge), promlet_gauge_new(registry, &gauge));
    assert_ptr_equal(promlet_histogram_new(registry, &histogram),
                     promlet_histogram_new(registry, &histogram));
    expect_status(registry, PROMLET_OK, "");
    promlet_registry_free(registry);
}

static void same_family_again_is_the_same_family(void **state)
{
    (void)state;
    promlet_registry *registry = new_registry();
    static const char *const names[] = {"a_total", "b", "c"};
    for (int kind = COUNTER; kind <= HISTOGRAM; kind++) {
        const promlet_opts options = {.name = names[kind], .labels = {"x", "y"}};
        assert_ptr_equal(declare(registry, (enum kind)kind, &options),
                         declare(registry, (enum kind)kind, &options));
    }
    expect_status(registry, PROMLET_OK, "");
    promlet_registry_free(registry);
}

static void same_counter_with_and_without_total_is_the_same_handle(void **state)
{
    (void)state;
    promlet_registry *registry = new_registry();
    assert_ptr_equal(promlet_counter_new(registry, &(promlet_opts){.name = "a"}),
                     promlet_counter_new(registry, &(promlet_opts){.name = "a_total"}));
    expect_status(registry, PROMLET_OK, "");
    promlet_registry_free(registry);
}

static void same_histogram_with_infinity_or_defaults_given_is_the_same_handle(void **state)
{
    (void)state;
    promlet_registry *registry = new_registry();
    promlet_histogram *first = promlet_histogram_new(registry, &(promlet_opts){.name = "a"});
    assert_ptr_equal(
        promlet_histogram_new(registry,
                              &(promlet_opts){.name = "a", PROMLET_BOUNDS(PROMLET_BOUNDS_DEFAULT)}),
        first);
    assert_ptr_equal(
        promlet_histogram_new(
            registry,
            &(promlet_opts){.name = "a", PROMLET_BOUNDS(PROMLET_BOUNDS_DEFAULT, INFINITY)}),
        first);
    expect_status(registry, PROMLET_OK, "");
    promlet_registry_free(registry);
}

static void same_with_another_help_keeps_the_first_help(void **state)
{
    (void)state;
    promlet_registry *registry = new_registry();
    promlet_gauge *first =
        promlet_gauge_new(registry, &(promlet_opts){.name = "a", .help = "First."});
    promlet_gauge *second =
        promlet_gauge_new(registry, &(promlet_opts){.name = "a", .help = "Second."});
    assert_ptr_equal(first, second);
    expect_metrics(registry, "conflicts_other_help", NULL,
                   "# HELP a First.\n"
                   "# TYPE a gauge\n"
                   "a 0\n"
                   "# EOF\n");
    promlet_registry_free(registry);
}

/* What the log hears of when a family is declared in two ways, one after the other. */
static void expect_heard(const promlet_opts *first, const promlet_opts *again, const char *sentence)
{
    promlet_registry *registry = new_registry();
    struct heard_log heard;
    const void *family = declare(registry, COUNTER, first);
    start_to_hear(&heard);
    for (int i = 0; i < 3; i++) {
        assert_ptr_equal(declare(registry, COUNTER, again), family);
    }
    stop_to_hear();
    assert_string_equal(heard.last, sentence);
    assert_int_equal(heard.count, sentence[0] != '\0');
    expect_status(registry, PROMLET_OK, "");
    promlet_registry_free(registry);
}

static void same_with_other_options_is_told_of_once(void **state)
{
    (void)state;
#define SENTENCE(options)                                                                          \
    "a_total: declared again with another " options "; what the first declaration said holds"
    const promlet_opts all = {.name = "a_total",
                              .help = "A.",
                              .labels = {"x"},
                              .max_series = 3,
                              .cells = PROMLET_CELLS_SHARED,
                              .idle_seconds = 60,
                              .exemplars = true};
    const promlet_opts least = {.name = "a_total", .help = "First.", .labels = {"x"}};
    expect_heard(&all, &all, "");
    expect_heard(&least, &all,
                 SENTENCE("help, max_series (3 here, 2000 before), cells (shared here, auto "
                          "before), idle_seconds (60 here, 0 before), exemplars"));

    const struct {
        promlet_opts again;
        const char *sentence;
    } cases[] = {
        {{.name = "a", .labels = {"x"}}, ""}, /* as who only looks for it */
        {{.name = "a", .labels = {"x"}, .help = "B."}, SENTENCE("help")},
        {{.name = "a", .labels = {"x"}, .help = "B.", .no_lint = true}, ""},
        {{.name = "a", .labels = {"x"}, .max_series = 4},
         SENTENCE("max_series (4 here, 3 before)")},
        {{.name = "a", .labels = {"x"}, .cells = PROMLET_CELLS_PER_CPU},
         SENTENCE("cells (per_cpu here, shared before)")},
        {{.name = "a", .labels = {"x"}, .idle_seconds = 61.5},
         SENTENCE("idle_seconds (61.5 here, 60 before)")},
        {{.name = "a",
          .labels = {"x"},
          .help = "B.",
          .max_series = 4000000000,
          .cells = PROMLET_CELLS_PER_CPU,
          .idle_seconds = 1.7976931348623157e308},
         SENTENCE("help, max_series (4000000000 here, 3 before), cells (per_cpu here, shared "
                  "before), idle_seconds (1.7976931348623157e+308 here, 60 before)")},
        {{.name = "a", .labels = {"x"}, .exemplars = true}, ""},
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        expect_heard(&all, &cases[i].again, cases[i].sentence);
    }
#undef SENTENCE
}

static void same_with_other_options_is_not_told_of_where_nothing_is_linted(void **state)
{
    (void)state;
    promlet_registry *registry = new_registry();
    assert_int_equal(
        promlet_registry_configure(registry, &(promlet_registry_opts){.no_lint = true}),
        PROMLET_OK);
    struct heard_log heard;
    start_to_hear(&heard);
    (void)promlet_gauge_new(registry, &(promlet_opts){.name = "a", .help = "First."});
    (void)promlet_gauge_new(registry, &(promlet_opts){.name = "a", .help = "Second."});
    stop_to_hear();
    assert_int_equal(heard.count, 0);
    promlet_registry_free(registry);
}

static void same_name_in_two_registries_is_no_conflict(void **state)
{
    (void)state;
    promlet_registry *one = new_registry();
    promlet_registry *other = new_registry();
    declare(one, COUNTER, &(promlet_opts){.name = "a_total"});
    declare(other, GAUGE, &(promlet_opts){.name = "a_total"});
    expect_status(one, PROMLET_OK, "");
    expect_status(other, PROMLET_OK, "");
    promlet_registry_free(one);
    promlet_registry_free(other);
}

/* ---- the same name, another definition ------------------------------------------------------- */

static void conflict_of_kinds_shows_both(void **state)
{
    (void)state;
    expect_conflict(GAUGE, &(promlet_opts){.name = "a"}, HISTOGRAM,
                    &(promlet_opts){.name = "a", PROMLET_BOUNDS(1, 2)},
                    "a: type histogram here, gauge before; bounds {1.0,2.0} here, none before");
}

static void conflict_of_labels_shows_both(void **state)
{
    (void)state;
    expect_conflict(COUNTER, &(promlet_opts){.name = "a_total", .labels = {"x", "y"}}, COUNTER,
                    &(promlet_opts){.name = "a_total", .labels = {"x"}},
                    "a_total: labels {x} here, {x,y} before (both: type counter)");
    expect_conflict(COUNTER, &(promlet_opts){.name = "a_total", .labels = {"x", "y"}}, COUNTER,
                    &(promlet_opts){.name = "a_total", .labels = {"y", "x"}},
                    "a_total: labels {y,x} here, {x,y} before (both: type counter)");
}

static void conflict_of_units_shows_both(void **state)
{
    (void)state;
    expect_conflict(GAUGE, &(promlet_opts){.name = "a_seconds", .unit = "seconds"}, GAUGE,
                    &(promlet_opts){.name = "a_seconds"},
                    "a_seconds: unit none here, seconds before (both: type gauge)");
}

static void conflict_of_bounds_shows_both(void **state)
{
    (void)state;
    expect_conflict(HISTOGRAM, &(promlet_opts){.name = "a", PROMLET_BOUNDS(1, 2)}, HISTOGRAM,
                    &(promlet_opts){.name = "a", PROMLET_BOUNDS(1, 2.5)},
                    "a: bounds {1.0,2.5} here, {1.0,2.0} before (both: type histogram)");
    expect_conflict(HISTOGRAM, &(promlet_opts){.name = "a", PROMLET_BOUNDS(1, 2)}, HISTOGRAM,
                    &(promlet_opts){.name = "a", PROMLET_BOUNDS(1)},
                    "a: bounds {1.0} here, {1.0,2.0} before (both: type histogram)");
}

static void conflict_says_what_both_share(void **state)
{
    (void)state;
    expect_conflict(
        HISTOGRAM,
        &(promlet_opts){
            .name = "a_bytes", .unit = "bytes", .labels = {"x", "y"}, PROMLET_BOUNDS(1)},
        HISTOGRAM,
        &(promlet_opts){
            .name = "a_bytes", .unit = "bytes", .labels = {"x", "y"}, PROMLET_BOUNDS(2)},
        "a_bytes: bounds {2.0} here, {1.0} before (both: type histogram, labels {x,y}, unit "
        "bytes)");
}

static void conflict_of_lists_too_long_for_a_sentence_names_the_first_difference(void **state)
{
    (void)state;
    static double bounds[PROMLET_MAX_BOUNDS];
    static double others[PROMLET_MAX_BOUNDS];
    for (size_t i = 0; i < COUNT_OF(bounds); i++) {
        bounds[i] = (double)i;
        others[i] = (double)i + (i >= 700 ? 0.5 : 0);
    }
    const promlet_opts old = {.name = "a", .bounds = bounds, .bound_count = COUNT_OF(bounds)};
    expect_conflict(HISTOGRAM, &old, HISTOGRAM,
                    &(promlet_opts){.name = "a", .bounds = others, .bound_count = 1000},
                    "a: bounds differ: 1000 here, 1000 before, first at number 701: 700.5 here, "
                    "700.0 before (both: type histogram)");
    expect_conflict(HISTOGRAM, &old, HISTOGRAM,
                    &(promlet_opts){.name = "a", .bounds = bounds, .bound_count = 999},
                    "a: bounds differ: 999 here, 1000 before, first at number 1000: none here, "
                    "999.0 before (both: type histogram)");
    expect_conflict(HISTOGRAM, &old, GAUGE, &(promlet_opts){.name = "a", .labels = {"x"}},
                    "a: type gauge here, histogram before; labels {x} here, none before; "
                    "bounds differ: 0 here, 1000 before, first at number 1: none here, 0.0 before");
}

static void conflict_of_long_names_says_what_differs(void **state)
{
    (void)state;
    char name[300];
    memset(name, 'n', sizeof name - 1);
    name[sizeof name - 1] = '\0';
    const promlet_opts options = {.name = name, .labels = {name}};
    promlet_registry *registry = new_registry();
    declare(registry, GAUGE, &options);
    declare(registry, HISTOGRAM, &options);
    char sentence[300];
    (void)snprintf(sentence, sizeof sentence,
                   "%.100s: type histogram here, gauge before; bounds "
                   "{0.005,0.01,0.025,0.05,0.1,0.25,0.5,1.0,2.5,5.0,10.0} here, none before "
                   "(both: labels (1 of them))",
                   name);
    expect_status(registry, PROMLET_ERROR_CONFLICT, sentence);
    promlet_registry_free(registry);
}

static void conflict_shows_both_up_to_the_last_byte_of_a_sentence(void **state)
{
    (void)state;
    /* With labels of growing length, the sentence grows until the lists are no longer written. */
    static char label[256];
    size_t longest = 0;
    for (size_t size = 1; size < sizeof label - 1; size++) {
        memset(label, 'l', size);
        promlet_registry *registry = new_registry();
        declare(registry, GAUGE, &(promlet_opts){.name = "a", .labels = {label}});
        declare(registry, GAUGE, &(promlet_opts){.name = "a"});
        const char *why = NULL;
        assert_int_equal(promlet_registry_status(registry, &why), PROMLET_ERROR_CONFLICT);
        assert_non_null(strstr(why, " before (both: type gauge)"));
        longest = strlen(why) > longest ? strlen(why) : longest;
        promlet_registry_free(registry);
    }
    assert_int_equal(longest, 255);
}

/* ---- names that only a format derives -------------------------------------------------------- */

/* A conflict in whichever order the two are declared. */
static void expect_conflict_both_ways(enum kind kind, const char *name, enum kind other_kind,
                                      const char *other_name)
{
    const promlet_opts options = {.name = name};
    const promlet_opts other = {.name = other_name};
    promlet_registry *registry = new_registry();
    declare(registry, kind, &options);
    declare(registry, other_kind, &other);
    assert_int_equal(promlet_registry_status(registry, NULL), PROMLET_ERROR_CONFLICT);
    promlet_registry_free(registry);
    registry = new_registry();
    declare(registry, other_kind, &other);
    declare(registry, kind, &options);
    assert_int_equal(promlet_registry_status(registry, NULL), PROMLET_ERROR_CONFLICT);
    promlet_registry_free(registry);
}

static void conflict_of_counter_with_its_other_names_is_found(void **state)
{
    (void)state;
    expect_conflict_both_ways(COUNTER, "foo", GAUGE, "foo");
    expect_conflict_both_ways(COUNTER, "foo", GAUGE, "foo_total");
    expect_conflict_both_ways(COUNTER, "foo", GAUGE, "foo_created");
    expect_conflict_both_ways(COUNTER, "foo", HISTOGRAM, "foo");
    expect_conflict_both_ways(COUNTER, "foo", COUNTER, "foo_total_total");
    expect_conflict_both_ways(COUNTER, "foo", COUNTER, "foo_created");
}

static void conflict_of_histogram_with_its_other_names_is_found(void **state)
{
    (void)state;
    static const char *const names[] = {"foo", "foo_bucket", "foo_sum", "foo_count", "foo_created"};
    for (size_t i = 0; i < COUNT_OF(names); i++) {
        expect_conflict_both_ways(HISTOGRAM, "foo", GAUGE, names[i]);
        expect_conflict_both_ways(HISTOGRAM, "foo", COUNTER, names[i]);
    }
}

static void conflict_across_suffixes_shows_both(void **state)
{
    (void)state;
    expect_conflict(HISTOGRAM, &(promlet_opts){.name = "foo", PROMLET_BOUNDS(1)}, COUNTER,
                    &(promlet_opts){.name = "foo_count"},
                    "foo_count_total (counter) and foo (histogram) both have the name foo_count");
    expect_conflict(COUNTER, &(promlet_opts){.name = "foo_total"}, GAUGE,
                    &(promlet_opts){.name = "foo_created"},
                    "foo_created (gauge) and foo_total (counter) both have the name foo_created");
}

static void names_that_only_share_a_beginning_are_no_conflict(void **state)
{
    (void)state;
    promlet_registry *registry = new_registry();
    declare(registry, COUNTER, &(promlet_opts){.name = "foo_total"});
    declare(registry, GAUGE, &(promlet_opts){.name = "foo_bucket"});
    declare(registry, GAUGE, &(promlet_opts){.name = "foo_sum"});
    declare(registry, HISTOGRAM, &(promlet_opts){.name = "foo_"});
    declare(registry, HISTOGRAM, &(promlet_opts){.name = "fo"});
    expect_status(registry, PROMLET_OK, "");
    promlet_registry_free(registry);
}

static void conflict_leaves_the_first_metric_as_it_was(void **state)
{
    (void)state;
    promlet_registry *registry = new_registry();
    promlet_gauge *gauge =
        promlet_gauge_new(registry, &(promlet_opts){.name = "foo", .help = "Foo."});
    promlet_counter *refused = promlet_counter_new(registry, &(promlet_opts){.name = "foo"});
    promlet_gauge_set(gauge, 3);
    promlet_counter_add(refused, 100);
    expect_metrics(registry, "conflicts_first_stays", NULL,
                   "# HELP foo Foo.\n"
                   "# TYPE foo gauge\n"
                   "foo 3\n"
                   "# EOF\n");
    promlet_registry_free(registry);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(same_metric_again_is_the_same_handle),
        cmocka_unit_test(same_family_again_is_the_same_family),
        cmocka_unit_test(same_counter_with_and_without_total_is_the_same_handle),
        cmocka_unit_test(same_histogram_with_infinity_or_defaults_given_is_the_same_handle),
        cmocka_unit_test(same_with_another_help_keeps_the_first_help),
        cmocka_unit_test(same_with_other_options_is_told_of_once),
        cmocka_unit_test(same_with_other_options_is_not_told_of_where_nothing_is_linted),
        cmocka_unit_test(same_name_in_two_registries_is_no_conflict),
        cmocka_unit_test(conflict_of_kinds_shows_both),
        cmocka_unit_test(conflict_of_labels_shows_both),
        cmocka_unit_test(conflict_of_units_shows_both),
        cmocka_unit_test(conflict_of_bounds_shows_both),
        cmocka_unit_test(conflict_says_what_both_share),
        cmocka_unit_test(conflict_of_lists_too_long_for_a_sentence_names_the_first_difference),
        cmocka_unit_test(conflict_of_long_names_says_what_differs),
        cmocka_unit_test(conflict_shows_both_up_to_the_last_byte_of_a_sentence),
        cmocka_unit_test(conflict_of_counter_with_its_other_names_is_found),
        cmocka_unit_test(conflict_of_histogram_with_its_other_names_is_found),
        cmocka_unit_test(conflict_across_suffixes_shows_both),
        cmocka_unit_test(names_that_only_share_a_beginning_are_no_conflict),
        cmocka_unit_test(conflict_leaves_the_first_metric_as_it_was),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
