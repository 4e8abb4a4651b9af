/* SPDX-License-Identifier: Apache-2.0 */
/* A seeded hash of bytes, for tables whose keys may come from outside the program. */
#ifndef PML_BASE_HASH_H
#define PML_BASE_HASH_H

#include <stddef.h>
#include <stdint.h>
#include <string.h>

/* 2^64 / golden ratio; and any odd number with mixed bits. */
#define PML_HASH_ODD1 UINT64_C(0x9e3779b97f4a7c15)
#define PML_HASH_ODD2 UINT64_C(0xc2b2ae3d27d4eb4f)

__extension__ typedef unsigned __int128 pml_uint128;

/* Both halves of a product folded into one word: every input bit reaches every output bit. */
static inline uint64_t pml_hash_mix(uint64_t a, uint64_t b)
{
    pml_uint128 product = (pml_uint128)a * b;
    /* Not by a shift: gcc 12 then sends both halves through memory. */
    uint64_t halves[2];
    memcpy(halves, &product, sizeof halves);
    return halves[0] ^ halves[1];
}

/* The hash of some bytes and their number; the seed may be the hash of what stood before. */
static inline uint64_t pml_hash_bytes(uint64_t seed, const void *bytes, size_t size)
{
    const unsigned char *next = bytes;
    uint64_t hash = pml_hash_mix(seed ^ PML_HASH_ODD1, (uint64_t)size ^ PML_HASH_ODD2);
    for (; size >= 8; size -= 8, next += 8) {
        uint64_t word;
        memcpy(&word, next, 8);
        hash = pml_hash_mix(hash ^ word, PML_HASH_ODD1);
    }
    uint64_t tail = 0;
    memcpy(&tail, next, size);
    return pml_hash_mix(hash ^ tail ^ PML_HASH_ODD2, PML_HASH_ODD1);
}

#endif
