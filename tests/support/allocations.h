/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Stands between promlet and libc's allocator: counts what is alive and refuses the n-th request.
 * The program must be linked with --wrap for malloc, calloc, realloc and free, which sends here
 * what the program's own objects call, promlet's among them; libc's and the sanitizers' calls go
 * their usual way. For programs of one file.
 */
#ifndef TESTS_SUPPORT_ALLOCATIONS_H
#define TESTS_SUPPORT_ALLOCATIONS_H

#include <errno.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>

void *__real_malloc(size_t size);
void *__real_calloc(size_t count, size_t size);
void *__real_realloc(void *memory, size_t size);
void __real_free(void *memory);
void *__wrap_malloc(size_t size);
void *__wrap_calloc(size_t count, size_t size);
void *__wrap_realloc(void *memory, size_t size);
void __wrap_free(void *memory);

static atomic_long allocations_alive;
static atomic_long allocations_asked; /* since the last allocations_refuse() */
static long allocations_refused_at;   /* 0: none is refused */
static bool allocations_refused_on;   /* and all that come after it */

/* Called with each block that is about to be freed. NULL: nobody looks. */
static void (*allocations_look)(const void *memory);

/* From now on the n-th request fails, and with `on` all that follow; 0: none. */
static inline void allocations_refuse(long n, bool on)
{
    allocations_refused_at = n;
    allocations_refused_on = on;
    atomic_store(&allocations_asked, 0);
}

static bool allocations_is_refused(void)
{
    long number = atomic_fetch_add(&allocations_asked, 1) + 1;
    long at = allocations_refused_at;
    bool is_refused = at != 0 && (number == at || (allocations_refused_on && number > at));
    if (is_refused) {
        errno = ENOMEM;
    }
    return is_refused;
}

static void *allocations_count(void *memory)
{
    if (memory != NULL) {
        atomic_fetch_add(&allocations_alive, 1);
    }
    return memory;
}

void *__wrap_malloc(size_t size)
{
    return allocations_is_refused() ? NULL : allocations_count(__real_malloc(size));
}

void *__wrap_calloc(size_t count, size_t size)
{
    return allocations_is_refused() ? NULL : allocations_count(__real_calloc(count, size));
}

void *__wrap_realloc(void *memory, size_t size)
{
    if (allocations_is_refused()) {
        return NULL;
    }
    void *moved = __real_realloc(memory, size);
    return memory == NULL ? allocations_count(moved) : moved;
}

void __wrap_free(void *memory)
{
    if (memory != NULL) {
        atomic_fetch_sub(&allocations_alive, 1);
        if (allocations_look != NULL) {
            allocations_look(memory);
        }
    }
    __real_free(memory);
}

#endif
