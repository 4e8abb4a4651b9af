/* SPDX-License-Identifier: Apache-2.0 */
/* For a forked child that leaves memory behind because it belongs to a thread of its parent. */
#ifndef TESTS_SUPPORT_LEAKS_H
#define TESTS_SUPPORT_LEAKS_H

/* A machine without valgrind has no such header, and nobody to ask. */
#if defined(__has_include)
#if __has_include(<valgrind/valgrind.h>)
#include <valgrind/valgrind.h>
#endif
#endif

/* Asks valgrind, where it runs this process, for no leak check at its end; wrong accesses are still
   found. Only for children: the parent and its other tests keep the check. */
static inline void leave_without_leak_check(void)
{
#ifdef VALGRIND_CLO_CHANGE
    VALGRIND_CLO_CHANGE("--leak-check=no");
#endif
}

#endif
