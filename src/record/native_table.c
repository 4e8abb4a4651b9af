/* SPDX-License-Identifier: Apache-2.0 */
/* Native cells and their tables: how large they are, making them, and starting again at zero. */
#include "record/native.h"

#include "base/clock.h"
#include "series/spread.h"

#include <math.h>

/* ---- sizes ----------------------------------------------------------------------------------- */

/* Schemas of the coarser tiers: 160 buckets of schema 3 span 20 powers of 2, those of schema 0 160,
   and the coarsest one has slots for all. */
static const int tier_schemas[] = {3, 0, PML_NATIVE_COARSEST};

/* Slots for all buckets that may be shown. A classic bound cuts one of them in two. */
static uint32_t room_of(const pml_settings *settings)
{
    return (uint32_t)(settings->native.max_buckets + settings->bounds.count + 2);
}

/* Slots for all buckets of the coarsest schema, from the threshold up to the highest double. */
static uint32_t coarsest_room(const pml_settings *settings)
{
    const unsigned shift = PML_NATIVE_FINEST - PML_NATIVE_COARSEST;
    int32_t lowest = pml_native_index_of(settings->native.zero_threshold, shift);
    int32_t highest = pml_native_coarser(1024 * PML_OCTAVE_PARTS, shift);
    return 2 * (uint32_t)(highest - lowest + 1) + 1 + (uint32_t)settings->bounds.count;
}

/* Sets the tiers of a table; returns how many slots are taken at most before the last one. More
   than fit into what is shown, since slots whose buckets were reset stay taken. */
static uint32_t set_tiers(pml_native_table *table, const pml_settings *settings, int schema)
{
    uint32_t room = room_of(settings);
    uint32_t limit = room + room / 2;
    table->shifts[0] = (uint8_t)(PML_NATIVE_FINEST - schema);
    table->limits[0] = limit;
    table->tier_count = 1;
    for (size_t i = 0; i < sizeof tier_schemas / sizeof tier_schemas[0]; i++) {
        if (tier_schemas[i] < schema) {
            limit += tier_schemas[i] > 0 ? room : tier_schemas[i] == 0 ? room / 2 : 0;
            table->shifts[table->tier_count] = (uint8_t)(PML_NATIVE_FINEST - tier_schemas[i]);
            table->limits[table->tier_count] = limit;
            table->tier_count++;
        }
    }
    table->limits[table->tier_count - 1] = UINT32_MAX;
    return limit;
}

uint32_t pml_native_slot_count(const pml_settings *settings)
{
    pml_native_table table;
    uint32_t needed =
        set_tiers(&table, settings, settings->native.schema) + coarsest_room(settings);
    uint32_t count = 8;
    while (count <= needed) {
        count *= 2;
    }
    return count;
}

size_t pml_native_word_count(const pml_settings *settings)
{
    return PML_HISTOGRAM_COUNTS + settings->native.slot_count;
}

static size_t slot_bytes(const pml_settings *settings)
{
    return pml_native_word_count(settings) * sizeof(uint64_t) +
           settings->native.slot_count * sizeof(uint32_t);
}

size_t pml_native_cell_bytes(const pml_settings *settings)
{
    return sizeof(pml_native_cell) + slot_bytes(settings);
}

size_t pml_native_table_bytes(const pml_settings *settings)
{
    return sizeof(pml_native_table) + slot_bytes(settings);
}

/* ---- making ---------------------------------------------------------------------------------- */

/* memory: for the words and the keys. */
static void start_table(pml_native_table *table, const pml_settings *settings, void *memory,
                        unsigned shift)
{
    (void)set_tiers(table, settings, PML_NATIVE_FINEST - (int)shift);
    table->words = memory;
    table->keys = (uint32_t *)(table->words + pml_native_word_count(settings));
    table->mask = settings->native.slot_count - 1;
    table->zero_bits = pml_bits_of_double(settings->native.zero_threshold);
    table->rare_bits =
        (int64_t)(table->zero_bits > PML_FRACTION_MASK ? table->zero_bits : PML_FRACTION_MASK);
}

static void publish_table(pml_native_cell *cell, pml_native_table *table)
{
    cell->table_count++;
    table->older = cell->newest;
    /* release: pairs with the acquire in pml_native_next_table(); the table is ready. */
    pml_pointer_store_release(&cell->newest, table);
    /* release: pairs with the acquire in pml_native_current(), likewise. */
    pml_pointer_store_release(&cell->current, table);
}

static unsigned full_shift(const pml_native_cell *cell)
{
    return (unsigned)(PML_NATIVE_FINEST - cell->settings->native.schema);
}

static void begin(pml_native_cell *cell)
{
    cell->shift = full_shift(cell);
    cell->reset_ns = cell->settings->native.min_reset_ns != 0 ? pml_clock_monotonic_ns() : 0;
}

void pml_native_start(pml_native_cell *cell, const pml_settings *settings)
{
    cell->settings = settings;
    begin(cell);
    start_table(&cell->first, settings, cell + 1, cell->shift);
    publish_table(cell, &cell->first);
}

void pml_native_add_table(pml_native_cell *cell, void *memory, unsigned shift)
{
    pml_native_table *table = memory;
    start_table(table, cell->settings, table + 1, shift);
    publish_table(cell, table);
}

/* ---- starting again -------------------------------------------------------------------------- */

static bool is_crowded(const pml_native_cell *cell, const pml_native_table *table)
{
    /* relaxed: as in take_one(). */
    uint64_t taken = pml_word_load_relaxed(&table->taken);
    return taken > table->limits[0] - room_of(cell->settings) / 4;
}

bool pml_native_is_crowded(const pml_native_cell *cell)
{
    return is_crowded(cell, cell->current);
}

/* Of the tables of a schema that is so many below the finest one, that with the fewest slots taken;
   NULL if there is none. */
static pml_native_table *emptiest_table(const pml_native_cell *cell, unsigned shift)
{
    pml_native_table *best = NULL;
    pml_native_table *table = NULL;
    while ((table = pml_native_next_table(cell, table)) != NULL) {
        /* relaxed: as in take_one(). */
        if (table->shifts[0] == shift &&
            (best == NULL ||
             pml_word_load_relaxed(&table->taken) < pml_word_load_relaxed(&best->taken))) {
            best = table;
        }
    }
    return best;
}

/* Recordings go to a table that was there before. */
static void return_to(pml_native_cell *cell, pml_native_table *table)
{
    /* release: pairs with the acquire in pml_native_current(); nothing new, it was ready before. */
    pml_pointer_store_release(&cell->current, table);
}

static void begin_again(pml_native_cell *cell)
{
    begin(cell);
    return_to(cell, emptiest_table(cell, full_shift(cell)));
}

bool pml_native_reuse_table(pml_native_cell *cell, unsigned shift)
{
    pml_native_table *table = emptiest_table(cell, shift);
    bool is_of_use = table != NULL && !is_crowded(cell, table);
    if (is_of_use) {
        return_to(cell, table);
    }
    return is_of_use;
}

static void reset_table(const pml_native_table *table)
{
    struct promlet_spread *spread = pml_spread_of(&table->spread);
    /* relaxed: who revives the series publishes that it is done. */
    pml_word_store_relaxed(&table->words[PML_HISTOGRAM_SUM], pml_bits_of_double(0));
    pml_spread_reset_real(spread, PML_HISTOGRAM_SUM);
    for (size_t word = PML_HISTOGRAM_COUNTS; word <= (size_t)table->mask + 1; word++) {
        /* relaxed: as above. */
        pml_word_store_relaxed(&table->words[word], 0);
        pml_spread_reset_whole(spread, word);
    }
}

void pml_native_reset(pml_native_cell *cell)
{
    pml_native_table *table = NULL;
    while ((table = pml_native_next_table(cell, table)) != NULL) {
        reset_table(table);
    }
    begin_again(cell);
}

/* Counts are taken off by addition modulo 2^64: per-CPU cells may not be written here, but what is
   taken off the table's own word is as good, and nothing that comes meanwhile is touched. */
static void forget_counts(const pml_native_table *table, const uint64_t *counts)
{
    for (size_t i = 0; i <= table->mask; i++) {
        if (counts[i] != 0) {
            /* relaxed: the lock orders it before the next reading. */
            pml_word_add_relaxed(&table->words[PML_HISTOGRAM_COUNTS + i], (uint64_t)0 - counts[i]);
        }
    }
}

static void forget_sum(const pml_native_table *table, double sum)
{
    uint64_t *word = &table->words[PML_HISTOGRAM_SUM];
    if (isfinite(sum)) {
        /* relaxed: the lock orders it before the next reading. */
        pml_word_add_double_relaxed(word, -sum);
    } else { /* it has overflowed, and what came since can't be told */
        /* relaxed: as above. */
        pml_word_store_relaxed(word, pml_bits_of_double(0));
    }
}

/* Sums as they were before any count was read: a value that came in between may be in the sum of
   both lives. One whose observation stood between its two words all that time is in the sum of the
   old life and counts in the new one; nobody can tell it from the others. */
void pml_native_forget(pml_native_cell *cell, const pml_native_reading *reading)
{
    const uint64_t *counts = reading->counts;
    pml_native_table *table = NULL;
    for (size_t i = 0; (table = pml_native_next_table(cell, table)) != NULL; i++) {
        forget_counts(table, counts);
        counts += (size_t)table->mask + 1;
        forget_sum(table, reading->sums[i]);
        pml_spread_rebase_real(pml_spread_of(&table->spread), PML_HISTOGRAM_SUM,
                               reading->cell_sums[i]);
    }
    begin_again(cell);
}
