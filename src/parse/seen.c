/* SPDX-License-Identifier: Apache-2.0 */
/* A list of keys, and a table with open addressing of where they stand in it. */
#include "parse/seen.h"

#include "base/alloc.h"
#include "base/clock.h"
#include "base/hash.h"

#include <string.h>

/* What is kept of a cleared table. */
#define KEPT_SLOTS 256u

/* Up to 8 bytes in a word; those that have the same word have another size. */
static uint64_t load(const unsigned char *bytes, size_t size)
{
    if (size == 8) {
        uint64_t word;
        memcpy(&word, bytes, 8);
        return word;
    }
    if (size >= 4) {
        uint32_t first;
        uint32_t last;
        memcpy(&first, bytes, 4);
        memcpy(&last, bytes + size - 4, 4);
        return (uint64_t)first << 32 | last;
    }
    return size == 0 ? 0
                     : bytes[0] | (uint64_t)bytes[size / 2] << 8 | (uint64_t)bytes[size - 1] << 16;
}

/* Two hashes as base/hash.h has them, in one pass. */
pml_key pml_key_of(pml_key seed, const void *bytes, size_t size)
{
    const unsigned char *next = bytes;
    pml_key key = {seed.high ^ size * PML_HASH_ODD2, seed.low ^ size * PML_HASH_ODD1};
    for (;; size -= 8, next += 8) {
        uint64_t word = load(next, size < 8 ? size : 8);
        key.high = pml_hash_mix(key.high ^ word, PML_HASH_ODD1);
        key.low = pml_hash_mix(key.low ^ word, PML_HASH_ODD2);
        if (size <= 8) {
            return key;
        }
    }
}

pml_key pml_key_join(pml_key a, pml_key b)
{
    return (pml_key){a.high + b.high, a.low + b.low};
}

pml_key pml_key_seed(const void *where)
{
    uint64_t seed = pml_hash_mix((uint64_t)(uintptr_t)where, pml_clock_monotonic_ns() | 1);
    return (pml_key){seed, pml_hash_mix(seed ^ PML_HASH_ODD1, PML_HASH_ODD2)};
}

/* The slot that has the key, or may have it; one is free. */
static uint32_t *find(const pml_seen *seen, pml_key key)
{
    size_t at = (size_t)key.high & (seen->slot_count - 1);
    while (seen->slots[at] != 0) {
        const pml_key *other = &seen->keys[seen->slots[at] - 1];
        if (other->high == key.high && other->low == key.low) {
            break;
        }
        at = (at + 1) & (seen->slot_count - 1);
    }
    return &seen->slots[at];
}

static bool grow_keys(pml_seen *seen)
{
    size_t room = seen->room == 0 ? 32 : 2 * seen->room;
    pml_key *keys = pml_resize_array(seen->keys, room, sizeof *keys);
    if (keys != NULL) {
        seen->keys = keys;
        seen->room = room;
    }
    return keys != NULL;
}

static bool grow_slots(pml_seen *seen)
{
    size_t slot_count = seen->slot_count == 0 ? 64 : 2 * seen->slot_count;
    uint32_t *slots = pml_alloc_zeroed(slot_count * sizeof *slots);
    if (slots == NULL) {
        return false;
    }
    pml_free(seen->slots);
    seen->slots = slots;
    seen->slot_count = slot_count;
    for (size_t i = 0; i < seen->count; i++) {
        *find(seen, seen->keys[i]) = (uint32_t)i + 1;
    }
    return true;
}

static bool make_room(pml_seen *seen)
{
    return seen->count < UINT32_MAX && (seen->count < seen->room || grow_keys(seen)) &&
           (seen->count < seen->slot_count / 2 || grow_slots(seen));
}

pml_seen_result pml_seen_add(pml_seen *seen, pml_key key, size_t most, size_t *index)
{
    if (!make_room(seen)) {
        return PML_SEEN_NO_MEMORY;
    }
    uint32_t *slot = find(seen, key);
    if (*slot != 0) {
        *index = *slot - 1;
        return PML_SEEN_BEFORE;
    }
    if (seen->count >= most) {
        return PML_SEEN_TOO_MANY;
    }
    *index = seen->count;
    seen->keys[seen->count++] = key;
    *slot = (uint32_t)seen->count;
    return PML_SEEN_NEW;
}

void pml_seen_clear(pml_seen *seen)
{
    if (seen->slot_count > KEPT_SLOTS) {
        pml_seen_free(seen);
    } else if (seen->count > 0) {
        memset(seen->slots, 0, seen->slot_count * sizeof *seen->slots);
        seen->count = 0;
    }
}

void pml_seen_free(pml_seen *seen)
{
    pml_free(seen->keys);
    pml_free(seen->slots);
    *seen = (pml_seen){.keys = NULL};
}
