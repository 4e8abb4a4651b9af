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
#include "series/readers.h"

#define BUCKET_SLOTS 7
#define BUCKET_SIZE ((size_t)64)

/* At most this many slots of a bucket are taken, on the whole: some bucket is never full and ends a
   search. */
#define TAKEN_PER_BUCKET 6

#define EACH_BYTE UINT64_C(0x0101010101010101)
#define TOP_BITS UINT64_C(0x8080808080808080)

/* Tags that no series has. A search goes on behind a slot whose series was removed, and another
   series may be put there. */
#define TAG_FREE 0x00
#define TAG_REMOVED 0x01

struct bucket {
    _Atomic uint64_t tags; /* one a byte, from the lowest on; the eighth is free for ever */
    _Atomic(pml_series *) series[BUCKET_SLOTS];
};

struct pml_table_slots {
    struct pml_table_slots *older; /* that was replaced, too */
    uint64_t ticket;               /* when it was replaced; see pml_grace_is_over() */
    size_t count;                  /* of buckets; a power of two */
    struct bucket *buckets;
    _Alignas(8) unsigned char memory[]; /* theirs */
};

/* The lowest bits of a hash pick the bucket, the highest make the tag. A tag's top bit tells it
   from a slot without series. */
static uint64_t tag_of(uint32_t hash)
{
    return hash >> 25 | 0x80;
}

/* Slots are taken from the lowest on, and in a full bucket none becomes free again. So one that is
   not full has never been: nobody had to look further for a slot, and no search does. */
static bool is_full(uint64_t tags)
{
    return tags >> 8 * (BUCKET_SLOTS - 1) != 0;
}

/* Marks the top bit of each byte that is the tag. A byte above such a one may be marked, too, if it
   differs in its lowest bit only; so it is a tag as well, never a slot without series. */
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
        /* acquire: pairs with the release in put(). A pointer of this tag was stored before it; by
           now it may be that of a later series in the same slot, which is complete as well. */
        pml_series *series = pml_load_acquire(&bucket->series[at]);
        /* The hash only saves comparing: two sets are one series if all their bytes are the same.
         */
        if (series->hash == query->hash && pml_label_set_equals(&series->labels, query)) {
            return series;
        }
    }
    return NULL;
}

pml_series *pml_table_find(pml_table *table, const pml_label_query *query)
{
    /* acquire: pairs with the release in rebuild(); the slots behind the pointer are filled. */
    struct pml_table_slots *slots = pml_load_acquire(&table->slots);
    if (slots == NULL) {
        return NULL;
    }
    for (size_t at = (size_t)query->hash;; at++) {
        struct bucket *bucket = &slots->buckets[at & (slots->count - 1)];
        /* acquire: pairs with the release in put(); the series of the tags are there. */
        uint64_t tags = pml_load_acquire(&bucket->tags);
        pml_series *series = find_in_bucket(bucket, tags, query);
        if (series != NULL || !is_full(tags)) {
            return series;
        }
    }
}

/* ---- writing, one thread at a time ----------------------------------------------------------- */

static unsigned tag_at(uint64_t tags, size_t slot)
{
    return (unsigned)(tags >> 8 * slot) & 0xff;
}

static uint64_t with_tag(uint64_t tags, size_t slot, uint64_t tag)
{
    return (tags & ~(UINT64_C(0xff) << 8 * slot)) | tag << 8 * slot;
}

/* A slot, and what its bucket holds. */
struct place {
    struct bucket *bucket;
    uint64_t tags;
    size_t slot;
};

/* The first slot without series, where a search for the hash comes by. */
static struct place find_place(const struct pml_table_slots *slots, uint32_t hash)
{
    for (size_t at = (size_t)hash;; at++) {
        struct bucket *bucket = &slots->buckets[at & (slots->count - 1)];
        /* relaxed: only this thread ever stores it. */
        uint64_t tags = pml_load_relaxed(&bucket->tags);
        uint64_t without_series = ~tags & TOP_BITS;
        size_t slot = (size_t)__builtin_ctzll(without_series) / 8;
        if (slot < BUCKET_SLOTS) {
            return (struct place){bucket, tags, slot};
        }
    }
}

/* Where a series is. */
static struct place place_of(const struct pml_table_slots *slots, const pml_series *series)
{
    for (size_t at = (size_t)series->hash;; at++) {
        struct bucket *bucket = &slots->buckets[at & (slots->count - 1)];
        /* relaxed: only this thread ever stores it, and the pointers. */
        uint64_t tags = pml_load_relaxed(&bucket->tags);
        for (size_t slot = 0; slot < BUCKET_SLOTS; slot++) {
            /* relaxed: as above. Without its tag it may be where the series was once before. */
            if (pml_load_relaxed(&bucket->series[slot]) == series &&
                (tag_at(tags, slot) & 0x80) != 0) {
                return (struct place){bucket, tags, slot};
            }
        }
    }
}

static void put(const struct place *place, pml_series *series)
{
    /* release: pairs with the acquire in find_in_bucket(). A reader that has loaded the tag of the
       series that was here before must not find this one half made. */
    pml_store_release(&place->bucket->series[place->slot], series);
    uint64_t tags = with_tag(place->tags, place->slot, tag_of(series->hash));
    /* release: pairs with the acquire in pml_table_find(); the pointer is there before its tag. */
    pml_store_release(&place->bucket->tags, tags);
}

static void copy_slots(struct pml_table_slots *to, const struct pml_table_slots *from)
{
    for (size_t i = 0; i < from->count; i++) {
        struct bucket *bucket = &from->buckets[i];
        /* relaxed: only this thread ever stores it. */
        uint64_t with_series = pml_load_relaxed(&bucket->tags) & TOP_BITS;
        for (; with_series != 0; with_series &= with_series - 1) {
            size_t slot = (size_t)__builtin_ctzll(with_series) / 8;
            /* relaxed: as above. */
            pml_series *series = pml_load_relaxed(&bucket->series[slot]);
            struct place place = find_place(to, series->hash);
            put(&place, series);
        }
    }
}

/* Empty slots. A lone bucket, as metrics without labels have it, need not be a whole cache line. */
static size_t slack_of(size_t count)
{
    return count > 1 ? BUCKET_SIZE - 1 : 0;
}

static size_t bytes_of(size_t count)
{
    return sizeof(struct pml_table_slots) + count * sizeof(struct bucket) + slack_of(count);
}

static struct pml_table_slots *new_slots(size_t count)
{
    struct pml_table_slots *slots = pml_alloc_zeroed(bytes_of(count));
    if (slots == NULL) {
        return NULL;
    }
    uintptr_t at = (uintptr_t)slots->memory;
    slots->count = count;
    slots->buckets = (void *)(slots->memory + (slack_of(count) & -at));
    return slots;
}

/* Enough for so many series and a third more, so that what is added next does not have all copied
   again. */
static size_t buckets_for(size_t series_count)
{
    size_t count = 1;
    while (series_count > count * TAKEN_PER_BUCKET * 3 / 4) {
        count *= 2;
    }
    return count;
}

static void keep_for_readers(pml_table *table, struct pml_table_slots *slots)
{
    slots->ticket = pml_grace_ticket();
    slots->older = table->replaced;
    table->replaced = slots;
    /* Mostly nobody is reading, and nothing is kept for longer than this. */
    pml_grace_advance();
    pml_table_reclaim(table);
}

/* New slots for so many series, with all that the old ones hold. NULL when out of memory. */
static struct pml_table_slots *rebuild(pml_table *table, struct pml_table_slots *old,
                                       size_t series_count)
{
    struct pml_table_slots *slots = new_slots(buckets_for(series_count));
    if (slots == NULL) {
        return NULL;
    }
    if (old != NULL) {
        copy_slots(slots, old);
    }
    /* release: pairs with the acquire in pml_table_find(); publishes the filled slots. */
    pml_store_release(&table->slots, slots);
    table->removed_count = 0;
    if (old != NULL) {
        keep_for_readers(table, old);
    }
    return slots;
}

static bool is_taken(const pml_table *table, const struct pml_table_slots *slots)
{
    return slots == NULL || table->count + table->removed_count == slots->count * TAKEN_PER_BUCKET;
}

size_t pml_table_growth(const pml_table *table)
{
    /* relaxed: only this thread ever stores it. */
    const struct pml_table_slots *slots = pml_load_relaxed(&table->slots);
    return is_taken(table, slots) ? bytes_of(buckets_for(table->count + 1)) : 0;
}

bool pml_table_add(pml_table *table, pml_series *series)
{
    /* relaxed: only this thread ever stores it. */
    struct pml_table_slots *slots = pml_load_relaxed(&table->slots);
    if (is_taken(table, slots)) {
        slots = rebuild(table, slots, table->count + 1);
    }
    if (slots == NULL) {
        return false;
    }
    struct place place = find_place(slots, series->hash);
    table->removed_count -= tag_at(place.tags, place.slot) == TAG_REMOVED ? 1 : 0;
    table->count++;
    put(&place, series);
    return true;
}

void pml_table_remove(pml_table *table, pml_series *series)
{
    /* relaxed: only this thread ever stores it. */
    struct pml_table_slots *slots = pml_load_relaxed(&table->slots);
    struct place place = place_of(slots, series);
    bool stays_taken = is_full(place.tags);
    uint64_t tags = with_tag(place.tags, place.slot, stays_taken ? TAG_REMOVED : TAG_FREE);
    /* release: pairs with the acquire in pml_table_find(), for the other tags. */
    pml_store_release(&place.bucket->tags, tags);
    table->removed_count += stays_taken ? 1 : 0;
    table->count--;
    if (buckets_for(table->count * 4) < slots->count) {
        (void)rebuild(table, slots, table->count); /* without memory it stays too large */
    }
}

bool pml_table_waits(const pml_table *table)
{
    return table->replaced != NULL;
}

static void free_all(struct pml_table_slots *slots)
{
    while (slots != NULL) {
        struct pml_table_slots *older = slots->older;
        pml_free(slots);
        slots = older;
    }
}

/* The newest come first, so all that follow one that can be freed can be, too. */
void pml_table_reclaim(pml_table *table)
{
    struct pml_table_slots **at = &table->replaced;
    while (*at != NULL && !pml_grace_is_over((*at)->ticket)) {
        at = &(*at)->older;
    }
    free_all(*at);
    *at = NULL;
}

size_t pml_table_bytes(const pml_table *table)
{
    /* relaxed: only this thread ever stores it. */
    const struct pml_table_slots *slots = pml_load_relaxed(&table->slots);
    size_t bytes = slots == NULL ? 0 : bytes_of(slots->count);
    for (slots = table->replaced; slots != NULL; slots = slots->older) {
        bytes += bytes_of(slots->count);
    }
    return bytes;
}

void pml_table_free(pml_table *table)
{
    free_all(table->replaced);
    /* relaxed: no other thread is left. */
    free_all(pml_load_relaxed(&table->slots));
    /* relaxed: as above. */
    pml_store_relaxed(&table->slots, NULL);
    table->replaced = NULL;
    table->count = 0;
    table->removed_count = 0;
}
