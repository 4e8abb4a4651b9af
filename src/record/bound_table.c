/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A slot stands for the values that share their sign, their exponent and some first bits of their
 * fraction. The more bits, the fewer bounds are left to choose from in a slot, and the larger the
 * table; it must stay small, to stay in the cache.
 */
#include "record/bound_table.h"

#include "base/alloc.h"

#include <promlet/hot_path.h>

#include <string.h>

#define FRACTION_BITS 52

/* 4 KiB: a slot is a uint16_t. The table of 9 bounds over four decades has about 15. */
#define MAX_SLOTS 2048

static int64_t slot_of(double value, unsigned shift)
{
    return promlet_hot_rank(value == 0 ? 0 : value) >> shift; /* -0 is the bound 0 */
}

/* The slots of all bounds, and one for what lies above them. */
static uint64_t slot_count(const double *values, size_t count, unsigned shift)
{
    return (uint64_t)slot_of(values[count - 1], shift) - (uint64_t)slot_of(values[0], shift) + 2;
}

/* The most bounds that share a slot. */
static unsigned span_of(const double *values, size_t count, unsigned shift)
{
    unsigned span = 1;
    unsigned sharing = 1;
    for (size_t i = 1; i < count; i++) {
        sharing = slot_of(values[i], shift) == slot_of(values[i - 1], shift) ? sharing + 1 : 1;
        span = sharing > span ? sharing : span;
    }
    return span;
}

/* The fewest bits that leave one bound a slot; as many as there is room for if that is too many. */
static unsigned choose_shift(const double *values, size_t count)
{
    unsigned shift = FRACTION_BITS;
    while (shift > 0 && span_of(values, count, shift) > 1 &&
           slot_count(values, count, shift - 1) <= MAX_SLOTS) {
        shift--;
    }
    return shift;
}

static void fill(const double *values, size_t count, struct promlet_bound_table *table)
{
    uint16_t *starts = (uint16_t *)(table + 1);
    size_t below = 0;
    for (int64_t slot = table->first_slot; slot <= table->last_slot; slot++) {
        while (below < count && slot_of(values[below], table->shift) < slot) {
            below++;
        }
        starts[slot - table->first_slot] = (uint16_t)below;
    }
}

struct promlet_bound_table *pml_bound_table_new(const double *values, size_t count)
{
    if (count == 0) {
        return NULL;
    }
    unsigned shift = choose_shift(values, count);
    /* More than MAX_SLOTS only if the exponents alone are that far apart, 4,097 at most. */
    size_t slots = (size_t)slot_count(values, count, shift);
    struct promlet_bound_table *table = pml_alloc(sizeof *table + slots * sizeof(uint16_t));
    if (table != NULL) {
        table->first_slot = slot_of(values[0], shift);
        table->last_slot = slot_of(values[count - 1], shift) + 1; /* of what lies above all */
        table->shift = shift;
        table->span = span_of(values, count, shift);
        fill(values, count, table);
    }
    return table;
}
