/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Slots in buckets of a cache line: seven pointers, and one word with a tag for each, seven bits of
 * the hash. A search compares all tags of a bucket at once, follows the pointer that may be meant,
 * rarely a second one, and goes on to the next bucket only if this one is full. So it costs one
 * cache line and hardly a branch that depends on the series, up to six sevenths full; slots that
 * are probed one after the other must be half empty for that.
 */
#include "series/table.h"

#include "base/alloc.h"
#include "base/atomic.h"

#define BUCKET_SLOTS 7
#define BUCKET_SIZE ((size_t)64)

/* At most this many series to a bucket, on the whole: some bucket is never full and ends a search.
 */
#define SERIES_PER_BUCKET 6

#define EACH_BYTE UINT64_C(0x0101010101010101)
#define TOP_BITS UINT64_C(0x8080808080808080)

struct bucket {
    _Atomic uint64_t tags; /* one a byte, from the lowest on; 0: free, as the eighth always is */
    _Atomic(pml_series *) series[BUCKET_SLOTS];
};

struct pml_table_slots {
    struct pml_table_slots *older;
    size_t count; /* of buckets; a power of two */
    struct bucket *buckets;
    _Alignas(8) unsigned char memory[]; /* theirs */
};

/* The lowest bits of a hash pick the bucket, the highest make the tag. A tag's top bit tells it
   from a free slot. */
static uint64_t tag_of(uint64_t hash)
{
    return hash >> 57 | 0x80;
}

static bool is_full(uint64_t tags)
{
    return tags >> 8 * (BUCKET_SLOTS - 1) != 0;
}

/* Marks the top bit of each byte that is the tag. A byte above such a one may be marked, too, if it
   differs in its lowest bit only; so it is a tag as well, never a free slot. */
static uint64_t find_tag(uint64_t tags, uint64_t tag)
{
    uint64_t differences = tags ^ tag * EACH_BYTE;
    return (differences - EACH_BYTE) & ~differences & TOP_BITS;
}

static pml_series *find_in_bucket(struct bucket *bucket, uint64_t tags,
                                  const pml_label_query *query)
{
    uint64_t found = find_tag(tags, tag_of(query->hash));
    for (; found != 0; found &= found - 1) {
        size_t at = (size_t)__builtin_ctzll(found) / 8;
        /* relaxed: stored before its tag, which was loaded with an acquire. */
        pml_series *series = pml_load_relaxed(&bucket->series[at]);
        if (pml_label_set_equals(&series->labels, query)) {
            return series;
        }
    }
    return NULL;
}

pml_series *pml_table_find(pml_table *table, const pml_label_query *query)
{
    /* acquire: pairs with the release in grow(); the slots behind the pointer are filled. */
    struct pml_table_slots *slots = pml_load_acquire(&table->slots);
    if (slots == NULL) {
        return NULL;
    }
    for (size_t at = (size_t)query->hash;; at++) {
        struct bucket *bucket = &slots->buckets[at & (slots->count - 1)];
        /* acquire: pairs with the release in fill_slot(); the series of the tags are complete. */
        uint64_t tags = pml_load_acquire(&bucket->tags);
        pml_series *series = find_in_bucket(bucket, tags, query);
        if (series != NULL || !is_full(tags)) {
            return series;
        }
    }
}

static void fill_slot(struct pml_table_slots *slots, pml_series *series)
{
    size_t mask = slots->count - 1;
    size_t at = (size_t)series->labels.hash & mask;
    /* relaxed: only the one writer, this thread, ever fills a slot. */
    while (is_full(pml_load_relaxed(&slots->buckets[at].tags))) {
        at = (at + 1) & mask;
    }
    struct bucket *bucket = &slots->buckets[at];
    /* relaxed: as above. */
    uint64_t tags = pml_load_relaxed(&bucket->tags);
    size_t slot = 0;
    while (tags >> 8 * slot != 0) {
        slot++;
    }
    /* relaxed: no reader looks at it before it sees the tag. */
    pml_store_relaxed(&bucket->series[slot], series);
    tags |= tag_of(series->labels.hash) << 8 * slot;
    /* release: pairs with the acquire in pml_table_find(); publishes the complete series. */
    pml_store_release(&bucket->tags, tags);
}

static void copy_slots(struct pml_table_slots *to, struct pml_table_slots *from)
{
    for (size_t i = 0; i < from->count; i++) {
        for (size_t slot = 0; slot < BUCKET_SLOTS; slot++) {
            /* relaxed: only the one writer, this thread, ever fills a slot. */
            pml_series *series = pml_load_relaxed(&from->buckets[i].series[slot]);
            if (series != NULL) {
                fill_slot(to, series);
            }
        }
    }
}

/* Empty slots. A lone bucket, as metrics without labels have it, need not be a whole cache line. */
static struct pml_table_slots *new_slots(size_t count)
{
    size_t slack = count > 1 ? BUCKET_SIZE - 1 : 0;
    struct pml_table_slots *slots =
        pml_alloc_zeroed(sizeof *slots + count * sizeof(struct bucket) + slack);
    if (slots == NULL) {
        return NULL;
    }
    uintptr_t at = (uintptr_t)slots->memory;
    slots->count = count;
    slots->buckets = (void *)(slots->memory + (slack & -at));
    return slots;
}

static struct pml_table_slots *grow(pml_table *table, struct pml_table_slots *old)
{
    struct pml_table_slots *slots = new_slots(old == NULL ? 1 : old->count * 2);
    if (slots == NULL) {
        return NULL;
    }
    slots->older = old;
    if (old != NULL) {
        copy_slots(slots, old);
    }
    /* release: pairs with the acquire in pml_table_find(); publishes the filled slots. */
    pml_store_release(&table->slots, slots);
    return slots;
}

bool pml_table_add(pml_table *table, pml_series *series)
{
    /* relaxed: only the one writer, this thread, ever stores it. */
    struct pml_table_slots *slots = pml_load_relaxed(&table->slots);
    if (slots == NULL || table->count == slots->count * SERIES_PER_BUCKET) {
        slots = grow(table, slots);
    }
    if (slots == NULL) {
        return false;
    }
    fill_slot(slots, series);
    table->count++;
    return true;
}

void pml_table_free(pml_table *table)
{
    /* relaxed: no other thread is left. */
    struct pml_table_slots *slots = pml_load_relaxed(&table->slots);
    while (slots != NULL) {
        struct pml_table_slots *older = slots->older;
        pml_free(slots);
        slots = older;
    }
    /* relaxed: no other thread is left. */
    pml_store_relaxed(&table->slots, NULL);
    table->count = 0;
}
