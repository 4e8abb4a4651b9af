/* SPDX-License-Identifier: Apache-2.0 */
/* The end of a process that hangs, for which nobody would wait. */
#ifndef TESTS_SUPPORT_HANG_H
#define TESTS_SUPPORT_HANG_H

#include <stdlib.h>
#include <unistd.h>

/* A signal ends this process after so many seconds; 0: none will. They are PROMLET_TEST_PATIENCE
   times as many where all takes longer, as under valgrind, whose threads take turns. */
static inline void end_hang_after(unsigned int seconds)
{
    const char *patience = getenv("PROMLET_TEST_PATIENCE");
    unsigned long times = patience != NULL ? strtoul(patience, NULL, 10) : 1;
    (void)alarm(seconds * (unsigned int)times);
}

#endif
