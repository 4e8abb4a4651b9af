/* SPDX-License-Identifier: Apache-2.0 */
/* The pass over the values, in two forms, and comparing values of more than one block. */
#include "series/label_query.h"

#include "base/hash.h"
#include "base/valgrind.h"

#include <string.h>

void pml_label_reader_start(pml_label_reader *reader, uint64_t seed, size_t count)
{
    reader->keys[0] = pml_hash_mix(seed ^ PML_HASH_ODD1, PML_HASH_ODD2);
    reader->keys[1] = pml_hash_mix(seed ^ PML_HASH_ODD2, PML_HASH_ODD1);
    reader->count = count;
    reader->reads_ahead = PML_CAN_READ_AHEAD && !pml_runs_on_valgrind();
}

static inline uint64_t hash_block(pml_block block, uint64_t key, uint64_t other_key)
{
    return pml_hash_mix(block[0] ^ key, block[1] ^ other_key);
}

/* The hash is the sum of the values' hashes, each with the key of its place: none waits for
   another, so the processor works on all of them at once. Of each, the lower half counts. */
static inline uint64_t key_of_place(const pml_label_reader *reader, size_t place)
{
    return reader->keys[0] + place * PML_HASH_ODD1;
}

static void read_first(pml_label_query *query, const pml_label_reader *reader, size_t place)
{
    pml_label_value *value = &query->read[place];
    value->size = pml_block_read(query->values[place], &value->first);
    query->size += value->size;
    query->hash += (uint32_t)hash_block(value->first, key_of_place(reader, place), reader->keys[1]);
}

/* What follows the first block. Each block's hash is the key of the next one's. */
static void read_rest(pml_label_query *query, const pml_label_reader *reader, size_t place)
{
    const char *text = query->values[place];
    uint64_t hash = ~key_of_place(reader, place);
    size_t size;
    do {
        pml_block block;
        text += PML_BLOCK_SIZE;
        size = reader->reads_ahead && pml_block_lies_in_page(text)
                   ? pml_block_read_ahead(text, &block)
                   : pml_block_read(text, &block);
        hash = hash_block(block, hash, reader->keys[1]);
        query->read[place].size += size;
        query->size += size;
    } while (size == PML_BLOCK_SIZE);
    query->hash += (uint32_t)hash;
}

/* Reads what a quick pass left: the values that it did not touch, a bit for each, and what follows
   the first blocks. False if a value is NULL. */
__attribute__((noinline)) static bool read_left(pml_label_query *query,
                                                const pml_label_reader *reader, uint32_t untouched)
{
    for (size_t i = 0; i < query->count; i++) {
        if (untouched & (uint32_t)1 << i) {
            if (query->values[i] == NULL) {
                return false;
            }
            read_first(query, reader, i);
        }
        if (query->read[i].size == PML_BLOCK_SIZE) {
            read_rest(query, reader, i);
            query->has_long = true;
        }
    }
    return true;
}

_Static_assert(PROMLET_MAX_LABELS <= 32, "a bit for each value");

/* The usual case alone: no call, and no branch that depends on a value. */
static bool read_ahead(pml_label_query *query, const pml_label_reader *reader)
{
    uint64_t key = reader->keys[0];
    uint64_t other_key = reader->keys[1];
    uint32_t untouched = 0;
    uint64_t hash = 0;
    size_t all = query->count;
    size_t any = 0;
    pml_label_value *value = query->read;
    for (size_t i = 0; i < query->count; i++, value++, key += PML_HASH_ODD1) {
        const char *text = query->values[i];
        if (!pml_block_lies_in_page(text)) {
            untouched |= (uint32_t)1 << i;
            continue;
        }
        pml_block block;
        size_t size = pml_block_read_ahead(text, &block);
        value->first = block;
        value->size = size;
        all += size;
        any |= size;
        hash += hash_block(block, key, other_key);
    }
    query->hash = (uint32_t)hash;
    query->size = all;
    bool is_all = untouched == 0 && (any & PML_BLOCK_SIZE) == 0;
    return is_all || read_left(query, reader, untouched);
}

bool pml_label_query_start(pml_label_query *query, const pml_label_reader *reader,
                           const char *const *values)
{
    query->values = values;
    query->count = reader->count;
    query->has_long = false;
    if (PML_CAN_READ_AHEAD && reader->reads_ahead) {
        return read_ahead(query, reader);
    }
    query->hash = 0;
    query->size = query->count;
    return read_left(query, reader, UINT32_MAX);
}

bool pml_label_query_fits_long(const pml_label_query *query, const char *values)
{
    for (size_t i = 0; i < query->count; i++) {
        const pml_label_value *value = &query->read[i];
        size_t size = value->size + 1;
        size_t first = size < PML_BLOCK_SIZE ? size : PML_BLOCK_SIZE;
        pml_block block = pml_block_load(values) & pml_block_mask(first);
        if (!pml_block_is_zero(block ^ value->first) ||
            memcmp(values + first, query->values[i] + first, size - first) != 0) {
            return false;
        }
        values += size;
    }
    return true;
}
