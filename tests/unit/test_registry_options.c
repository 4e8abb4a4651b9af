/* SPDX-License-Identifier: Apache-2.0 */
/* Tests of promlet_registry_configure(): what it takes, when, and what it refuses. */
#include "support/expect.h"

#include <pthread.h>

/* Refused with this error, which the registry keeps. */
static void expect_refused(const promlet_registry_opts *options, promlet_status status,
                           const char *sentence)
{
    promlet_registry *registry = new_registry();
    assert_int_equal(promlet_registry_configure(registry, options), status);
    assert_string_equal(promlet_last_error(), sentence);
    expect_status(registry, status, sentence);
    (void)promlet_gauge_new(registry, &(promlet_opts){.name = "g", .help = "G."});
    expect_metrics(registry, "registry_options_refused", NULL,
                   "# HELP g G.\n# TYPE g gauge\ng 0\n# EOF\n");
    promlet_registry_free(registry);
}

static promlet_status configure_prefix(promlet_registry *registry, const char *prefix)
{
    return promlet_registry_configure(registry, &(promlet_registry_opts){.prefix = prefix});
}

/* ---- when ------------------------------------------------------------------------------------ */

static void options_replace_the_ones_before(void **state)
{
    (void)state;
    promlet_registry *registry = new_registry();
    promlet_registry_opts options = {.prefix = "a_", .const_labels = {{"zone", "a"}}};
    assert_int_equal(promlet_registry_configure(registry, &options), PROMLET_OK);
    assert_int_equal(configure_prefix(registry, "b_"), PROMLET_OK);
    assert_int_equal(configure_prefix(registry, "b_"), PROMLET_OK);
    (void)promlet_gauge_new(registry, &(promlet_opts){.name = "g", .help = "G."});
    expect_metrics(registry, "registry_options_replaced", NULL,
                   "# HELP b_g G.\n# TYPE b_g gauge\nb_g 0\n# EOF\n");
    promlet_registry_free(registry);
}

static void naming_after_first_metric_is_a_conflict(void **state)
{
    (void)state;
    static const char late[] = "a registry: its prefix and constant labels can't be changed after "
                               "the first metric was declared";
    static const promlet_registry_opts cases[] = {
        {.prefix = "b_", .const_labels = {{"zone", "a"}}},
        {.prefix = "a_", .const_labels = {{"zone", "b"}}},
        {.prefix = "a_", .const_labels = {{"rack", "a"}}},
        {.prefix = "a_", .const_labels = {{"zone", "a"}, {"rack", "7"}}},
        {.prefix = "a_"},
        {.hide_empty_families = true},
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        promlet_registry *registry = new_registry();
        promlet_registry_opts options = {.prefix = "a_", .const_labels = {{"zone", "a"}}};
        assert_int_equal(promlet_registry_configure(registry, &options), PROMLET_OK);
        (void)promlet_gauge_family_new(registry,
                                       &(promlet_opts){.name = "g", .help = "G.", .labels = {"l"}});
        assert_int_equal(promlet_registry_configure(registry, &cases[i]), PROMLET_ERROR_CONFLICT);
        expect_status(registry, PROMLET_ERROR_CONFLICT, late);
        expect_metrics(registry, "registry_options_late", NULL,
                       "# HELP a_g G.\n# TYPE a_g gauge\n# EOF\n");
        promlet_registry_free(registry);
    }
}

static void hiding_can_change_any_time(void **state)
{
    (void)state;
    promlet_registry *registry = new_registry();
    promlet_registry_opts options = {.prefix = "a_"};
    assert_int_equal(promlet_registry_configure(registry, &options), PROMLET_OK);
    promlet_gauge_family *first = promlet_gauge_family_new(
        registry, &(promlet_opts){.name = "g1", .help = "G.", .labels = {"l"}});
    (void)promlet_histogram_family_new(
        registry, &(promlet_opts){.name = "g2", .help = "G.", .labels = {"l"}});
    (void)promlet_gauge_new(registry, &(promlet_opts){.name = "g3", .help = "G."});
    options.hide_empty_families = true;
    assert_int_equal(promlet_registry_configure(registry, &options), PROMLET_OK);
    expect_metrics(registry, "registry_options_hiding", NULL,
                   "# HELP a_g3 G.\n# TYPE a_g3 gauge\na_g3 0\n# EOF\n");
    promlet_gauge_set_by(first, 1, "x");
    expect_metrics(registry, "registry_options_hiding_less", NULL,
                   "# HELP a_g1 G.\n# TYPE a_g1 gauge\na_g1{l=\"x\"} 1\n"
                   "# HELP a_g3 G.\n# TYPE a_g3 gauge\na_g3 0\n# EOF\n");
    options.hide_empty_families = false;
    assert_int_equal(promlet_registry_configure(registry, &options), PROMLET_OK);
    expect_metrics(registry, "registry_options_hiding_off", NULL,
                   "# HELP a_g1 G.\n# TYPE a_g1 gauge\na_g1{l=\"x\"} 1\n"
                   "# HELP a_g2 G.\n# TYPE a_g2 histogram\n"
                   "# HELP a_g3 G.\n# TYPE a_g3 gauge\na_g3 0\n# EOF\n");
    promlet_registry_free(registry);
}

/* ---- bad input ------------------------------------------------------------------------------- */

static void options_that_are_null_are_refused(void **state)
{
    (void)state;
    expect_refused(NULL, PROMLET_ERROR_ARGUMENT, "a registry's options are NULL");
}

static void options_from_the_future_are_refused_unless_zero(void **state)
{
    (void)state;
    struct {
        promlet_registry_opts known;
        int later;
    } options = {.known = {.prefix = "a_"}};
    promlet_registry *registry = new_registry();
    assert_int_equal(promlet_registry_configure_sized(registry, &options.known, sizeof options),
                     PROMLET_OK);
    options.later = 1;
    options.known.prefix = "b_";
    assert_int_equal(promlet_registry_configure_sized(registry, &options.known, sizeof options),
                     PROMLET_ERROR_ARGUMENT);
    expect_status(registry, PROMLET_ERROR_ARGUMENT,
                  "a registry's options hold members that promlet " PROMLET_VERSION_STRING
                  " does not know");
    assert_int_equal(promlet_registry_configure_sized(registry, &options.known, 0), PROMLET_OK);
    (void)promlet_gauge_new(registry, &(promlet_opts){.name = "g", .help = "G."});
    assert_true(scraped_value(registry, "g") <= 0);
    expect_metrics(registry, "registry_options_short", NULL,
                   "# HELP g G.\n# TYPE g gauge\ng 0\n# EOF\n");
    promlet_registry_free(registry);
}

/* A size that ends within a pointer. */
static void options_of_odd_size_are_refused(void **state)
{
    (void)state;
    promlet_registry *registry = new_registry();
    promlet_registry_opts options = {.prefix = "a_"};
    for (size_t size = 1; size < sizeof(const char *); size++) {
        assert_int_equal(promlet_registry_configure_sized(registry, &options, size),
                         PROMLET_ERROR_ARGUMENT);
    }
    char sentence[160];
    (void)snprintf(sentence, sizeof sentence,
                   "a registry's options have a size that they never had: 1, "
                   "where promlet " PROMLET_VERSION_STRING " has %zu bytes",
                   sizeof options);
    expect_status(registry, PROMLET_ERROR_ARGUMENT, sentence);
    promlet_registry_free(registry);
}

static void bad_prefix_is_refused(void **state)
{
    (void)state;
    static const struct {
        const char *prefix;
        const char *sentence;
    } cases[] = {
        {"9_", "a registry: its prefix \"9_\" must be [a-zA-Z_:][a-zA-Z0-9_:]*"},
        {"a-", "a registry: its prefix \"a-\" must be [a-zA-Z_:][a-zA-Z0-9_:]*"},
        {"\xc3\xa9", "a registry: its prefix \"\xc3\xa9\" must be [a-zA-Z_:][a-zA-Z0-9_:]*"},
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        expect_refused(&(promlet_registry_opts){.prefix = cases[i].prefix}, PROMLET_ERROR_NAME,
                       cases[i].sentence);
    }
}

static void bad_const_label_is_refused(void **state)
{
    (void)state;
    static const struct {
        promlet_label label;
        promlet_status status;
        const char *sentence;
    } cases[] = {
        {{"a", NULL},
         PROMLET_ERROR_LABELS,
         "a registry: the value of the constant label \"a\" is NULL"},
        {{"", "v"},
         PROMLET_ERROR_NAME,
         "a registry: label name \"\" must be [a-zA-Z_][a-zA-Z0-9_]*"},
        {{"le", "v"},
         PROMLET_ERROR_NAME,
         "a registry: label name \"le\" is reserved for histograms"},
        {{"zone", "v"}, PROMLET_ERROR_NAME, "a registry: label name \"zone\" stands twice"},
        {{"reason", "v"},
         PROMLET_ERROR_NAME,
         "a registry: a constant label can't be \"reason\", which promlet's own metrics have"},
        {{"family", "v"},
         PROMLET_ERROR_NAME,
         "a registry: a constant label can't be \"family\", which promlet's own metrics have"},
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        expect_refused(&(promlet_registry_opts){.const_labels = {{"zone", "a"}, cases[i].label}},
                       cases[i].status, cases[i].sentence);
    }
}

/* ---- threads --------------------------------------------------------------------------------- */

static void *configure_often(void *registry)
{
    for (int i = 0; i < 200; i++) {
        (void)configure_prefix(registry, i % 2 == 0 ? "a_" : "bb_");
    }
    return NULL;
}

/* Whatever was configured last before the first declaration, all metrics have it. */
static void options_change_while_metrics_are_declared(void **state)
{
    (void)state;
    promlet_registry *registry = new_registry();
    pthread_t thread;
    assert_int_equal(pthread_create(&thread, NULL, configure_often, registry), 0);
    for (int i = 0; i < 20; i++) {
        char name[8];
        (void)snprintf(name, sizeof name, "g%d", i);
        promlet_gauge_set(promlet_gauge_new(registry, &(promlet_opts){.name = name}), 1);
    }
    assert_int_equal(pthread_join(thread, NULL), 0);
    static const char *const prefixes[] = {"", "a_", "bb_"};
    int seen[3] = {0, 0, 0};
    for (int i = 0; i < 20; i++) {
        for (int j = 0; j < 3; j++) {
            char name[16];
            (void)snprintf(name, sizeof name, "%sg%d", prefixes[j], i);
            seen[j] += scraped_value(registry, name) > 0;
        }
    }
    assert_int_equal(seen[0] * seen[0] + seen[1] * seen[1] + seen[2] * seen[2], 400);
    promlet_registry_free(registry);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(options_replace_the_ones_before),
        cmocka_unit_test(naming_after_first_metric_is_a_conflict),
        cmocka_unit_test(hiding_can_change_any_time),
        cmocka_unit_test(options_that_are_null_are_refused),
        cmocka_unit_test(options_from_the_future_are_refused_unless_zero),
        cmocka_unit_test(options_of_odd_size_are_refused),
        cmocka_unit_test(bad_prefix_is_refused),
        cmocka_unit_test(bad_const_label_is_refused),
        cmocka_unit_test(options_change_while_metrics_are_declared),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
