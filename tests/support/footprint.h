/* SPDX-License-Identifier: Apache-2.0 */
/* What a process has of descriptors, threads and memory, and that nothing of it is left behind. To
   be included after cmocka.h. */
#ifndef TESTS_SUPPORT_FOOTPRINT_H
#define TESTS_SUPPORT_FOOTPRINT_H

#include "server/http_client.h"
#include "support/sanitizers.h"

#include <malloc.h>

/* What each thread keeps at hand of small pieces. */
#define KEPT_BYTES ((size_t)1 << 20)

typedef struct footprint {
    int descriptors;
    int threads;
    size_t used_bytes; /* of malloc() */
} footprint;

/* A sanitizer has an allocator and threads of its own, and finds leaks at the end. */
static inline bool can_count_memory(void)
{
    return sanitizer_name() == NULL && !runs_under_valgrind();
}

static inline size_t used_bytes(void)
{
    struct mallinfo2 info = mallinfo2();
    return info.uordblks + info.hblkhd - info.fsmblks;
}

static inline footprint take_footprint(void)
{
    return (footprint){count_descriptors(), count_entries("/proc/self/task"), used_bytes()};
}

/* The same when no server runs, but the thread of the last one may still be shown. */
static inline footprint take_footprint_without_server(void)
{
    (void)count_threads_without_server();
    return take_footprint();
}

static inline bool has_more_memory(const footprint *now, const footprint *before)
{
    return can_count_memory() && now->used_bytes > before->used_bytes + KEPT_BYTES;
}

/* The server sees the end of its clients a moment later, and the kernel shows a thread that was
   joined a moment longer, which is waited for. How many descriptors there must be is said, since
   clients may have been there before who are gone now. */
static inline void assert_footprint(const footprint *before, int descriptors)
{
    footprint now = take_footprint();
    double start = seconds_now(CLOCK_MONOTONIC);
    while ((now.descriptors != descriptors || now.threads != before->threads ||
            has_more_memory(&now, before)) &&
           seconds_now(CLOCK_MONOTONIC) - start < HTTP_WAIT_MS / 1000) {
        (void)poll(NULL, 0, 1);
        now = take_footprint();
    }
    assert_int_equal(now.descriptors, descriptors);
    assert_int_equal(now.threads, before->threads);
    if (has_more_memory(&now, before)) {
        fail_msg("%zu bytes more in use", now.used_bytes - before->used_bytes);
    }
}

static inline void assert_nothing_is_left(const footprint *before)
{
    assert_footprint(before, before->descriptors);
}

#endif
