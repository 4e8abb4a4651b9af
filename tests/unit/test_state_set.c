/* SPDX-License-Identifier: Apache-2.0 */
/* Tests of promlet/state_set.h: states, the options and the text. */
#include "support/expect.h"

#include <errno.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>

enum { STARTING, SERVING, DRAINING };

#define PHASES PROMLET_STATES("starting", "serving", "draining")

static promlet_state_set *new_phase(promlet_registry *registry)
{
    promlet_state_set *set = promlet_state_set_new(
        registry, &(promlet_opts){.name = "server_phase", .help = "What it does.", PHASES});
    expect_status(registry, PROMLET_OK, "");
    return set;
}

static void expect_phases(promlet_registry *registry, const char *document, int starting,
                          int serving, int draining)
{
    char expected[400];
    (void)snprintf(expected, sizeof expected,
                   "# HELP server_phase What it does.\n"
                   "# TYPE server_phase gauge\n"
                   "server_phase{server_phase=\"starting\"} %d\n"
                   "server_phase{server_phase=\"serving\"} %d\n"
                   "server_phase{server_phase=\"draining\"} %d\n"
                   "# EOF\n",
                   starting, serving, draining);
    expect_metrics(registry, document, NULL, expected);
}

/* ---- states ---------------------------------------------------------------------------------- */

static void state_set_new_is_all_off(void **state)
{
    (void)state;
    promlet_registry *registry = new_registry();
    (void)new_phase(registry);
    expect_phases(registry, "state_set_new", 0, 0, 0);
    promlet_registry_free(registry);
}

static void state_set_select_leaves_one_on(void **state)
{
    (void)state;
    promlet_registry *registry = new_registry();
    promlet_state_set *set = new_phase(registry);
    promlet_state_set_select(set, STARTING);
    promlet_state_set_select(set, SERVING);
    expect_phases(registry, "state_set_select", 0, 1, 0);
    assert_true(promlet_state_set_is_on(set, SERVING));
    assert_true(!promlet_state_set_is_on(set, STARTING));
    promlet_registry_free(registry);
}

static void state_set_set_leaves_others_alone(void **state)
{
    (void)state;
    promlet_registry *registry = new_registry();
    promlet_state_set *set = new_phase(registry);
    promlet_state_set_set(set, STARTING, true);
    promlet_state_set_set(set, DRAINING, true);
    promlet_state_set_set(set, DRAINING, true);
    expect_phases(registry, "state_set_set", 1, 0, 1);
    promlet_state_set_set(set, STARTING, false);
    promlet_state_set_set(set, SERVING, false);
    expect_phases(registry, "state_set_unset", 0, 0, 1);
    promlet_registry_free(registry);
}

static void state_set_of_64_states_has_them_all(void **state)
{
    (void)state;
    promlet_registry *registry = new_registry();
    char names[PROMLET_MAX_STATES + 1][8];
    const char *states[PROMLET_MAX_STATES + 1];
    for (int i = 0; i <= PROMLET_MAX_STATES; i++) {
        (void)snprintf(names[i], sizeof names[i], "s%d", i);
        states[i] = names[i];
    }
    promlet_opts options = {.name = "many", .help = "Many.", .states = states, .state_count = 64};
    promlet_state_set *set = promlet_state_set_new(registry, &options);
    for (size_t i = 0; i < PROMLET_MAX_STATES; i++) {
        promlet_state_set_select(set, i);
        assert_true(promlet_state_set_is_on(set, i));
        assert_true(!promlet_state_set_is_on(set, (i + 1) % PROMLET_MAX_STATES));
    }
    assert_true(kept_value(registry, "state_set_64", "many{many=\"s63\"}") > 0.5);
    options.name = "too_many";
    options.state_count = 65;
    (void)promlet_state_set_new(registry, &options);
    expect_status(registry, PROMLET_ERROR_ARGUMENT,
                  "too_many: a state set needs 1 to 64 states, got 65");
    promlet_registry_free(registry);
}

static void state_set_unknown_state_is_dropped_and_counted(void **state)
{
    (void)state;
    promlet_registry *registry = new_registry();
    promlet_state_set *set = new_phase(registry);
    promlet_state_set_select(set, SERVING);
    errno = 4711;
    promlet_state_set_select(set, 3);
    promlet_state_set_set(set, SIZE_MAX, true);
    assert_int_equal(errno, 4711);
    assert_true(!promlet_state_set_is_on(set, 3));
    assert_true(promlet_state_set_is_on(set, SERVING));
    assert_true(scraped_value(registry, "promlet_dropped_total{reason=\"invalid_state\"}") > 1.5);
    promlet_registry_free(registry);
}

static void state_set_wrong_handles_record_nothing(void **state)
{
    (void)state;
    promlet_registry *registry = new_registry();
    promlet_state_set *sink = promlet_state_set_new(registry, &(promlet_opts){.name = "1", PHASES});
    promlet_state_set_select(sink, 63);
    assert_true(!promlet_state_set_is_on(sink, 63));
    assert_true(!promlet_state_set_is_on(NULL, 0));
    const char *const sample = "promlet_dropped_total{reason=\"invalid_handle\"}";
    double before = scraped_value(NULL, sample);
    promlet_state_set_select(NULL, 0);
    promlet_state_set_set(NULL, 99, true);
    assert_true(scraped_value(NULL, sample) - before > 1.5);
    promlet_registry_free(registry);
}

/* ---- labels ---------------------------------------------------------------------------------- */

static void state_set_family_states_stand_behind_labels(void **state)
{
    (void)state;
    promlet_registry *registry = new_registry();
    promlet_state_set_family *family =
        promlet_state_set_family_new(registry, &(promlet_opts){.name = "link",
                                                               .help = "A link.",
                                                               .labels = {"device"},
                                                               PROMLET_STATES("up", "a\"b\\")});
    promlet_state_set_select(promlet_state_set_with(family, "eth0"), 0);
    promlet_state_set_select_by(family, 0, "eth1");
    promlet_state_set_set_by(family, 1, true, "eth1");
    expect_metrics(registry, "state_set_family", NULL,
                   "# HELP link A link.\n"
                   "# TYPE link gauge\n"
                   "link{device=\"eth0\",link=\"up\"} 1\n"
                   "link{device=\"eth0\",link=\"a\\\"b\\\\\"} 0\n"
                   "link{device=\"eth1\",link=\"up\"} 1\n"
                   "link{device=\"eth1\",link=\"a\\\"b\\\\\"} 1\n"
                   "# EOF\n");
    promlet_registry_free(registry);
}

/* ---- options --------------------------------------------------------------------------------- */

static void state_set_wrong_options_are_refused(void **state)
{
    (void)state;
    const struct {
        promlet_opts options;
        promlet_status status;
        const char *sentence;
    } wrong[] = {
        {{.name = "s"}, PROMLET_ERROR_ARGUMENT, "s: a state set needs 1 to 64 states, got 0"},
        {{.name = "s", .state_count = 2},
         PROMLET_ERROR_ARGUMENT,
         "s: a state set needs 1 to 64 states, got 0"},
        {{.name = "s", PROMLET_STATES("a", NULL)},
         PROMLET_ERROR_ARGUMENT,
         "s: the name of state 1 is NULL"},
        {{.name = "s", PROMLET_STATES("")},
         PROMLET_ERROR_ARGUMENT,
         "s: the name of state 0 is empty"},
        {{.name = "s", PROMLET_STATES("\xff")},
         PROMLET_ERROR_ARGUMENT,
         "s: the name of state 0 is not UTF-8"},
        {{.name = "s", PROMLET_STATES("a", "b", "a")},
         PROMLET_ERROR_ARGUMENT,
         "s: state \"a\" stands twice"},
        {{.name = "s", .labels = {"s"}, PHASES},
         PROMLET_ERROR_NAME,
         "s: a state set's label can't have the name of the metric, which is the label of its "
         "states"},
        {{.name = "s", .const_labels = {{"s", "x"}}, PHASES},
         PROMLET_ERROR_NAME,
         "s: a state set's label can't have the name of the metric, which is the label of its "
         "states"},
        {{.name = "a:b", PHASES},
         PROMLET_ERROR_NAME,
         "a:b: label name \"a:b\" must be [a-zA-Z_][a-zA-Z0-9_]*"},
        {{.name = "s_seconds", .unit = "seconds", PHASES},
         PROMLET_ERROR_NAME,
         "s_seconds: a state set has no unit"},
        {{.name = "s", .labels = {"t"}, PHASES},
         PROMLET_ERROR_LABELS,
         "s: it has labels, so declare it with promlet_state_set_family_new()"},
    };
    for (size_t i = 0; i < COUNT_OF(wrong); i++) {
        promlet_registry *registry = new_registry();
        assert_non_null(promlet_state_set_new(registry, &wrong[i].options));
        expect_status(registry, wrong[i].status, wrong[i].sentence);
        promlet_registry_free(registry);
    }
}

static void states_of_others_are_refused(void **state)
{
    (void)state;
    promlet_registry *registry = new_registry();
    (void)promlet_gauge_new(registry, &(promlet_opts){.name = "g", PROMLET_STATES("a")});
    expect_status(registry, PROMLET_ERROR_ARGUMENT, "g: a gauge has no states");
    promlet_registry_free(registry);
}

static void state_set_other_states_are_another_definition(void **state)
{
    (void)state;
    promlet_registry *registry = new_registry();
    promlet_state_set *set = new_phase(registry);
    assert_ptr_equal(new_phase(registry), set);
    (void)promlet_state_set_new(
        registry,
        &(promlet_opts){.name = "server_phase", PROMLET_STATES("starting", "serving", "stopping")});
    expect_status(registry, PROMLET_ERROR_CONFLICT,
                  "server_phase: states {starting,serving,stopping} here, "
                  "{starting,serving,draining} before (both: type stateset)");
    promlet_registry_free(registry);
}

/* The label of the states is called as the metric is exposed. */
static void state_set_with_prefix_and_constant_labels(void **state)
{
    (void)state;
    promlet_registry *registry = new_registry();
    const promlet_registry_opts options = {.prefix = "app_", .const_labels = {{"zone", "a"}}};
    assert_int_equal(promlet_registry_configure(registry, &options), PROMLET_OK);
    promlet_state_set *set = promlet_state_set_new(
        registry, &(promlet_opts){.name = "mode", .help = "Mode.", PROMLET_STATES("on")});
    promlet_state_set_select(set, 0);
    expect_metrics(registry, "state_set_prefix", NULL,
                   "# HELP app_mode Mode.\n"
                   "# TYPE app_mode gauge\n"
                   "app_mode{zone=\"a\",app_mode=\"on\"} 1\n"
                   "# EOF\n");
    promlet_registry_free(registry);
}

/* All readers look for the label of the states under the name of the metric, and find one. */
static void state_set_and_its_labels_differ_however_they_are_escaped(void **state)
{
    (void)state;
    const struct {
        promlet_opts options;
        const char *sentence;
    } wrong[] = {
        {{.name = "a.b", PROMLET_STATES("on"), .labels = {"a_b"}},
         "a.b: label names \"a_b\" and \"a.b\" are the same once they are escaped by underscores"},
        {{.name = "a_dot_b", PROMLET_STATES("on"), .const_labels = {{"a.b", "x"}}},
         "a_dot_b: label names \"a.b\" and \"a_dot_b\" are the same once they are escaped by dots"},
        {{.name = "a:b", PROMLET_STATES("on")},
         "a:b: a state set's name can't have a colon, since it is the name of the label of its "
         "states"},
    };
    for (size_t i = 0; i < COUNT_OF(wrong); i++) {
        promlet_registry *registry = new_registry();
        const promlet_registry_opts options = {.utf8_names = true};
        assert_int_equal(promlet_registry_configure(registry, &options), PROMLET_OK);
        (void)promlet_state_set_family_new(registry, &wrong[i].options);
        expect_status(registry, PROMLET_ERROR_NAME, wrong[i].sentence);
        promlet_registry_free(registry);
    }
}

/* ---- threads --------------------------------------------------------------------------------- */

static atomic_bool is_over;

static void *select_in_turn(void *ctx)
{
    for (size_t i = 0; !atomic_load(&is_over); i++) {
        promlet_state_set_select(ctx, i % 3);
    }
    return NULL;
}

/* However often a scrape comes between two states, it sees one. */
static void scrape_beside_selections_sees_exactly_one(void **state)
{
    (void)state;
    promlet_registry *registry = new_registry();
    promlet_state_set *set = new_phase(registry);
    promlet_state_set_select(set, STARTING);
    pthread_t thread;
    atomic_store(&is_over, false);
    assert_int_equal(pthread_create(&thread, NULL, select_in_turn, set), 0);
    for (int i = 0; i < 2000; i++) {
        char *text = promlet_registry_get_metrics(registry);
        assert_non_null(text);
        double sum = sample_value(text, "server_phase{server_phase=\"starting\"}") +
                     sample_value(text, "server_phase{server_phase=\"serving\"}") +
                     sample_value(text, "server_phase{server_phase=\"draining\"}");
        promlet_free(text);
        assert_true(sum > 0.5 && sum < 1.5);
    }
    atomic_store(&is_over, true);
    assert_int_equal(pthread_join(thread, NULL), 0);
    promlet_registry_free(registry);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(state_set_new_is_all_off),
        cmocka_unit_test(state_set_select_leaves_one_on),
        cmocka_unit_test(state_set_set_leaves_others_alone),
        cmocka_unit_test(state_set_of_64_states_has_them_all),
        cmocka_unit_test(state_set_unknown_state_is_dropped_and_counted),
        cmocka_unit_test(state_set_wrong_handles_record_nothing),
        cmocka_unit_test(state_set_family_states_stand_behind_labels),
        cmocka_unit_test(state_set_wrong_options_are_refused),
        cmocka_unit_test(states_of_others_are_refused),
        cmocka_unit_test(state_set_other_states_are_another_definition),
        cmocka_unit_test(state_set_with_prefix_and_constant_labels),
        cmocka_unit_test(state_set_and_its_labels_differ_however_they_are_escaped),
        cmocka_unit_test(scrape_beside_selections_sees_exactly_one),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
