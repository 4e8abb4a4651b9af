/* SPDX-License-Identifier: Apache-2.0 */
/* Seed: the one place of atomic builtins. */
#include <stdatomic.h>
#include <stdint.h>

#define pml_load_acquire(field) atomic_load_explicit((field), memory_order_acquire)
#define pml_store_release(field, value)                                                            \
    atomic_store_explicit((field), (value), memory_order_release)
#define pml_add_relaxed(field, amount)                                                             \
    atomic_fetch_add_explicit((field), (amount), memory_order_relaxed)

static inline uint64_t pml_word_load_relaxed(const uint64_t *word)
{
    return __atomic_load_n(word, __ATOMIC_RELAXED);
}
