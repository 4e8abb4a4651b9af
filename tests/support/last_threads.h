/* SPDX-License-Identifier: Apache-2.0 */
/* Threads that nobody can join, because they end what they belong to, as a late call does that
   frees its own collector. A program that ends before they have leaves memory behind, for valgrind
   to find. A setup and a teardown of a group of tests. */
#ifndef TESTS_SUPPORT_LAST_THREADS_H
#define TESTS_SUPPORT_LAST_THREADS_H

#include "support/entries.h"

#include <poll.h>

static int threads_at_first; /* a sanitizer may have one of its own */

static inline int note_threads(void **state)
{
    (void)state;
    threads_at_first = count_entries("/proc/self/task");
    return threads_at_first > 0 ? 0 : 1;
}

/* Fails the group after ten seconds. */
static inline int wait_for_last_threads(void **state)
{
    (void)state;
    int left = 10000;
    while (count_entries("/proc/self/task") > threads_at_first && left > 0) {
        (void)poll(NULL, 0, 1);
        left--;
    }
    return left > 0 ? 0 : 1;
}

#endif
