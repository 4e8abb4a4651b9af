/* SPDX-License-Identifier: Apache-2.0 */
/* Seed: a C11 atomic, which C++ cannot compile. */
static inline int promlet_seed(_Atomic int *field)
{
    return atomic_load(field);
}

/* expect: atomic_load: atomics go through __atomic_ builtins with an order */
