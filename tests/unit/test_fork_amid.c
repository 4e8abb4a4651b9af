/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Forked children of a process that is amid something: another thread holds a lock, or this one
 * forks in a callback that promlet has called. And children of children.
 */
#include "support/expect.h"
#include "support/leaks.h"
#include "support/sanitizers.h"

#include "base/locks.h"
#include "support/hang.h"

#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdatomic.h>
#include <sys/wait.h>
#include <unistd.h>

/* A child that waits for a lock which nobody holds any more ends by SIGALRM. */
#define SECONDS_UNTIL_KILLED 20

/* How often a holder of a lock gives way once a fork waits for it. */
#define TURNS 100

/* A child that is forked when threads have ended but were not joined yet has none of them leaked;
   the thread sanitizer takes it so unless it is told. */
const char *__tsan_default_options(void);
const char *__tsan_default_options(void)
{
    return "report_thread_leaks=0";
}

static promlet_registry *registry;
static promlet_counter_family *family;

static void declare(void)
{
    registry = new_registry();
    family = promlet_counter_family_new(
        registry, &(promlet_opts){.name = "requests_total", .labels = {"user"}});
    promlet_counter_inc_by(family, "parent");
}

static bool is_shown(const char *line)
{
    char *text = promlet_registry_get_metrics(registry);
    bool is_there = text != NULL && strstr(text, line) != NULL;
    promlet_free(text);
    return is_there;
}

static void become_child(void)
{
    leave_without_leak_check();
    (void)signal(SIGALRM, SIG_DFL);
    end_hang_after(SECONDS_UNTIL_KILLED);
}

static void assert_child_succeeds(pid_t child)
{
    int status = -1;
    assert_true(child > 0);
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_int_equal(status, 0);
}

/* Takes each of the core's locks, and the call that needs the most of them. */
static int use_everything(void)
{
    for (int id = 0; id < PML_LOCKS; id++) {
        pml_lock((pml_lock_id)id);
        pml_unlock((pml_lock_id)id);
    }
    promlet_counter_inc_by(family, "child");
    promlet_counter_inc(
        promlet_counter_new(registry, &(promlet_opts){.name = "only_in_child_total"}));
    promlet_set_log_callback(NULL, NULL);
    bool is_right = is_shown("requests_total{user=\"child\"} 1\n") &&
                    is_shown("requests_total{user=\"parent\"} 1\n") &&
                    is_shown("only_in_child_total 1\n") &&
                    promlet_family_remove(family, "parent") == PROMLET_OK &&
                    promlet_registry_reset_totals(registry) == PROMLET_OK;
    promlet_registry_free(registry);
    return is_right ? 0 : 1;
}

/* ---- another thread holds a lock ------------------------------------------------------------- */

/* Handlers that are registered last are called first, so this is set before a fork gets promlet's
   locks. */
static atomic_bool is_forking;

static void note_fork(void)
{
    atomic_store(&is_forking, true);
}

struct holder {
    pml_lock_id id;
    atomic_bool is_holding;
    bool is_half_done; /* as what the lock guards */
};

static void *hold(void *ctx)
{
    struct holder *holder = ctx;
    pml_lock(holder->id);
    holder->is_half_done = true;
    atomic_store(&holder->is_holding, true);
    while (!atomic_load(&is_forking)) {
        (void)sched_yield();
    }
    for (int i = 0; i < TURNS; i++) {
        (void)sched_yield();
    }
    holder->is_half_done = false;
    pml_unlock(holder->id);
    return NULL;
}

static void child_finds_each_lock_free_and_nothing_half_done(void **state)
{
    (void)state;
    declare();
    for (int id = 0; id < PML_LOCKS; id++) {
        struct holder holder = {.id = (pml_lock_id)id};
        pthread_t thread;
        atomic_store(&is_forking, false);
        assert_int_equal(pthread_create(&thread, NULL, hold, &holder), 0);
        while (!atomic_load(&holder.is_holding)) {
            (void)sched_yield();
        }
        pid_t child = fork();
        if (child == 0) {
            become_child();
            _exit(holder.is_half_done ? 2 : use_everything());
        }
        assert_child_succeeds(child);
        assert_int_equal(pthread_join(thread, NULL), 0);
    }
    assert_false(is_shown("child"));
    promlet_registry_free(registry);
}

/* ---- this thread is in a callback ------------------------------------------------------------ */

static pid_t forked;

static double fork_once(void *ctx)
{
    bool *has_forked = ctx;
    if (!*has_forked) {
        *has_forked = true;
        forked = fork();
        if (forked == 0) {
            become_child();
        }
    }
    return forked == 0 ? 2 : 1;
}

/* The child goes on with the scrape that it finds itself in, and can do the next. */
static void child_of_a_callback_ends_the_scrape_of_its_own(void **state)
{
    bool has_forked = false;
    (void)state;
    declare();
    promlet_gauge_callback_new(registry, &(promlet_opts){.name = "asked"}, fork_once, &has_forked);
    bool is_right = is_shown(forked == 0 ? "\nasked 2\n" : "\nasked 1\n");
    if (has_forked && forked == 0) {
        _exit(is_right ? use_everything() : 3);
    }
    assert_child_succeeds(forked);
    assert_true(is_shown("\nasked 1\n"));
    promlet_registry_free(registry);
}

static void fork_in_log(const char *message, void *ctx)
{
    (void)message;
    (void)fork_once(ctx);
}

static void child_of_the_log_callback_goes_on(void **state)
{
    bool has_forked = false;
    (void)state;
    declare();
    promlet_set_log_callback(fork_in_log, &has_forked);
    (void)promlet_gauge_new(registry, &(promlet_opts){.name = "requests_total"}); /* refused */
    if (has_forked && forked == 0) {
        _exit(use_everything());
    }
    promlet_set_log_callback(NULL, NULL);
    assert_true(has_forked);
    assert_child_succeeds(forked);
    promlet_registry_free(registry);
}

/* The child hears its own warnings with the callback of its parent. */
static void count_message(const char *message, void *ctx)
{
    (void)message;
    ++*(int *)ctx;
}

static void child_has_the_log_callback(void **state)
{
    int heard = 0;
    (void)state;
    declare();
    promlet_set_log_callback(count_message, &heard);
    promlet_log("A warning.");
    pid_t child = fork();
    if (child == 0) {
        become_child();
        promlet_log("Another one.");
        _exit(heard == 2 ? 0 : 1);
    }
    assert_child_succeeds(child);
    assert_int_equal(heard, 1);
    promlet_set_log_callback(NULL, NULL);
    promlet_registry_free(registry);
}

/* ---- collectors ------------------------------------------------------------------------------ */

static double answer(void *ctx)
{
    return *(double *)ctx;
}

/* Freed, it says nothing more: in the child alone. */
static void child_has_collectors_of_its_own(void **state)
{
    double value = 1;
    (void)state;
    declare();
    promlet_collector *callback =
        promlet_gauge_callback_new(registry, &(promlet_opts){.name = "asked"}, answer, &value);
    pid_t child = fork();
    if (child == 0) {
        become_child();
        value = 2;
        bool is_asked = is_shown("\nasked 2\n");
        promlet_collector_free(callback);
        _exit(is_asked && !is_shown("asked") ? use_everything() : 1);
    }
    assert_child_succeeds(child);
    assert_true(is_shown("\nasked 1\n"));
    promlet_registry_free(registry);
}

/* ---- children of children -------------------------------------------------------------------- */

#define GENERATIONS 4

/* Each generation adds a series to those that it has found, and all see their own values only. */
static int live(int generation)
{
    char line[64];
    char user[16];
    (void)snprintf(user, sizeof user, "g%d", generation);
    promlet_counter_inc_by(family, user);
    for (int i = 0; i <= GENERATIONS; i++) {
        (void)snprintf(line, sizeof line, "requests_total{user=\"g%d\"} 1\n", i);
        if (is_shown(line) != (i <= generation)) {
            return 1;
        }
    }
    if (generation == GENERATIONS) {
        return use_everything();
    }
    pid_t child = fork();
    if (child == 0) {
        _exit(live(generation + 1));
    }
    int status = -1;
    bool is_right = waitpid(child, &status, 0) == child && status == 0;
    (void)snprintf(line, sizeof line, "user=\"g%d\"", generation + 1);
    return is_right && !is_shown(line) ? 0 : 1;
}

static void child_of_a_child_goes_on_from_there(void **state)
{
    (void)state;
    declare();
    pid_t child = fork();
    if (child == 0) {
        become_child();
        _exit(live(0));
    }
    assert_child_succeeds(child);
    assert_false(is_shown("g0"));
    promlet_registry_free(registry);
}

int main(void)
{
    /* A first call has promlet register its handlers, which are called behind this one then. */
    promlet_free(promlet_get_metrics());
    assert_int_equal(pthread_atfork(note_fork, NULL, NULL), 0);
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(child_finds_each_lock_free_and_nothing_half_done),
        cmocka_unit_test(child_of_a_callback_ends_the_scrape_of_its_own),
        cmocka_unit_test(child_of_the_log_callback_goes_on),
        cmocka_unit_test(child_has_the_log_callback),
        cmocka_unit_test(child_has_collectors_of_its_own),
        cmocka_unit_test(child_of_a_child_goes_on_from_there),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
