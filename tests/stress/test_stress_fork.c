/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Children of all sorts that are made again and again while other threads record, create, remove,
 * unregister, collect and scrape: forked ones, with children of their own, and others that run
 * another program at once, by vfork() and by posix_spawn(). Neither a child nor the parent hangs,
 * and what each of them has counted is exact.
 */
#include "support/expect.h"
#include "support/hang.h"
#include "support/leaks.h"
#include "support/sanitizers.h"
#include "support/stress.h"
#include "support/strict_text.h"

#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

/* A child that waits for a lock which nobody holds any more ends by SIGALRM. */
#define SECONDS_UNTIL_KILLED 20

extern char **environ;

static uint64_t seed;

static struct shared {
    promlet_registry *registry;
    promlet_counter *counter;
    promlet_histogram *native;
    promlet_counter_family *family; /* whose series are removed as well */
} shared;

/* A child that is forked when threads have ended but were not joined yet has none of them leaked;
   the thread sanitizer takes it so unless it is told. */
const char *__tsan_default_options(void);
const char *__tsan_default_options(void)
{
    return "report_thread_leaks=0";
}

static void hear_nothing(const char *message, void *ctx)
{
    (void)message;
    (void)ctx;
}

static void begin(void)
{
    shared.registry = new_registry();
    shared.counter = promlet_counter_new(shared.registry, &(promlet_opts){.name = "jobs_total"});
    shared.native = promlet_histogram_new(shared.registry,
                                          &(promlet_opts){.name = "spans", .native_factor = 1.1});
    shared.family = promlet_counter_family_new(
        shared.registry, &(promlet_opts){.name = "requests_total", .labels = {"user"}});
    promlet_set_log_callback(hear_nothing, NULL);
}

/* ---- the storm ------------------------------------------------------------------------------- */

static void keep_recording(stress_member *self)
{
    while (stress_goes_on(self)) {
        promlet_counter_inc(shared.counter);
        promlet_histogram_observe(shared.native, (double)(stress_random(&self->random) % 100000));
        self->done++;
    }
}

static void keep_creating_and_removing(stress_member *self)
{
    while (stress_goes_on(self)) {
        char user[24];
        (void)snprintf(user, sizeof user, "%u", (unsigned)(stress_random(&self->random) % 500));
        promlet_counter_inc_by(shared.family, user);
        promlet_counter *counter = promlet_counter_with(shared.family, user);
        promlet_counter_inc(counter);
        promlet_counter_release(counter);
        if (stress_random(&self->random) % 4 == 0) {
            (void)promlet_family_remove(shared.family, user);
        }
        if (stress_random(&self->random) % 256 == 0) {
            (void)promlet_family_clear(shared.family);
        }
        self->done++;
    }
}

static double answer(void *ctx)
{
    (void)ctx;
    return 1;
}

static promlet_status collect(promlet_emitter *emitter, void *ctx)
{
    (void)ctx;
    promlet_emit_family(emitter,
                        &(promlet_emit_opts){.name = "emitted", .type = PROMLET_TYPE_GAUGE});
    return promlet_emit_u64(emitter, 1);
}

static void keep_declaring(stress_member *self)
{
    while (stress_goes_on(self)) {
        promlet_gauge *gauge =
            promlet_gauge_new(shared.registry, &(promlet_opts){.name = "comes_and_goes"});
        promlet_gauge_inc(gauge);
        promlet_collector *callback = promlet_gauge_callback_new(
            shared.registry, &(promlet_opts){.name = "asked"}, answer, NULL);
        promlet_collector *collector = promlet_collector_new(
            shared.registry, &(promlet_collector_opts){.name = "emitter", .collect = collect});
        (void)promlet_gauge_new(shared.registry, &(promlet_opts){.name = "jobs_total"});
        (void)sched_yield();
        promlet_collector_free(collector);
        promlet_collector_free(callback);
        (void)promlet_registry_unregister(shared.registry, "comes_and_goes");
        self->done++;
    }
}

static void keep_scraping(stress_member *self)
{
    const char *prefix = "req";
    while (stress_goes_on(self)) {
        promlet_free(promlet_registry_get_metrics(shared.registry));
        promlet_snapshot_release(promlet_snapshot_take_filtered(
            shared.registry, &(promlet_filter){.allow_prefixes = &prefix, .allow_count = 1}));
        self->done++;
    }
}

static void start_storm(stress_crew *crew)
{
    begin();
    stress_crew_begin(crew, stress_seconds(1));
    stress_crew_add(crew, 1, keep_recording, NULL, seed);
    stress_crew_add(crew, 2, keep_creating_and_removing, NULL, seed);
    stress_crew_add(crew, 1, keep_declaring, NULL, seed);
    stress_crew_add(crew, 2, keep_scraping, NULL, seed);
    stress_crew_go(crew);
}

/* What children did is not the parent's. */
static void end_storm(stress_crew *crew, uint64_t children)
{
    stress_crew_wait(crew);
    promlet_set_log_callback(NULL, NULL);
    print_message("%" PRIu64 " children\n", children);
    char *text = promlet_registry_get_metrics(shared.registry);
    assert_non_null(text);
    assert_true((uint64_t)strict_value(text, "jobs_total") == crew->members[0].done);
    assert_true((uint64_t)strict_value(text, "spans_count") == crew->members[0].done);
    assert_null(strstr(text, "child"));
    promlet_free(text);
    promlet_registry_free(shared.registry);
}

static void expect_success(pid_t child)
{
    int status = -1;
    assert_true(child > 0);
    assert_int_equal(waitpid(child, &status, 0), child);
    if (!WIFEXITED(status) || WEXITSTATUS(status) != 0) {
        fail_msg("the child ended with status %#x", (unsigned int)status);
    }
}

/* ---- forked children ------------------------------------------------------------------------- */

/* The value of one sample of a well-formed document; -1 for any other. */
static long double shown(const char *key)
{
    char *text = promlet_registry_get_metrics(shared.registry);
    strict_verdict verdict;
    long double value = -1;
    if (text == NULL || !strict_is_well_formed(text, &verdict)) {
        fprintf(stderr, "in the child: %s\n", text == NULL ? promlet_last_error() : verdict.why);
    } else {
        value = strict_value(text, key);
    }
    promlet_free(text);
    return value;
}

static bool counts_on(long double from)
{
    promlet_counter_inc(shared.counter);
    promlet_counter_inc_by(shared.family, "child");
    promlet_counter_inc(
        promlet_counter_new(shared.registry, &(promlet_opts){.name = "only_in_child_total"}));
    return shown("jobs_total") == from + 1 && shown("requests_total{user=\"child\"}") >= 1 &&
           shown("only_in_child_total") >= 1;
}

static int live(int generations)
{
    leave_without_leak_check();
    (void)signal(SIGALRM, SIG_DFL);
    end_hang_after(SECONDS_UNTIL_KILLED);
    long double before = shown("jobs_total");
    if (before < 0 || !counts_on(before)) {
        return 1;
    }
    if (generations > 0) {
        int status = -1;
        pid_t child = fork();
        if (child == 0) {
            _exit(live(generations - 1));
        }
        if (waitpid(child, &status, 0) != child || status != 0) {
            return 2;
        }
    }
    bool is_reset = promlet_registry_reset_totals(shared.registry) == PROMLET_OK && counts_on(0) &&
                    shown("spans_count") == 0;
    promlet_registry_free(shared.registry);
    return is_reset ? 0 : 3;
}

static void children_of_a_storm_hang_nowhere_and_count_on(void **state)
{
    (void)state;
    static stress_crew crew;
    if (address_sanitizer_forbids("a fork beside threads that allocate")) {
        skip();
    }
    start_storm(&crew);
    uint64_t children = 0;
    do {
        pid_t child = fork();
        if (child == 0) {
            _exit(live(children % 4 == 0 ? 1 : 0));
        }
        expect_success(child);
        children++;
    } while (stress_now() < crew.deadline);
    end_storm(&crew, children);
}

/* ---- children that run another program ------------------------------------------------------- */

static char *const nothing_to_do[] = {"true", NULL};

/* The child has the parent's memory until it runs the program, and no handlers of forks are called.
 */
static pid_t start_by_vfork(void)
{
    pid_t child = vfork();
    if (child == 0) {
        (void)execvp(nothing_to_do[0], nothing_to_do);
        _exit(127);
    }
    return child;
}

static pid_t start_by_spawn(void)
{
    pid_t child = -1;
    return posix_spawnp(&child, nothing_to_do[0], NULL, NULL, nothing_to_do, environ) == 0 ? child
                                                                                           : -1;
}

static void programs_started_amid_a_storm_disturb_nobody(void **state)
{
    (void)state;
    static stress_crew crew;
    start_storm(&crew);
    uint64_t children = 0;
    do {
        expect_success(children % 2 == 0 ? start_by_vfork() : start_by_spawn());
        children++;
    } while (stress_now() < crew.deadline);
    end_storm(&crew, children);
}

int main(void)
{
    seed = stress_seed();
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(children_of_a_storm_hang_nowhere_and_count_on),
        cmocka_unit_test(programs_started_amid_a_storm_disturb_nobody),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
