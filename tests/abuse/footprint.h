/* SPDX-License-Identifier: Apache-2.0 */
/* What a process has of descriptors, threads and memory, and that nothing is left of an attack. To
   be included after cmocka.h. */
#ifndef PML_TESTS_ABUSE_FOOTPRINT_H
#define PML_TESTS_ABUSE_FOOTPRINT_H

#include "server/http_client.h"
#include "support/sanitizers.h"

#include <malloc.h>

/* How much more memory the process may have while it is attacked, beside answers: what it needs,
   and what glibc keeps of it for later. */
#define SLACK_BYTES ((size_t)64 << 20)

/* In use after an attack: what each thread keeps at hand of small pieces. */
#define KEPT_BYTES ((size_t)1 << 20)

typedef struct footprint {
    int descriptors;
    int threads;
    size_t used_bytes; /* of malloc() */
} footprint;

static inline size_t resident_bytes(void)
{
    unsigned long all = 0;
    unsigned long resident = 0;
    FILE *file = fopen("/proc/self/statm", "r");
    assert_non_null(file);
    assert_int_equal(fscanf(file, "%lu %lu", &all, &resident), 2);
    fclose(file);
    return resident * (size_t)sysconf(_SC_PAGESIZE);
}

static inline size_t used_bytes(void)
{
    struct mallinfo2 info = mallinfo2();
    return info.uordblks + info.hblkhd - info.fsmblks;
}

/* A sanitizer has an allocator and threads of its own, and finds leaks at the end. */
static inline bool can_count_memory(void)
{
    return sanitizer_name() == NULL && !runs_under_valgrind();
}

static inline footprint take_footprint(void)
{
    return (footprint){count_descriptors(), count_entries("/proc/self/task"), used_bytes()};
}

/* The server sees the end of its clients a moment later, and of those that waited to be accepted
   one by one, so that some of them may be there still when the next attack begins: how many
   descriptors there are without a client is said. Those that have sent something right before are
   closed at the end of their time, which is 5 seconds. */
static inline void assert_nothing_is_left(const footprint *before, int idle_descriptors)
{
    footprint now = take_footprint();
    double start = seconds_now(CLOCK_MONOTONIC);
    while ((now.descriptors != idle_descriptors || now.threads != before->threads ||
            (can_count_memory() && now.used_bytes > before->used_bytes + KEPT_BYTES)) &&
           seconds_now(CLOCK_MONOTONIC) - start < HTTP_WAIT_MS / 1000) {
        (void)poll(NULL, 0, 10);
        now = take_footprint();
    }
    assert_int_equal(now.descriptors, idle_descriptors);
    assert_int_equal(now.threads, before->threads);
    if (can_count_memory() && now.used_bytes > before->used_bytes + KEPT_BYTES) {
        fail_msg("%zu bytes more in use", now.used_bytes - before->used_bytes);
    }
}

#endif
