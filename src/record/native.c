/* SPDX-License-Identifier: Apache-2.0 */
/* Native cells: finding the slot of a value, recording, and what a slot stands for. */
#include "record/native.h"

#include "series/spread.h"

#include <promlet/hot_path.h>

/* ---- recording ------------------------------------------------------------------------------- */

/* A value, as tables see it. */
typedef struct sight {
    pml_native_range range;
    int32_t index;  /* of the finest schema */
    int32_t bucket; /* the classic one */
} sight;

/* By bits, since the processor may be told to take small numbers for 0. */
static inline sight see(const pml_native_table *table, size_t bucket, double value)
{
    uint64_t bits = pml_bits_of_double(value);
    uint64_t size = bits & (UINT64_MAX >> 1);
    if (size <= table->zero_bits) {
        return (sight){PML_NATIVE_AT_ZERO, 0, (int32_t)bucket};
    }
    pml_native_range range = bits == size ? PML_NATIVE_ABOVE : PML_NATIVE_BELOW;
    return (sight){range, pml_native_index(size), (int32_t)bucket};
}

/*
 * One number for a native and a classic bucket: how many bounds of either sort lie between them and
 * where the range begins. From left to right each bound adds 1, so that no two pairs that can be
 * have the same one, and place_index() finds both again.
 */
static inline int32_t place_of(const sight *seen, unsigned shift)
{
    if (seen->range == PML_NATIVE_AT_ZERO) {
        return seen->bucket;
    }
    int32_t index = pml_native_coarser(seen->index, shift);
    return seen->range == PML_NATIVE_ABOVE ? seen->bucket + index : seen->bucket - index;
}

/* Keys: the range in 2 bits, the tier in 2, and the place, made positive. */
#define PLACE_BIAS (1 << 26)

/* What a key says beside the place. */
static inline uint32_t sort_of(pml_native_range range, unsigned tier)
{
    return tier << 2 | (unsigned)range;
}

static inline uint32_t key_of(uint32_t sort, int32_t place)
{
    return (uint32_t)(place + PLACE_BIAS) << 4 | sort;
}

/* Where the slot of a key is, unless another key was there before. Each sort begins somewhere else.
 */
static inline uint32_t home_of(const pml_native_table *table, uint32_t sort, int32_t place)
{
    const uint32_t apart = 85;
    return ((uint32_t)place + sort * apart) & table->mask;
}

static uint32_t key_at(const pml_native_table *table, uint32_t slot)
{
    /* relaxed: a key stands for itself; a free slot may be taken meanwhile, which is then seen. */
    return pml_half_word_load_relaxed(&table->keys[slot]);
}

/* Takes one more slot if the tier may. */
static bool take_one(pml_native_table *table, unsigned tier)
{
    /* relaxed: a number that limits, and guards nothing. */
    uint64_t taken = pml_word_load_relaxed(&table->taken);
    do {
        if (taken >= table->limits[tier]) {
            return false;
        }
        /* relaxed: as above. */
    } while (!pml_word_exchange_if_relaxed(&table->taken, &taken, taken + 1));
    return true;
}

/* Makes a free slot that of a key. False if the tier gets no more, or *found, which is what the
   slot has now, is another key. */
static bool take_slot(pml_native_table *table, unsigned tier, uint32_t slot, uint32_t key,
                      uint32_t *found)
{
    *found = 0;
    if (!take_one(table, tier)) {
        return false;
    }
    /* relaxed: as in key_at(). */
    if (pml_half_word_exchange_if_relaxed(&table->keys[slot], found, key)) {
        return true;
    }
    /* relaxed: as in take_one(). */
    pml_word_add_relaxed(&table->taken, (uint64_t)-1);
    return *found == key;
}

#define NO_SLOT UINT32_MAX

/* The slot of a place, taken for it if need be. The steps are odd, so they come to every slot. */
static uint32_t find_slot(pml_native_table *table, unsigned tier, pml_native_range range,
                          int32_t place)
{
    uint32_t sort = sort_of(range, tier);
    uint32_t key = key_of(sort, place);
    uint32_t slot = home_of(table, sort, place);
    uint32_t step = (key * UINT32_C(0x9e3779b1) >> 7) | 1;
    for (uint32_t i = 0; i <= table->mask; i++) {
        uint32_t found = key_at(table, slot);
        if (found == key || (found == 0 && take_slot(table, tier, slot, key, &found))) {
            return slot;
        }
        if (found == 0) {
            return NO_SLOT;
        }
        slot = (slot + step) & table->mask;
    }
    return NO_SLOT;
}

/* From the first tier on. The last one always has a slot. */
static uint32_t find_any_slot(pml_native_table *table, const sight *seen)
{
    uint32_t slot = NO_SLOT;
    for (unsigned tier = 0; slot == NO_SLOT && tier < table->tier_count; tier++) {
        slot = find_slot(table, tier, seen->range, place_of(seen, table->shifts[tier]));
    }
    return slot;
}

/* What is rare has functions of its own, for which the usual way has to save no registers. The sum
   comes first in each: no scrape may see a count whose value is missing. */

static __attribute__((noinline)) void add_shared(pml_native_table *table, uint32_t slot,
                                                 double value)
{
    struct promlet_spread *spread = promlet_hot_spread(&table->spread);
    if (spread != NULL) {
        promlet_cell1_observe(spread, slot, value);
        return;
    }
    promlet_hot_add_shared_real(&table->words[PML_HISTOGRAM_SUM], value);
    /* release: pairs with the acquire in pml_native_read_slot(). */
    pml_word_add_release(&table->words[PML_HISTOGRAM_COUNTS + slot], 1);
}

static __attribute__((noinline)) void add_again(pml_native_table *table,
                                                struct promlet_spread *spread, uint32_t slot,
                                                double value)
{
    size_t word = PML_HISTOGRAM_COUNTS + slot;
    promlet_cell1_add_real(spread, PML_HISTOGRAM_SUM, &table->words[PML_HISTOGRAM_SUM], value);
    promlet_hot_add_whole(spread, word, &table->words[word], 1);
}

PROMLET_ALWAYS_INLINE void add(pml_native_table *table, uint32_t slot, double value)
{
    struct promlet_spread *spread = promlet_hot_spread(&table->spread);
    if (spread == NULL || spread->rseq_offset == 0) {
        add_shared(table, slot, value);
        return;
    }
    size_t word = PML_HISTOGRAM_COUNTS + slot;
    if (!PROMLET_LIKELY(promlet_section_add_real(spread, PML_HISTOGRAM_SUM, value))) {
        add_again(table, spread, slot, value);
    } else if (!PROMLET_LIKELY(promlet_section_add_whole(spread, word, 1))) {
        promlet_cell1_add_whole(spread, word, &table->words[word], 1);
    }
}

static __attribute__((noinline)) void observe_rare(pml_native_table *table, size_t bucket,
                                                   double value)
{
    sight seen = see(table, bucket, value);
    add(table, find_any_slot(table, &seen), value);
}

/* Whatever is not above the threshold, or subnormal, or not in the slot where it is looked for
   first, is rare. */
void pml_native_observe(struct promlet_spread *face, size_t bucket, double value)
{
    const uint32_t sort = sort_of(PML_NATIVE_ABOVE, 0);
    pml_native_table *table = pml_native_current((const pml_native_cell *)face);
    uint64_t bits = pml_bits_of_double(value);
    if (PROMLET_LIKELY((int64_t)bits > table->rare_bits)) {
        sight seen = {PML_NATIVE_ABOVE, pml_native_index_of_normal(bits), (int32_t)bucket};
        int32_t place = place_of(&seen, table->shifts[0]);
        uint32_t slot = home_of(table, sort, place);
        if (PROMLET_LIKELY(key_at(table, slot) == key_of(sort, place))) {
            add(table, slot, value);
            return;
        }
    }
    observe_rare(table, bucket, value);
}

/* ---- reading slots --------------------------------------------------------------------------- */

pml_native_table *pml_native_next_table(const pml_native_cell *cell, const pml_native_table *table)
{
    /* acquire: pairs with the release in publish_table(). */
    return table == NULL ? pml_pointer_load_acquire(&cell->newest) : table->older;
}

/* The place of the last values of a classic bucket: no higher one of this range and tier is in it.
   A bound outside of the range lies below or above all of that. */
static int32_t last_place(const pml_native_cell *cell, const pml_native_slot *slot, size_t bucket)
{
    double bound = cell->settings->bounds.values[bucket];
    double threshold = cell->settings->native.zero_threshold;
    bool is_inside = slot->range == PML_NATIVE_ABOVE ? bound > threshold : bound < -threshold;
    if (!is_inside) {
        return slot->range == PML_NATIVE_ABOVE ? INT32_MIN : INT32_MAX;
    }
    int32_t index = pml_native_index_of(bound < 0 ? -bound : bound, slot->shift);
    return (int32_t)bucket + (slot->range == PML_NATIVE_ABOVE ? index : -index);
}

/* Finds what place_of() was told. */
static void split_place(const pml_native_cell *cell, int32_t place, pml_native_slot *slot)
{
    if (slot->range == PML_NATIVE_AT_ZERO) {
        slot->bucket = (size_t)place;
        slot->index = 0;
        return;
    }
    size_t bucket = 0;
    for (size_t left = cell->settings->bounds.count; left > 0;) {
        size_t half = (left + 1) / 2;
        bool is_behind = last_place(cell, slot, bucket + half - 1) < place;
        bucket += is_behind ? half : 0;
        left = is_behind ? left - half : half - 1;
    }
    int32_t index = place - (int32_t)bucket;
    slot->bucket = bucket;
    slot->index = slot->range == PML_NATIVE_ABOVE ? index : -index;
}

bool pml_native_read_slot(const pml_native_cell *cell, const pml_native_table *table, uint32_t at,
                          pml_native_slot *slot)
{
    uint32_t key = key_at(table, at);
    if (key == 0) {
        return false;
    }
    size_t word = PML_HISTOGRAM_COUNTS + at;
    /* acquire: pairs with the releases in add_shared(), promlet_hot_add_whole() and
       promlet_cell1_add_whole(). */
    uint64_t own = pml_word_load_acquire(&table->words[word]);
    slot->count = pml_spread_whole(pml_spread_of(&table->spread), word, own);
    if (slot->count == 0) {
        return false;
    }
    slot->range = (pml_native_range)(key & 3);
    slot->shift = table->shifts[key >> 2 & 3];
    split_place(cell, (int32_t)(key >> 4) - PLACE_BIAS, slot);
    return true;
}
