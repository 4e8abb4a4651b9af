/* SPDX-License-Identifier: Apache-2.0 */
/* A series that is removed and asked for again, while somebody goes on to record with an old
   handle, starts at zero. */
#include "support/expect.h"
#include "support/stress.h"

#include <promlet/family.h>

struct late_writer {
    promlet_counter *counter;
    _Atomic uint64_t written; /* additions that returned */
};

static void keep_writing_late(stress_member *self)
{
    struct late_writer *writer = self->ctx;
    while (!atomic_load(&self->crew->stop)) {
        promlet_counter_inc(writer->counter);
        atomic_fetch_add(&writer->written, 1);
    }
}

/* Additions that returned before the series was revived don't count, and those that began after it
   do. One may be between its end and being known. */
static void revive_once(promlet_registry *registry, promlet_counter_family *family,
                        struct late_writer *writer)
{
    assert_int_equal(promlet_family_remove(family, "a"), PROMLET_OK);
    uint64_t before = atomic_load(&writer->written);
    promlet_counter_release(promlet_counter_with(family, "a"));
    uint64_t after = atomic_load(&writer->written);
    while (atomic_load(&writer->written) < after + 100) {
        (void)sched_yield();
    }
    uint64_t at_least = atomic_load(&writer->written);
    uint64_t value = (uint64_t)scraped_value(registry, "late_total{key=\"a\"}");
    uint64_t at_most = atomic_load(&writer->written) + 1;
    assert_in_range(value, at_least - after - 1, at_most - before);
}

static void revive_beside_late_writer(promlet_cells cells)
{
    static stress_crew crew;
    promlet_registry *registry = new_registry();
    promlet_counter_family *family = promlet_counter_family_new(
        registry, &(promlet_opts){.name = "late_total", .labels = {"key"}, .cells = cells});
    struct late_writer writer = {.counter = promlet_counter_with(family, "a")};
    double seconds = stress_seconds(1);
    stress_crew_begin(&crew, seconds);
    stress_crew_add(&crew, 1, keep_writing_late, &writer, stress_seed());
    stress_crew_go(&crew);
    while (stress_now() < crew.deadline) {
        revive_once(registry, family, &writer);
    }
    atomic_store(&crew.stop, true);
    stress_crew_wait(&crew);
    promlet_registry_free(registry);
}

static void revived_series_starts_at_zero_beside_late_writer(void **state)
{
    (void)state;
    revive_beside_late_writer(PROMLET_CELLS_SHARED);
    revive_beside_late_writer(PROMLET_CELLS_PER_CPU);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(revived_series_starts_at_zero_beside_late_writer),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
