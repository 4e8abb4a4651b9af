/* SPDX-License-Identifier: Apache-2.0 */
/* Seed: an old builtin elsewhere. */
int seed(int *field)
{
    return __sync_fetch_and_add(field, 1);
}

/* expect: __sync_fetch_and_add: atomics go through base/atomic.h */
