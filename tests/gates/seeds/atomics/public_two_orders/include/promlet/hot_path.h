/* SPDX-License-Identifier: Apache-2.0 */
/* Seed: an exchange that gives a reason for one of its two orders. */
#include <stdbool.h>
#include <stdint.h>

static inline bool promlet_seed(uint64_t *word, uint64_t old)
{
    /* relaxed: the value of a failure is not used. */
    return __atomic_compare_exchange_n(word, &old, 1, false, __ATOMIC_RELEASE, __ATOMIC_RELAXED);
}

/* expect: __atomic_compare_exchange_n() without a comment that says "pairs with" */
