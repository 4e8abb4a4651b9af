/* SPDX-License-Identifier: Apache-2.0 */
/* What the programs in C check themselves by. */
#ifndef PROMLET_TESTS_INSTALL_EXPECT_H
#define PROMLET_TESTS_INSTALL_EXPECT_H

#include <promlet/status.h>

#include <stdbool.h>
#include <stdio.h>

static int failures;

static void expect(bool holds, const char *what)
{
    if (!holds) {
        fprintf(stderr, "expected %s; last error: %s\n", what, promlet_last_error());
        failures++;
    }
}

#endif
