/* SPDX-License-Identifier: Apache-2.0 */
/* Which sanitizer a test was compiled with, for the few that can't work under one. */
#ifndef TESTS_SUPPORT_SANITIZERS_H
#define TESTS_SUPPORT_SANITIZERS_H

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

#endif
