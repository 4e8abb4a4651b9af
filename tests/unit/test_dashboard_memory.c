/* SPDX-License-Identifier: Apache-2.0 */
/* Descriptions, dashboards and alert rules without memory: each request for it fails in turn, alone
   and with all that follow. What comes back says so, and nothing leaks. */
#include "support/allocations.h"
#include "support/dashboards.h"

static promlet_registry *registry;

static promlet_status emit(promlet_emitter *emitter, void *ctx)
{
    (void)ctx;
    return promlet_emit_family(emitter, &(promlet_emit_opts){.name = "d.emitted"});
}

static int begin(void **state)
{
    (void)state;
    registry = new_utf8_registry();
    promlet_counter_family_new(
        registry, &(promlet_opts){.name = "a.b", .help = "\"{{", .labels = {"x.y", "code"}});
    promlet_histogram_new(registry, &(promlet_opts){.name = "b.seconds", .native_factor = 1.1});
    promlet_summary_new(registry, &(promlet_opts){.name = "c", PROMLET_QUANTILES(0.5)});
    promlet_collector_new(registry,
                          &(promlet_collector_opts){.name = "of a test", .collect = emit});
    make_what_lasts();
    return registry == NULL;
}

static int end(void **state)
{
    (void)state;
    promlet_registry_free(registry);
    return 0;
}

/* ---- what needs memory ----------------------------------------------------------------------- */

static void count_description(const promlet_description *description, void *ctx)
{
    (void)description;
    (*(int *)ctx)++;
}

static promlet_status describe(void)
{
    int count = 0;
    promlet_status status = promlet_registry_describe(registry, PROMLET_ESCAPING_UNDERSCORES,
                                                      count_description, &count);
    assert_true((status == PROMLET_OK) == (count > 0));
    return status;
}

static bool take_piece(const char *data, size_t size, void *ctx)
{
    (void)data;
    *(size_t *)ctx += size;
    return true;
}

static promlet_status write_dashboard(void)
{
    size_t size = 0;
    promlet_status status =
        promlet_dashboard_write(registry, &(promlet_dashboard_opts){.job = "a"}, take_piece, &size);
    assert_true((status == PROMLET_OK) == (size > 0));
    return status;
}

static promlet_status write_rules(void)
{
    size_t size = 0;
    promlet_status status = promlet_alert_rules_write(
        registry, &(promlet_alert_opts){.job = "a", .group = "b"}, take_piece, &size);
    assert_true((status == PROMLET_OK) == (size > 0));
    return status;
}

static promlet_status status_of(char *text)
{
    promlet_status status = text != NULL ? PROMLET_OK : PROMLET_ERROR_MEMORY;
    promlet_free(text);
    return status;
}

static promlet_status make_dashboard(void)
{
    return status_of(promlet_dashboard(registry, NULL));
}

static promlet_status make_rules(void)
{
    return status_of(promlet_alert_rules(registry, NULL));
}

/* ---- without it ------------------------------------------------------------------------------ */

enum { MOST_REQUESTS = 2000 };

/* A collector that finds no memory is left out of a scrape, which is no error: so a call may go
   well though one request was refused. */
static void refuse_each(promlet_status (*call)(void), bool and_all_that_follow)
{
    assert_int_equal(call(), PROMLET_OK); /* what a registry makes once */
    long alive = atomic_load(&allocations_alive);
    long n = 0;
    long asked;
    do {
        n++;
        (void)promlet_set_last_error(PROMLET_OK, "");
        allocations_refuse(n, and_all_that_follow);
        promlet_status status = call();
        asked = atomic_load(&allocations_asked);
        allocations_refuse(0, false);
        if (status != PROMLET_OK) {
            assert_int_equal(status, PROMLET_ERROR_MEMORY);
            assert_string_equal(promlet_last_error(), "out of memory");
        }
        assert_true(status == PROMLET_OK || asked >= n);
    } while (asked >= n && n < MOST_REQUESTS);
    assert_true(n > 3 && n < MOST_REQUESTS);
    assert_int_equal(call(), PROMLET_OK);
    assert_int_equal(atomic_load(&allocations_alive), alive);
}

static void calls_without_memory_say_so_and_leak_nothing(void **state)
{
    (void)state;
    static promlet_status (*const calls[])(void) = {describe, write_dashboard, write_rules,
                                                    make_dashboard, make_rules};
    for (size_t i = 0; i < COUNT_OF(calls); i++) {
        refuse_each(calls[i], true);
        refuse_each(calls[i], false);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(calls_without_memory_say_so_and_leak_nothing),
    };
    return cmocka_run_group_tests(tests, begin, end);
}
