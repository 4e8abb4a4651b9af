/* SPDX-License-Identifier: Apache-2.0 */
/* Seed: builtins with their orders and reasons. */
#include <stdbool.h>
#include <stdint.h>

static inline bool promlet_seed(uint64_t *word, uint64_t amount)
{
    /* relaxed: a lone word. */
    uint64_t old = __atomic_load_n(word, __ATOMIC_RELAXED);
    /* release: pairs with the acquire of a reader. relaxed: the value of a failure is not used. */
    return __atomic_compare_exchange_n(word, &old, old + amount, false, __ATOMIC_RELEASE,
                                       __ATOMIC_RELAXED);
}
