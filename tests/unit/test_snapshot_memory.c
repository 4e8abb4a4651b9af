/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A snapshot asks for the memory of all its families at once, as soon as one of the registry has
 * shown how much that is; so that libc has it from the snapshot before, and its pages with it.
 */
#include "support/allocations.h"
#include "support/expect.h"

#define FAMILIES 50
#define SERIES 100

static void add_family(promlet_registry *registry, unsigned number)
{
    char name[32];
    (void)snprintf(name, sizeof name, "wait_%02u_seconds", number);
    promlet_histogram_family *family = promlet_histogram_family_new(
        registry, &(promlet_opts){.name = name, .help = "Wait.", .labels = {"id"}});
    for (unsigned i = 0; i < SERIES; i++) {
        char id[16];
        (void)snprintf(id, sizeof id, "%u", i);
        promlet_histogram_observe(promlet_histogram_with(family, id), i);
    }
}

static promlet_registry *registry_of(unsigned families)
{
    promlet_registry *registry = promlet_registry_new();
    for (unsigned i = 0; i < families; i++) {
        add_family(registry, i);
    }
    return registry;
}

static long allocations_of_one(promlet_registry *registry)
{
    allocations_refuse(0, false);
    promlet_snapshot *snapshot = promlet_snapshot_take(registry);
    assert_non_null(snapshot);
    promlet_snapshot_release(snapshot);
    return atomic_load(&allocations_asked);
}

static void all_families_are_one_allocation(void **state)
{
    (void)state;
    promlet_registry *few = registry_of(1);
    promlet_registry *many = registry_of(FAMILIES);
    assert_true(allocations_of_one(few) < allocations_of_one(many));
    assert_int_equal(allocations_of_one(few), allocations_of_one(many));
    promlet_registry_free(few);
    promlet_registry_free(many);
}

/* What one needs more than the one before, it gets. */
static void a_registry_may_grow_and_shrink(void **state)
{
    (void)state;
    promlet_registry *registry = registry_of(2);
    long usual = 0;
    for (unsigned families = 2; families < 6; families++) {
        (void)allocations_of_one(registry);
        usual = allocations_of_one(registry);
        add_family(registry, families);
    }
    assert_true(allocations_of_one(registry) > usual);
    assert_int_equal(allocations_of_one(registry), usual);
    assert_int_equal(promlet_registry_unregister(registry, "wait_03_seconds"), PROMLET_OK);
    assert_int_equal(allocations_of_one(registry), usual);
    promlet_registry_free(registry);
}

/* Nothing stays behind that would keep the next one from being taken. */
static void without_memory_there_is_none_at_once(void **state)
{
    (void)state;
    promlet_registry *registry = registry_of(3);
    (void)allocations_of_one(registry); /* after which its memory is known */
    long needed = allocations_of_one(registry);
    long alive = atomic_load(&allocations_alive);
    for (long n = 1; n <= needed + 1; n++) {
        allocations_refuse(n, false);
        promlet_snapshot *snapshot = promlet_snapshot_take_at_once(registry, SIZE_MAX);
        allocations_refuse(0, false);
        assert_int_equal(snapshot != NULL, n > needed);
        assert_true(snapshot != NULL || strcmp(promlet_last_error(), "out of memory") == 0);
        promlet_snapshot_release(snapshot);
        assert_int_equal(atomic_load(&allocations_alive), alive);
    }
    promlet_registry_free(registry);
}

static void without_memory_there_is_no_snapshot(void **state)
{
    (void)state;
    promlet_registry *registry = registry_of(3);
    long needed = 0;
    for (int time = 0; time < 2; time++) { /* the first, and one whose memory is known */
        promlet_snapshot *snapshot = NULL;
        needed = 0;
        while (snapshot == NULL) {
            allocations_refuse(++needed, false);
            snapshot = promlet_snapshot_take(registry);
        }
        allocations_refuse(0, false);
        promlet_snapshot_release(snapshot);
    }
    assert_int_equal(needed, allocations_of_one(registry) + 1);
    promlet_registry_free(registry);
}

/* Else a registry that had many series once could never be shown again where memory has become
   scarce. */
static void without_a_large_piece_smaller_ones_do(void **state)
{
    (void)state;
    long done = 0;
    promlet_registry *registry = registry_of(FAMILIES);
    (void)allocations_of_one(registry);
    long usual = allocations_of_one(registry);
    for (long n = 1; n <= usual; n++) {
        allocations_refuse(n, false);
        promlet_snapshot *snapshot = promlet_snapshot_take(registry);
        done += snapshot != NULL;
        allocations_refuse(0, false);
        promlet_snapshot_release(snapshot);
    }
    assert_int_equal(done, 1);
    promlet_registry_free(registry);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(all_families_are_one_allocation),
        cmocka_unit_test(a_registry_may_grow_and_shrink),
        cmocka_unit_test(without_memory_there_is_none_at_once),
        cmocka_unit_test(without_memory_there_is_no_snapshot),
        cmocka_unit_test(without_a_large_piece_smaller_ones_do),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
