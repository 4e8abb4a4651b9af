/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Options of a registry, labels by name, views and tables when memory is refused: every allocation,
 * once and from there on. Each time the same calls work once there is memory again, the scrape that
 * follows is exact, and nothing is left over.
 */
#include "support/allocations.h"
#include "support/expect.h"

#define MODES(VALUE) VALUE(MODE_A, "a") VALUE(MODE_B, "b\xff")
enum mode { MODES(PROMLET_ENUMERATOR) };
PROMLET_ENUM_LABEL(mode, "mode", MODES);

static const promlet_registry_opts registry_options = {
    .prefix = "app_",
    .const_labels = {{"zone", "eu"}, {"rack", "\xff"}},
};

static const promlet_opts requests_options = {
    .name = "requests_total",
    .help = "Requests.",
    .labels = {"method", "status"},
    .const_labels = {{"shard", "\xfe"}},
};

static const promlet_opts modes_options = {.name = "modes", .help = "Modes."};

/* Success does not touch the last error. */
static bool has_worked(void)
{
    return promlet_last_error()[0] == '\0';
}

/* False when something failed. What is recorded on sinks is lost. */
static bool use_labels(promlet_registry *registry)
{
    PROMLET_TABLE(gauge, modes, mode);
    (void)promlet_set_last_error(PROMLET_OK, "");
    promlet_counter_family *requests = promlet_counter_family_new(registry, &requests_options);
    promlet_counter_family *gets = promlet_counter_family_curry(requests, {"method", "GE\xff"});
    promlet_counter_family *whole = promlet_counter_family_curry(gets, {"status", "200"});
    (void)promlet_counter_with_labels(requests, {"status", "404"}, {"method", "PUT"});
    (void)promlet_counter_with(gets, "404");
    (void)promlet_counter_with_values(whole, NULL, 0);
    promlet_gauge_table_new(&modes, registry, &modes_options);
    promlet_gauge_set(modes.by[MODE_A], 1);
    promlet_gauge_set(modes.by[MODE_B], 2);
    return has_worked();
}

static bool configure_and_use(promlet_registry *registry)
{
    promlet_status status = promlet_registry_configure(registry, &registry_options);
    return status == PROMLET_OK && use_labels(registry);
}

#define ALL_CONST "zone=\"eu\",rack=\"\xef\xbf\xbd\""
#define REQUESTS "app_requests_total{" ALL_CONST ",shard=\"\xef\xbf\xbd\","

static void check(promlet_registry *registry)
{
    expect_metrics(registry, "labels_memory", NULL,
                   "# HELP app_modes Modes.\n"
                   "# TYPE app_modes gauge\n"
                   "app_modes{" ALL_CONST ",mode=\"a\"} 1\n"
                   "app_modes{" ALL_CONST ",mode=\"b\xef\xbf\xbd\"} 2\n"
                   "# HELP app_requests_total Requests.\n"
                   "# TYPE app_requests_total counter\n" REQUESTS
                   "method=\"GE\xef\xbf\xbd\",status=\"200\"} 0\n" REQUESTS
                   "method=\"GE\xef\xbf\xbd\",status=\"404\"} 0\n" REQUESTS
                   "method=\"PUT\",status=\"404\"} 0\n"
                   "# EOF\n");
}

static void run_without_fault(void)
{
    promlet_registry *registry = new_registry();
    assert_true(configure_and_use(registry));
    check(registry);
    promlet_registry_free(registry);
}

/* False when there was no n-th request. */
static bool run_with_fault(long n, bool on)
{
    long alive = atomic_load(&allocations_alive);
    promlet_registry *registry = new_registry();
    allocations_refuse(n, on);
    bool is_configured = promlet_registry_configure(registry, &registry_options) == PROMLET_OK;
    /* Nothing is declared without its prefix, so that the same can be done again. */
    bool has_run = is_configured && use_labels(registry);
    bool is_refused = atomic_load(&allocations_asked) >= n;
    allocations_refuse(0, false);
    assert_true(has_run || is_refused);
    if (!has_run) {
        assert_int_equal(promlet_registry_status(registry, NULL), PROMLET_ERROR_MEMORY);
    }
    assert_true(configure_and_use(registry));
    check(registry);
    promlet_registry_free(registry);
    assert_int_equal(atomic_load(&allocations_alive), alive);
    return is_refused;
}

static void labels_with_each_allocation_refused_recover(void **state)
{
    (void)state;
    run_without_fault(); /* what the process asks for once, and keeps */
    for (int on = 0; on <= 1; on++) {
        long n = 1;
        while (run_with_fault(n, on != 0)) {
            n++;
        }
        assert_true(n > 20);
        print_message("%ld fault points\n", n - 1);
    }
}

static void views_made_again_and_again_take_no_memory(void **state)
{
    (void)state;
    promlet_registry *registry = new_registry();
    promlet_counter_family *requests = promlet_counter_family_new(registry, &requests_options);
    promlet_counter_inc_by(promlet_counter_family_curry(requests, {"method", "GET"}), "200");
    long alive = atomic_load(&allocations_alive);
    for (int i = 0; i < 10000; i++) {
        promlet_counter_inc_by(promlet_counter_family_curry(requests, {"method", "GET"}), "200");
    }
    assert_int_equal(atomic_load(&allocations_alive), alive);
    promlet_registry_free(registry);
}

static void recording_through_a_view_asks_for_no_memory(void **state)
{
    (void)state;
    promlet_registry *registry = new_registry();
    promlet_counter_family *gets = promlet_counter_family_curry(
        promlet_counter_family_new(registry, &requests_options), {"method", "GE\xff"});
    promlet_counter_inc_by(gets, "200");
    allocations_refuse(1, true);
    promlet_counter_inc_by(gets, "200");
    assert_int_equal(atomic_load(&allocations_asked), 0);
    allocations_refuse(0, false);
    assert_true(scraped_value(registry, "requests_total{shard=\"\xef\xbf\xbd\",method=\"GE"
                                        "\xef\xbf\xbd\",status=\"200\"}") > 1.5);
    promlet_registry_free(registry);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(labels_with_each_allocation_refused_recover),
        cmocka_unit_test(views_made_again_and_again_take_no_memory),
        cmocka_unit_test(recording_through_a_view_asks_for_no_memory),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
