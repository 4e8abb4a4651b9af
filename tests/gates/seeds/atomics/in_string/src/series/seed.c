/* SPDX-License-Identifier: Apache-2.0 */
/* Seed: the reason is a string, not a comment. */
#include "base/atomic.h"

const char *seed(_Atomic int *field)
{
    pml_add_relaxed(field, 1);
    return "relaxed: no";
}

/* expect: pml_add_relaxed() without a comment that says "relaxed:" */
