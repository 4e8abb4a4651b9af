/* SPDX-License-Identifier: Apache-2.0 */
/* Seed: the reason is 8 lines away. */
#include "base/atomic.h"

/* relaxed: a reason that nobody sees beside the operation. */
int one;
int two;
int three;
int four;
void seed(_Atomic int *field)
{
    one = two;
    pml_add_relaxed(field, 1);
}

/* expect: pml_add_relaxed() without a comment that says "relaxed:" */
