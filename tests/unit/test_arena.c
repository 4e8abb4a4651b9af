/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Tests of base/arena.h and of base/pages.h behind it: much memory comes from the system and goes
 * back to it, or from libc where the system has none; little always comes from libc. Linked with
 * --wrap for libc's allocator, and for mmap and munmap.
 */
#include "base/arena.h"

#include "base/pages.h"
#include "support/allocations.h"
#include "support/expect.h"

#include <stdint.h>
#include <string.h>
#include <sys/mman.h>

#define MUCH (PML_LEAST_PAGES + 4096)
#define LITTLE 100000

void *__real_mmap(void *at, size_t size, int protection, int flags, int file, off_t offset);
int __real_munmap(void *memory, size_t size);
void *__wrap_mmap(void *at, size_t size, int protection, int flags, int file, off_t offset);
int __wrap_munmap(void *memory, size_t size);

static bool has_system_memory;
static size_t mapped_bytes;

void *__wrap_mmap(void *at, size_t size, int protection, int flags, int file, off_t offset)
{
    if (!has_system_memory) {
        errno = ENOMEM;
        return MAP_FAILED;
    }
    mapped_bytes += size;
    return __real_mmap(at, size, protection, flags, file, offset);
}

int __wrap_munmap(void *memory, size_t size)
{
    mapped_bytes -= size;
    return __real_munmap(memory, size);
}

static int begin(void **state)
{
    (void)state;
    has_system_memory = true;
    allocations_refuse(0, false);
    return 0;
}

#ifdef __linux__
static const bool has_pages = true;
#else
static const bool has_pages = false;
#endif

static void assert_usable(void *memory, size_t size)
{
    assert_non_null(memory);
    assert_int_equal((uintptr_t)memory % 16, 0);
    memset(memory, 0xa5, size);
}

static void much_memory_is_zero_and_goes_back(void **state)
{
    (void)state;
    unsigned char *memory = pml_pages_map(MUCH);
    if (!has_pages) {
        assert_null(memory);
        return;
    }
    assert_in_range(mapped_bytes, MUCH, SIZE_MAX / 2);
    for (size_t i = 0; i < MUCH; i += 4000) {
        assert_int_equal(memory[i], 0);
    }
    assert_usable(memory, MUCH);
    pml_pages_unmap(memory, MUCH);
    assert_int_equal(mapped_bytes, 0);
    assert_null(pml_pages_map(SIZE_MAX));
}

/* The pages of what is freed to libc may stay. */
static void a_large_block_is_the_systems_and_a_small_one_libcs(void **state)
{
    (void)state;
    long alive = atomic_load(&allocations_alive);
    pml_arena arena = {NULL};
    assert_true(pml_arena_reserve(&arena, MUCH));
    assert_true((mapped_bytes > 0) == has_pages);
    assert_int_equal(atomic_load(&allocations_alive) - alive, !has_pages);
    assert_usable(pml_arena_take(&arena, MUCH), MUCH);
    assert_int_equal(atomic_load(&allocations_alive) - alive, !has_pages);
    assert_usable(pml_arena_take(&arena, LITTLE), LITTLE);
    assert_int_equal(atomic_load(&allocations_alive) - alive, 1 + !has_pages);
    assert_usable(pml_arena_take(&arena, MUCH), MUCH);
    pml_arena_free(&arena);
    assert_int_equal(mapped_bytes, 0);
    assert_int_equal(atomic_load(&allocations_alive), alive);
}

static void without_the_systems_memory_libcs_does(void **state)
{
    (void)state;
    long alive = atomic_load(&allocations_alive);
    pml_arena arena = {NULL};
    has_system_memory = false;
    assert_true(pml_arena_reserve(&arena, MUCH));
    assert_int_equal(atomic_load(&allocations_alive) - alive, 1);
    assert_usable(pml_arena_take(&arena, MUCH), MUCH);
    has_system_memory = true;
    pml_arena_free(&arena);
    assert_int_equal(mapped_bytes, 0);
    assert_int_equal(atomic_load(&allocations_alive), alive);
}

static void without_any_memory_there_is_none(void **state)
{
    (void)state;
    pml_arena arena = {NULL};
    has_system_memory = false;
    allocations_refuse(1, true);
    assert_false(pml_arena_reserve(&arena, MUCH));
    assert_null(pml_arena_take(&arena, MUCH));
    assert_null(pml_arena_take(&arena, LITTLE));
    allocations_refuse(0, false);
    assert_null(pml_arena_take(&arena, SIZE_MAX));
    pml_arena_free(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(much_memory_is_zero_and_goes_back, begin),
        cmocka_unit_test_setup(a_large_block_is_the_systems_and_a_small_one_libcs, begin),
        cmocka_unit_test_setup(without_the_systems_memory_libcs_does, begin),
        cmocka_unit_test_setup(without_any_memory_there_is_none, begin),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
