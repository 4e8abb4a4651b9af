/* SPDX-License-Identifier: Apache-2.0 */
/* Seed: each operation with its reason; atomic_load() in a comment is no operation. */
#include "base/atomic.h"

void pml_series_release(void *series);

int seed(_Atomic int *ready, uint64_t *word)
{
    pml_store_release(ready, 1); /* release: pairs with the acquire below. */
    /* relaxed: a lone counter; any recent value is right. */
    uint64_t value = pml_word_load_relaxed(word);
    pml_series_release(word);
    /* acquire: pairs with the release above. */
    return pml_load_acquire(ready) + (int)value;
}
