/* SPDX-License-Identifier: Apache-2.0 */
/* Seed: an ordered builtin with the reason of a relaxed one. */
#include <stdint.h>

static inline void promlet_seed(uint64_t *word, uint64_t amount)
{
    /* relaxed: the wrong reason. */
    (void)__atomic_fetch_add(word, amount, __ATOMIC_RELEASE);
}

/* expect: __atomic_fetch_add() without a comment that says "pairs with" */
