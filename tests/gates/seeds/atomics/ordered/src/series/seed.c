/* SPDX-License-Identifier: Apache-2.0 */
/* Seed: an ordered operation without a partner. */
#include "base/atomic.h"

int seed(_Atomic int *field)
{
    /* relaxed: the wrong reason. */
    return pml_load_acquire(field);
}

/* expect: pml_load_acquire() without a comment that says "pairs with" */
