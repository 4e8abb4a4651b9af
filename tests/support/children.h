/* SPDX-License-Identifier: Apache-2.0 */
/* Children of a process that has threads. For programs of one file. */
#ifndef TESTS_SUPPORT_CHILDREN_H
#define TESTS_SUPPORT_CHILDREN_H

#include "support/expect.h"
#include "support/leaks.h"

#include <sys/wait.h>
#include <unistd.h>

/* A child of a process with threads is taken for a mistake by ThreadSanitizer unless it is told. */
const char *__tsan_default_options(void);
const char *__tsan_default_options(void)
{
    return "die_after_fork=0:report_thread_leaks=0";
}

/* Expect a child that runs this to return 0. */
static inline void assert_child_succeeds(pid_t child)
{
    int status = 0;
    assert_true(child > 0);
    assert_int_equal(waitpid(child, &status, 0), child);
    if (!WIFEXITED(status) || WEXITSTATUS(status) != 0) {
        fail_msg("the child ended with status 0x%x", (unsigned int)status);
    }
}

#endif
