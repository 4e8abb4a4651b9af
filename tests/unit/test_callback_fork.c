/* SPDX-License-Identifier: Apache-2.0 */
/* Callbacks and collectors with a deadline in the children of a process that forks amid their
   calls, which run in threads of promlet's own. */
#include "support/children.h"
#include "support/gate.h"
#include "support/hang.h"
#include "support/last_threads.h"
#include "support/sanitizers.h"

#include <signal.h>

/* A child that waits for what will never come ends by SIGALRM. */
#define SECONDS_UNTIL_KILLED 20

static struct gate gate;
static promlet_registry *registry;

static void begin(void)
{
    if (address_sanitizer_forbids("a fork beside threads that allocate")) {
        skip();
    }
    gate = (struct gate)GATE("a");
    registry = new_registry();
}

/* The gate's lock may have been held by a thread that is not here. */
static void become_child(void)
{
    leave_without_leak_check();
    (void)signal(SIGALRM, SIG_DFL);
    end_hang_after(SECONDS_UNTIL_KILLED);
    gate.lock = (pthread_mutex_t)PTHREAD_MUTEX_INITIALIZER;
    gate.changed = (pthread_cond_t)PTHREAD_COND_INITIALIZER;
    set_open(&gate, true);
}

static promlet_collector *add_callback(double deadline)
{
    promlet_opts options = {.name = gate.family, .deadline_seconds = deadline};
    return promlet_gauge_callback_new(registry, &options, answer_past_gate, &gate);
}

static bool is_shown(const char *line)
{
    char *text = promlet_registry_get_metrics(registry);
    bool is_there = text != NULL && strstr(text, line) != NULL;
    promlet_free(text);
    return is_there;
}

static void *scrape(void *ctx)
{
    (void)ctx;
    promlet_free(promlet_registry_get_metrics(registry));
    return NULL;
}

/* ---- calls that run at the fork -------------------------------------------------------------- */

static int ask_in_child(promlet_collector *callback)
{
    int entered = gate.entered;
    bool is_right = is_shown("\na 1\n") && gate.entered == entered + 1 &&
                    is_shown("promlet_collector_success{collector=\"a\"} 1\n");
    promlet_collector_free(callback);
    is_right = is_right && !is_shown("\na ");
    promlet_registry_free(registry);
    return is_right ? 0 : 1;
}

static void callback_running_at_fork_is_asked_again_by_the_child(void **state)
{
    (void)state;
    begin();
    promlet_collector *callback = add_callback(LONG);
    pthread_t thread;
    assert_int_equal(pthread_create(&thread, NULL, scrape, NULL), 0);
    wait_until_entered(&gate, 1);
    pid_t child = fork();
    if (child == 0) {
        become_child();
        _exit(ask_in_child(callback));
    }
    assert_child_succeeds(child);
    assert_int_equal(times_entered(&gate), 1);
    set_open(&gate, true);
    assert_int_equal(pthread_join(thread, NULL), 0);
    assert_true(is_shown("\na 1\n"));
    promlet_registry_free(registry);
}

/* Whether the child's own thread is in time is up to the machine; that it is asked is not. */
static int ask_late_in_child(promlet_collector *callback)
{
    int left = gate.left;
    scrape(NULL);
    wait_until_left(&gate, left + 1);
    promlet_collector_free(callback);
    promlet_registry_free(registry);
    return 0;
}

static void callback_late_at_fork_is_asked_again_by_the_child(void **state)
{
    (void)state;
    begin();
    promlet_collector *callback = add_callback(SHORT);
    scrape(NULL);
    wait_until_entered(&gate, 1);
    pid_t child = fork();
    if (child == 0) {
        become_child();
        _exit(ask_late_in_child(callback));
    }
    assert_child_succeeds(child);
    assert_int_equal(promlet_collector_free_within(callback, 0), PROMLET_ERROR_BUSY);
    set_open(&gate, true);
    promlet_registry_free(registry);
    assert_int_equal(gate.left, 1);
}

/* ---- what is going at the fork --------------------------------------------------------------- */

static promlet_collector *going;

static promlet_status go_and_pass(promlet_emitter *emitter, void *ctx)
{
    promlet_collector_free(going);
    return emit_past_gate(emitter, ctx);
}

static promlet_collector *add_collector(promlet_collect_fn collect, double deadline)
{
    return promlet_collector_new(
        registry, &(promlet_collector_opts){
                      .name = "c", .collect = collect, .ctx = &gate, .deadline_seconds = deadline});
}

static int register_again(void)
{
    (void)add_collector(emit_past_gate, LONG);
    bool is_right = promlet_registry_status(registry, NULL) == PROMLET_OK && is_shown("\na 1\n") &&
                    is_shown("promlet_collector_success{collector=\"c\"} 1\n");
    promlet_registry_free(registry);
    return is_right ? 0 : 1;
}

static void collector_going_at_fork_leaves_its_name_to_the_child(void **state)
{
    (void)state;
    begin();
    going = add_collector(go_and_pass, SHORT);
    scrape(NULL);
    wait_until_entered(&gate, 1);
    pid_t child = fork();
    if (child == 0) {
        become_child();
        _exit(register_again());
    }
    assert_child_succeeds(child);
    set_open(&gate, true);
    promlet_registry_free(registry);
    assert_int_equal(gate.left, 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(callback_running_at_fork_is_asked_again_by_the_child),
        cmocka_unit_test(callback_late_at_fork_is_asked_again_by_the_child),
        cmocka_unit_test(collector_going_at_fork_leaves_its_name_to_the_child),
    };
    return cmocka_run_group_tests(tests, note_threads, wait_for_last_threads);
}
