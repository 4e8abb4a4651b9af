/* SPDX-License-Identifier: Apache-2.0 */
/*
 * mallinfo2(), since glibc 2.33. A program may have another allocator in the place of glibc's,
 * which then knows next to nothing: a number that is wrong, not one that is small.
 */
#include "collect/process_allocator.h"

#include "base/clock.h"
#include "base/valgrind.h"

#include <malloc.h>
#include <stdlib.h>
#include <time.h>

/* glibc's own, by names that nobody takes its place under. */
extern void *__libc_malloc(size_t size);
extern void *__libc_calloc(size_t count, size_t size);
extern void *__libc_realloc(void *memory, size_t size);

/* Who takes its place does so for all of these. One of them alone may have another address, in a
   program that was not built as position-independent and uses it as a pointer. volatile, because
   compilers take it that two functions never have the same address. */
static bool is_glibc_used(void)
{
    void *(*volatile own_malloc)(size_t size) = __libc_malloc;
    void *(*volatile own_calloc)(size_t count, size_t size) = __libc_calloc;
    void *(*volatile own_realloc)(void *memory, size_t size) = __libc_realloc;
    return own_malloc == malloc || own_calloc == calloc || own_realloc == realloc;
}

/* Of this thread. What passes while it has no processor says nothing of the heap. */
static uint64_t processor_time_ns(void)
{
    struct timespec now = {0, 0};
    (void)clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
    return (uint64_t)now.tv_sec * PML_NS_PER_SECOND + (uint64_t)now.tv_nsec;
}

pml_allocator pml_allocator_read(void)
{
    if (!is_glibc_used() || pml_runs_on_valgrind()) {
        return (pml_allocator){.is_known = false};
    }
    uint64_t begin_ns = processor_time_ns();
    struct mallinfo2 info = mallinfo2();
    uint64_t end_ns = processor_time_ns();
    return (pml_allocator){
        .is_known = true,
        .arena = info.arena,
        .used = info.uordblks,
        .unused = info.fordblks,
        .releasable = info.keepcost,
        .mapped = info.hblkhd,
        .free_chunks = info.ordblks,
        .mapped_chunks = info.hblks,
        .walk_ns = end_ns - begin_ns,
    };
}
