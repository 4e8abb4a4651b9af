/* SPDX-License-Identifier: Apache-2.0 */
/* Seed: a fence in the header of the builtins. */
static inline void promlet_seed(void)
{
    /* release: pairs with an acquire. */
    __atomic_thread_fence(__ATOMIC_RELEASE);
}

/* expect: __atomic_thread_fence: atomics go through __atomic_ builtins with an order */
