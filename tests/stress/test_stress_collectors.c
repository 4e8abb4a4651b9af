/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Threads that register and free callbacks and collectors, with and without deadlines, some of
 * which are too late, while others scrape the same registry: all of it, parts of it, and merged
 * with another one. Each document is well formed, and once a collector is freed it is not called
 * again.
 */
#include "support/expect.h"
#include "support/hang.h"
#include "support/leaks.h"
#include "support/sanitizers.h"
#include "support/stress.h"
#include "support/strict_text.h"

#include <sys/wait.h>
#include <unistd.h>

static uint64_t seed;
static stress_failure failure = STRESS_FAILURE_INITIALIZER;
static promlet_registry *registry;
static promlet_registry *other;
static promlet_counter *calls;

/* What a collector is given; it must be left alone when the handle has been freed. */
struct lease {
    atomic_bool is_over;
    atomic_bool is_slow;
    char name[32];
};

static void use(struct lease *lease)
{
    if (atomic_load(&lease->is_over)) {
        stress_fail(&failure, "%s was called after it was freed", lease->name);
    }
    promlet_counter_inc(calls);
    while (atomic_load(&lease->is_slow) && !atomic_load(&failure.is_set)) {
        (void)sched_yield();
    }
    if (atomic_load(&lease->is_over)) {
        stress_fail(&failure, "%s ran on after it was freed", lease->name);
    }
}

static double answer(void *ctx)
{
    use(ctx);
    return 1;
}

static promlet_status collect(promlet_emitter *emitter, void *ctx)
{
    struct lease *lease = ctx;
    use(lease);
    promlet_emit_family(
        emitter,
        &(promlet_emit_opts){.name = lease->name, .type = PROMLET_TYPE_COUNTER, .labels = {"l"}});
    promlet_emit_u64(emitter, 1, "b");
    return promlet_emit_u64(emitter, 1, "a");
}

static promlet_collector *lend(struct lease *lease, uint64_t random)
{
    bool is_slow = random % 2 == 1;
    double deadline = is_slow ? 1e-4 : 60;
    switch (random % 6) {
    case 0:
        return promlet_gauge_callback_new(registry, &(promlet_opts){.name = lease->name}, answer,
                                          lease);
    case 1:
        return promlet_collector_new(
            registry,
            &(promlet_collector_opts){.name = lease->name, .collect = collect, .ctx = lease});
    case 2:
    case 3:
        atomic_store(&lease->is_slow, is_slow);
        return promlet_gauge_callback_new(
            registry, &(promlet_opts){.name = lease->name, .deadline_seconds = deadline}, answer,
            lease);
    default:
        atomic_store(&lease->is_slow, is_slow);
        return promlet_collector_new(registry,
                                     &(promlet_collector_opts){.name = lease->name,
                                                               .collect = collect,
                                                               .ctx = lease,
                                                               .deadline_seconds = deadline});
    }
}

static void keep_leasing(stress_member *self)
{
    while (stress_goes_on(self) && !atomic_load(&failure.is_set)) {
        struct lease lease;
        atomic_init(&lease.is_over, false);
        atomic_init(&lease.is_slow, false);
        (void)snprintf(lease.name, sizeof lease.name, "lease%zu_x%d", self->number,
                       (int)(self->done % 3));
        promlet_collector *handle = lend(&lease, stress_random(&self->random));
        for (uint64_t i = stress_random(&self->random) % 20; i > 0; i--) {
            (void)sched_yield();
        }
        if (stress_random(&self->random) % 2 == 0) {
            while (promlet_collector_free_within(handle, 1e-5) != PROMLET_OK) {
                atomic_store(&lease.is_slow, false);
            }
        } else {
            atomic_store(&lease.is_slow, false);
            promlet_collector_free(handle);
        }
        atomic_store(&lease.is_over, true);
        self->done++;
    }
}

static char *scrape(uint64_t random)
{
    const char *prefix = "lease1";
    promlet_registry *both[] = {registry, other};
    if (random % 3 == 0) {
        return promlet_get_metrics_of(both, 2);
    }
    if (random % 3 == 1) {
        return promlet_registry_get_metrics(registry);
    }
    promlet_snapshot *snapshot = promlet_snapshot_take_filtered(
        registry, &(promlet_filter){.allow_prefixes = &prefix, .allow_count = 1});
    char *text = promlet_snapshot_string(snapshot, PROMLET_FORMAT_TEXT_0_0_4_EOF, NULL);
    promlet_snapshot_release(snapshot);
    return text;
}

static void keep_scraping(stress_member *self)
{
    while (stress_goes_on(self) && !atomic_load(&failure.is_set)) {
        char *text = scrape(stress_random(&self->random));
        strict_verdict verdict;
        if (text == NULL) {
            stress_fail(&failure, "no document: %s", promlet_last_error());
        } else if (!strict_is_well_formed(text, &verdict)) {
            stress_fail(&failure, "%s", verdict.why);
        }
        promlet_free(text);
        self->done++;
    }
}

static void begin(void)
{
    registry = new_registry();
    other = new_registry();
    calls = promlet_counter_new(registry, &(promlet_opts){.name = "calls_total"});
    promlet_counter_new(other, &(promlet_opts){.name = "calls_total"});
}

static void end(void)
{
    if (atomic_load(&failure.is_set)) {
        fail_msg("%s", failure.why);
    }
    char *text = promlet_registry_get_metrics(registry);
    assert_null(strstr(text, "lease"));
    promlet_free(text);
    expect_status(registry, PROMLET_OK, "");
    promlet_registry_free(registry);
    promlet_registry_free(other);
}

static void collectors_come_and_go_under_scrapes(void **state)
{
    (void)state;
    static stress_crew crew;
    begin();
    stress_crew_begin(&crew, stress_seconds(1));
    stress_crew_add(&crew, 3, keep_scraping, NULL, seed);
    stress_crew_add(&crew, 3, keep_leasing, NULL, seed);
    stress_crew_go(&crew);
    stress_crew_wait(&crew);
    for (size_t i = 0; i < crew.count; i++) {
        assert_true(atomic_load(&failure.is_set) || crew.members[i].done > 0);
    }
    end();
}

/* One name for all: declared and unregistered, answered by callbacks, and emitted all the time. */
static void keep_contesting(stress_member *self)
{
    struct lease lease = {.name = "contested"};
    while (stress_goes_on(self) && !atomic_load(&failure.is_set)) {
        if (stress_random(&self->random) % 2 == 0) {
            promlet_gauge_new(registry, &(promlet_opts){.name = "contested"});
            (void)promlet_registry_unregister(registry, "contested");
        } else {
            promlet_collector_free(promlet_gauge_callback_new(
                registry, &(promlet_opts){.name = "contested"}, answer, &lease));
        }
        self->done++;
    }
}

static promlet_status emit_contested(promlet_emitter *emitter, void *ctx)
{
    (void)ctx;
    (void)promlet_emit_family(
        emitter, &(promlet_emit_opts){.name = "contested", .type = PROMLET_TYPE_GAUGE});
    return promlet_emit_value(emitter, 1);
}

static void contested_name_is_shown_once(void **state)
{
    (void)state;
    static stress_crew crew;
    begin();
    promlet_collector *emits = promlet_collector_new(
        registry, &(promlet_collector_opts){.name = "emits", .collect = emit_contested});
    stress_crew_begin(&crew, stress_seconds(1));
    stress_crew_add(&crew, 2, keep_scraping, NULL, seed);
    stress_crew_add(&crew, 2, keep_contesting, NULL, seed);
    stress_crew_go(&crew);
    stress_crew_wait(&crew);
    promlet_collector_free(emits);
    if (atomic_load(&failure.is_set)) {
        fail_msg("%s", failure.why);
    }
    promlet_registry_free(registry);
    promlet_registry_free(other);
}

/* In a child: the registry as it was amid everything, with what other threads were calling. */
static int use_in_child(void)
{
    end_hang_after(20);
    static struct lease lease = {.name = "child"};
    promlet_collector *collector = promlet_collector_new(
        registry, &(promlet_collector_opts){
                      .name = "child", .collect = collect, .ctx = &lease, .deadline_seconds = 60});
    char *text = promlet_registry_get_metrics(other);
    bool is_right = text != NULL;
    promlet_free(text);
    promlet_collector_free(collector);
    return is_right ? 0 : 1;
}

static void collectors_running_at_forks_hang_no_child(void **state)
{
    (void)state;
    if (address_sanitizer_forbids("a fork beside threads that allocate")) {
        skip();
    }
    static stress_crew crew;
    begin();
    stress_crew_begin(&crew, stress_seconds(1));
    stress_crew_add(&crew, 1, keep_scraping, NULL, seed);
    stress_crew_add(&crew, 2, keep_leasing, NULL, seed);
    stress_crew_go(&crew);
    do {
        pid_t child = fork();
        assert_true(child >= 0);
        if (child == 0) {
            leave_without_leak_check();
            _exit(use_in_child());
        }
        int status = 1;
        assert_int_equal(waitpid(child, &status, 0), child);
        assert_int_equal(status, 0);
    } while (stress_now() < crew.deadline);
    stress_crew_wait(&crew);
    end();
}

int main(void)
{
    seed = stress_seed();
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(collectors_come_and_go_under_scrapes),
        cmocka_unit_test(contested_name_is_shown_once),
        cmocka_unit_test(collectors_running_at_forks_hang_no_child),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
