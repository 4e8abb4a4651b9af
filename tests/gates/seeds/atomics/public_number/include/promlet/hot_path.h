/* SPDX-License-Identifier: Apache-2.0 */
/* Seed: an order that is written as a number. */
#include <stdint.h>

static inline uint64_t promlet_seed(const uint64_t *word)
{
    /* relaxed: or is it? */
    return __atomic_load_n(word, 5);
}

/* expect: __atomic_load_n() without __ATOMIC_... written out for each of its orders */
