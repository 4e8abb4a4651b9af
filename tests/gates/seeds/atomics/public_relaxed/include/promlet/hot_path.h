/* SPDX-License-Identifier: Apache-2.0 */
/* Seed: a relaxed builtin without a reason. */
#include <stdint.h>

static inline void promlet_seed(uint64_t *word)
{
    /* It pairs with nothing. */
    __atomic_store_n(word, 1, __ATOMIC_RELAXED);
}

/* expect: __atomic_store_n() without a comment that says "relaxed:" */
