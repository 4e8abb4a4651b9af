/* SPDX-License-Identifier: Apache-2.0 */
/* Which sanitizer a test was compiled with, and whether valgrind runs it, for the few that can't
   work under one. */
#ifndef TESTS_SUPPORT_SANITIZERS_H
#define TESTS_SUPPORT_SANITIZERS_H

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#if defined(__has_feature)
#if __has_feature(address_sanitizer)
#define TEST_SANITIZER "the address sanitizer"
#elif __has_feature(thread_sanitizer)
#define TEST_SANITIZER "the thread sanitizer"
#elif __has_feature(memory_sanitizer)
#define TEST_SANITIZER "the memory sanitizer"
#endif
#elif defined(__SANITIZE_ADDRESS__)
#define TEST_SANITIZER "the address sanitizer"
#elif defined(__SANITIZE_THREAD__)
#define TEST_SANITIZER "the thread sanitizer"
#endif

/* NULL without one. */
static inline const char *sanitizer_name(void)
{
#ifdef TEST_SANITIZER
    return TEST_SANITIZER;
#else
    return NULL;
#endif
}

/* Valgrind has descriptors and a signal mask of its own for the program. */
static inline bool runs_under_valgrind(void)
{
    const char *preloaded = getenv("LD_PRELOAD");
    return preloaded != NULL && strstr(preloaded, "vgpreload") != NULL;
}

/* True, and said aloud, under the address sanitizer; the caller then skips. Its runtime (LLVM 14)
   holds its allocator's locks over a fork in another thread, which hangs a child that allocates,
   and takes the end of a cancelled thread for an overflow. */
static inline bool address_sanitizer_forbids(const char *what)
{
    const char *name = sanitizer_name();
    bool is_forbidden = name != NULL && strstr(name, "address") != NULL;
    if (is_forbidden) {
        printf("SKIPPED: %s can't stand %s\n", name, what);
    }
    return is_forbidden;
}

#endif
