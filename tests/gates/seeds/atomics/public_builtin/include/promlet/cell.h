/* SPDX-License-Identifier: Apache-2.0 */
/* Seed: a builtin in a public header that is not the one for it. */
#include <stdint.h>

static inline uint64_t promlet_seed(const uint64_t *word)
{
    /* relaxed: a reason does not help. */
    return __atomic_load_n(word, __ATOMIC_RELAXED);
}

/* expect: __atomic_load_n: atomics go through promlet/hot_path.h */
