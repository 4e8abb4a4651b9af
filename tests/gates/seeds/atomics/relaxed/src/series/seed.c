/* SPDX-License-Identifier: Apache-2.0 */
/* Seed: a relaxed operation without a reason. */
#include "base/atomic.h"

void seed(_Atomic int *field)
{
    pml_add_relaxed(field, 1);
}

/* expect: pml_add_relaxed() without a comment that says "relaxed:" */
