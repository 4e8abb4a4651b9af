/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Out of memory while file-scope metrics are read; each fault in a process of its own, since
 * nothing there is freed.
 */
#include "modules/open_plugin.h"
#include "support/faults.h"

#include <sys/wait.h>
#include <unistd.h>

PROMLET_STATIC_COUNTER(static_counter, "static_jobs_total", "Jobs.");
PROMLET_STATIC_GAUGE(static_gauge, "static_depth", "Depth.");
PROMLET_STATIC_HISTOGRAM_BOUNDS(static_histogram, "static_seconds", "Time.", 1, 2);

static void check_static(const char *text)
{
    assert_shown(text, "static_jobs_total", 3);
    assert_shown(text, "static_depth", 4);
    assert_shown(text, "static_seconds_count", 1);
    assert_shown(text, "static_seconds_sum", 2);
    assert_shown(text, "static_seconds_bucket{le=\"1.0\"}", 0);
}

enum child_result { CHILD_REFUSED = 10, CHILD_NOT_REFUSED, CHILD_LEAKS, CHILD_FAILED };

/* usual: what is alive after a scrape to which nothing was refused. */
static int run_static_child(long n, bool on, long usual)
{
    allocations_refuse(n, on);
    char *text = promlet_get_metrics();
    bool is_refused = atomic_load(&allocations_asked) >= n;
    allocations_refuse(0, false);
    /* One request is survived without a word: sorting is only slower without it. */
    if (text == NULL && !is_refused) {
        return CHILD_FAILED;
    }
    if (text != NULL) {
        check_static(text);
    }
    promlet_free(text);
    scrape_and_check(NULL, check_static);
    if (promlet_registry_status(NULL, NULL) != PROMLET_OK) {
        return CHILD_FAILED;
    }
    if (atomic_load(&allocations_alive) != usual) {
        return CHILD_LEAKS;
    }
    return is_refused ? CHILD_REFUSED : CHILD_NOT_REFUSED;
}

static int result_of_child(long n, bool on, long usual)
{
    pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        _exit(run_static_child(n, on, usual));
    }
    int status;
    assert_true(waitpid(child, &status, 0) == child);
    return WIFEXITED(status) ? WEXITSTATUS(status) : CHILD_FAILED;
}

/* What the default registry holds after a scrape, as a child counts it. */
static long measure_usual_allocations(void)
{
    int pipes[2];
    assert_int_equal(pipe(pipes), 0);
    pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        promlet_free(promlet_get_metrics());
        long alive = atomic_load(&allocations_alive);
        _exit(write(pipes[1], &alive, sizeof alive) == sizeof alive ? 0 : 1);
    }
    long usual = 0;
    assert_true(read(pipes[0], &usual, sizeof usual) == sizeof usual);
    assert_true(waitpid(child, NULL, 0) == child);
    (void)close(pipes[0]);
    (void)close(pipes[1]);
    return usual;
}

static void static_refresh_with_each_allocation_refused_recovers(void **state)
{
    (void)state;
    promlet_counter_add_u64(static_counter, 3);
    promlet_gauge_set(static_gauge, 4);
    promlet_histogram_observe(static_histogram, 2);
    long usual = measure_usual_allocations();
    assert_true(usual > 0);
    for (int on = 0; on < 2; on++) {
        long n = 1;
        int result;
        while ((result = result_of_child(n, on == 1, usual)) == CHILD_REFUSED) {
            n++;
        }
        print_message("file-scope metrics: %ld fault points\n", n - 1);
        assert_int_equal(result, CHILD_NOT_REFUSED);
        assert_true(n > 1);
    }
}

/* What a refused scrape has learnt of modules that came and went must not be lost with it. */
static void module_reloaded_before_refused_scrape_is_counted_exactly(void **state)
{
    (void)state;
    uint64_t recorded_in_module = 0;
    bool is_refused = true;
    long n = 0;
    while (is_refused) {
        struct open_plugin plugin = open_plugin(PLUGIN_A);
        promlet_counter_add_u64(plugin.metrics.own_jobs, 5);
        promlet_free(promlet_get_metrics());
        close_module(plugin.module, PLUGIN_A);
        plugin = open_plugin(PLUGIN_A);
        promlet_counter_add_u64(plugin.metrics.own_jobs, 3);
        recorded_in_module += 8;
        allocations_refuse(++n, false);
        promlet_free(promlet_get_metrics());
        is_refused = atomic_load(&allocations_asked) >= n;
        allocations_refuse(0, false);
        char *text = promlet_get_metrics();
        assert_shown(text, "plugin_a_jobs_total", recorded_in_module);
        promlet_free(text);
        close_module(plugin.module, PLUGIN_A);
    }
    print_message("reloaded module: %ld fault points\n", n - 1);
    assert_true(n > 1);
}
int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(static_refresh_with_each_allocation_refused_recovers),
        cmocka_unit_test(module_reloaded_before_refused_scrape_is_counted_exactly),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
