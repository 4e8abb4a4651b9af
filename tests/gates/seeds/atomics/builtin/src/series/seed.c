/* SPDX-License-Identifier: Apache-2.0 */
/* Seed: a builtin elsewhere. */
int seed(int *field)
{
    return __atomic_load_n(field, 5);
}

/* expect: __atomic_load_n: atomics go through base/atomic.h */
