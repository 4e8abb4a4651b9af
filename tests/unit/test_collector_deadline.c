/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Tests of deadlines and of unregistering collectors that run. Collectors return when the test lets
 * them; a deadline that shall pass is a millisecond, one that shall not is an hour.
 */
#include "base/clock.h"
#include "support/expect.h"
#include "support/gate.h"
#include "support/hang.h"
#include "support/heard_log.h"
#include "support/last_threads.h"
#include "support/leaks.h"
#include "support/sanitizers.h"

#include <pthread.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

static promlet_collector *add(promlet_registry *registry, struct gate *gate, double deadline)
{
    return promlet_collector_new(registry, &(promlet_collector_opts){.name = gate->family,
                                                                     .collect = emit_past_gate,
                                                                     .ctx = gate,
                                                                     .deadline_seconds = deadline});
}

static double success_of(promlet_registry *registry, const struct gate *gate)
{
    char sample[100];
    (void)snprintf(sample, sizeof sample, "promlet_collector_success{collector=\"%s\"}",
                   gate->family);
    return scraped_value(registry, sample);
}

/* ---- in time --------------------------------------------------------------------------------- */

static void collector_without_deadline_runs_in_the_scraping_thread(void **state)
{
    (void)state;
    struct gate gate = GATE("a");
    gate.is_open = true;
    promlet_registry *registry = new_registry();
    add(registry, &gate, 0);
    assert_true(scraped_value(registry, "a") == 1);
    assert_true(pthread_equal(gate.thread, pthread_self()));
    assert_false(gate.all_signals_blocked);
    promlet_registry_free(registry);
}

static void collector_with_deadline_runs_in_a_thread_without_signals(void **state)
{
    (void)state;
    struct gate gate = GATE("a");
    gate.is_open = true;
    promlet_registry *registry = new_registry();
    add(registry, &gate, LONG);
    assert_true(scraped_value(registry, "a") == 1);
    assert_false(pthread_equal(gate.thread, pthread_self()));
    assert_true(gate.all_signals_blocked);
    assert_true(success_of(registry, &gate) == 1);
    sigset_t blocked;
    (void)pthread_sigmask(SIG_SETMASK, NULL, &blocked);
    assert_int_equal(sigismember(&blocked, SIGTERM), 0);
    promlet_registry_free(registry);
}

static void collectors_with_deadlines_run_side_by_side(void **state)
{
    (void)state;
    struct gate a = GATE("a");
    struct gate b = GATE("b");
    a.is_open = b.is_open = true;
    a.other = &b;
    b.other = &a;
    promlet_registry *registry = new_registry();
    add(registry, &a, LONG);
    add(registry, &b, LONG);
    char *text = promlet_registry_get_metrics(registry);
    assert_true(sample_value(text, "a") == 1);
    assert_true(sample_value(text, "b") == 1);
    promlet_free(text);
    promlet_registry_free(registry);
}

/* ---- too late -------------------------------------------------------------------------------- */

static void collector_beyond_its_deadline_loses_only_its_families(void **state)
{
    (void)state;
    struct gate late = GATE("late");
    struct gate good = GATE("good");
    good.is_open = true;
    struct heard_log heard;
    start_to_hear(&heard);
    promlet_registry *registry = new_registry();
    add(registry, &late, SHORT);
    add(registry, &good, LONG);
    char *text = promlet_registry_get_metrics(registry);
    assert_null(strstr(text, "\nlate "));
    assert_true(sample_value(text, "good") == 1);
    assert_non_null(strstr(text, "promlet_collector_success{collector=\"late\"} 0\n"));
    assert_true(sample_value(text, "promlet_collector_success{collector=\"good\"}") == 1);
    promlet_free(text);
    assert_string_equal(heard.last, "collector late: it did not return before its deadline");
    wait_until_entered(&late, 1);

    /* Not called again before it has returned, and what it then emits is dropped. */
    text = promlet_registry_get_metrics(registry);
    assert_null(strstr(text, "\nlate "));
    assert_true(sample_value(text, "promlet_collector_failures_total{collector=\"late\"}") == 2);
    promlet_free(text);
    assert_int_equal(times_entered(&late), 1);
    set_open(&late, true);
    wait_until_left(&late, 1);
    while (times_entered(&late) < 2) { /* the call ends a moment after it has left the gate */
        promlet_free(promlet_registry_get_metrics(registry));
    }
    stop_to_hear();
    promlet_registry_free(registry);
}

static void deadline_passes_while_a_test_has_stopped_the_clock(void **state)
{
    (void)state;
    struct gate late = GATE("late");
    promlet_registry *registry = new_registry();
    promlet_collector *collector = add(registry, &late, SHORT);
    pml_clock_stop_at(1);
    char *text = promlet_registry_get_metrics(registry);
    assert_null(strstr(text, "\nlate "));
    promlet_free(text);
    wait_until_entered(&late, 1);
    assert_int_equal(promlet_collector_free_within(collector, SHORT), PROMLET_ERROR_BUSY);
    pml_clock_run();
    set_open(&late, true);
    promlet_registry_free(registry);
}

static void registry_freed_waits_for_a_late_collector(void **state)
{
    (void)state;
    struct gate late = GATE("late");
    promlet_registry *registry = new_registry();
    add(registry, &late, SHORT);
    promlet_free(promlet_registry_get_metrics(registry));
    wait_until_entered(&late, 1);
    set_open(&late, true);
    promlet_registry_free(registry);
    assert_int_equal(late.left, 1);
}

/* ---- unregistering while it runs ------------------------------------------------------------- */

static void *scrape(void *ctx)
{
    promlet_free(promlet_registry_get_metrics(ctx));
    return NULL;
}

static void *free_collector(void *ctx)
{
    promlet_collector_free(ctx);
    return NULL;
}

static void collector_freed_while_it_runs_here_is_waited_for(void **state)
{
    (void)state;
    const double deadlines[] = {0, LONG};
    for (size_t i = 0; i < COUNT_OF(deadlines); i++) {
        struct gate gate = GATE("a");
        promlet_registry *registry = new_registry();
        promlet_collector *collector = add(registry, &gate, deadlines[i]);
        pthread_t scraper;
        pthread_t freer;
        assert_int_equal(pthread_create(&scraper, NULL, scrape, registry), 0);
        wait_until_entered(&gate, 1);
        assert_int_equal(promlet_collector_free_within(collector, 0), PROMLET_ERROR_BUSY);
        assert_string_equal(promlet_last_error(), "a: it is still running");
        assert_int_equal(promlet_collector_free_within(collector, SHORT), PROMLET_ERROR_BUSY);
        assert_int_equal(pthread_create(&freer, NULL, free_collector, collector), 0);
        set_open(&gate, true);
        assert_int_equal(pthread_join(freer, NULL), 0);
        assert_int_equal(gate.left, 1);
        assert_int_equal(pthread_join(scraper, NULL), 0);
        char *text = promlet_registry_get_metrics(registry);
        assert_string_equal(text, "# EOF\n");
        promlet_free(text);
        promlet_registry_free(registry);
    }
}

static void collector_busy_stays_registered(void **state)
{
    (void)state;
    struct gate gate = GATE("a");
    promlet_registry *registry = new_registry();
    promlet_collector *collector = add(registry, &gate, SHORT);
    promlet_free(promlet_registry_get_metrics(registry));
    wait_until_entered(&gate, 1);
    assert_int_equal(promlet_collector_free_within(collector, -1), PROMLET_ERROR_BUSY);
    set_open(&gate, true);
    while (promlet_collector_free_within(collector, LONG) != PROMLET_OK) {
    }
    assert_int_equal(gate.left, 1);
    char *text = promlet_registry_get_metrics(registry);
    assert_string_equal(text, "# EOF\n");
    promlet_free(text);
    promlet_registry_free(registry);
}

static void collector_that_frees_itself_goes_when_it_returns(void **state)
{
    (void)state;
    const double deadlines[] = {0, LONG};
    for (size_t i = 0; i < COUNT_OF(deadlines); i++) {
        struct gate gate = GATE("a");
        gate.is_open = true;
        promlet_registry *registry = new_registry();
        gate.to_free = add(registry, &gate, deadlines[i]);
        assert_true(scraped_value(registry, "a") == 1);
        char *text = promlet_registry_get_metrics(registry);
        assert_string_equal(text, "# EOF\n");
        promlet_free(text);
        promlet_registry_free(registry);
    }
}

static void collector_that_frees_itself_too_late_goes_when_it_returns(void **state)
{
    (void)state;
    struct gate gate = GATE("a");
    promlet_registry *registry = new_registry();
    gate.to_free = add(registry, &gate, SHORT);
    promlet_free(promlet_registry_get_metrics(registry));
    wait_until_entered(&gate, 1);
    set_open(&gate, true);
    promlet_registry_free(registry); /* which waits for it */
    assert_int_equal(gate.left, 1);
}

/* ---- forked children ------------------------------------------------------------------------- */

static int scrape_in_child(promlet_registry *registry, promlet_collector *collector,
                           struct gate *gate)
{
    set_open(gate, true);
    char *text = promlet_registry_get_metrics(registry);
    bool is_called = text != NULL && strstr(text, "\na 1\n") != NULL;
    promlet_free(text);
    promlet_collector_free(collector);
    promlet_registry_free(registry);
    return is_called ? 0 : 1;
}

static void collector_running_at_fork_is_forgotten_by_the_child(void **state)
{
    (void)state;
    if (address_sanitizer_forbids("a fork beside threads that allocate")) {
        skip();
    }
    static struct gate gate = GATE("a");
    promlet_registry *registry = new_registry();
    promlet_collector *collector = add(registry, &gate, SHORT);
    promlet_free(promlet_registry_get_metrics(registry));
    wait_until_entered(&gate, 1);
    pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        leave_without_leak_check();
        end_hang_after(20);
        gate.lock = (pthread_mutex_t)PTHREAD_MUTEX_INITIALIZER;
        gate.changed = (pthread_cond_t)PTHREAD_COND_INITIALIZER;
        promlet_registry *own = promlet_registry_new();
        struct gate own_gate = GATE("a");
        /* The thread sanitizer allows no threads in such a child. */
        double deadline = sanitizer_name() == NULL ? LONG : 0;
        promlet_collector *own_collector = add(own, &own_gate, deadline);
        int status = scrape_in_child(own, own_collector, &own_gate);
        gate.is_open = true;
        promlet_collector_free(collector);
        promlet_registry_free(registry);
        _exit(status);
    }
    int status = 1;
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 0);
    assert_int_equal(promlet_collector_free_within(collector, 0), PROMLET_ERROR_BUSY);
    set_open(&gate, true);
    promlet_registry_free(registry);
    assert_int_equal(gate.left, 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(collector_without_deadline_runs_in_the_scraping_thread),
        cmocka_unit_test(collector_with_deadline_runs_in_a_thread_without_signals),
        cmocka_unit_test(collectors_with_deadlines_run_side_by_side),
        cmocka_unit_test(collector_beyond_its_deadline_loses_only_its_families),
        cmocka_unit_test(deadline_passes_while_a_test_has_stopped_the_clock),
        cmocka_unit_test(registry_freed_waits_for_a_late_collector),
        cmocka_unit_test(collector_freed_while_it_runs_here_is_waited_for),
        cmocka_unit_test(collector_busy_stays_registered),
        cmocka_unit_test(collector_that_frees_itself_goes_when_it_returns),
        cmocka_unit_test(collector_that_frees_itself_too_late_goes_when_it_returns),
        cmocka_unit_test(collector_running_at_fork_is_forgotten_by_the_child),
    };
    return cmocka_run_group_tests(tests, note_threads, wait_for_last_threads);
}
