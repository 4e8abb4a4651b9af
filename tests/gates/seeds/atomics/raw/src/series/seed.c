/* SPDX-License-Identifier: Apache-2.0 */
/* Seed: a C11 atomic elsewhere. */
int seed(_Atomic int *field)
{
    return atomic_load(field);
}

/* expect: atomic_load: atomics go through base/atomic.h */
