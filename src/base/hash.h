/* SPDX-License-Identifier: Apache-2.0 */
/* A seeded hash of bytes, for tables whose keys may come from outside the program. */
#ifndef PML_BASE_HASH_H
#define PML_BASE_HASH_H

#include <stddef.h>
#include <stdint.h>
#include <string.h>

__extension__ typedef unsigned __int128 pml_uint128;

/* Both halves of a product folded into one word: every input bit reaches every output bit. */
static inline uint64_t pml_hash_mix(uint64_t a, uint64_t b)
{
    pml_uint128 product = (pml_uint128)a * b;
    return (uint64_t)product ^ (uint64_t)(product >> 64);
}

/* The hash of some bytes and their number; the seed may be the hash of what stood before. */
static inline uint64_t pml_hash_bytes(uint64_t seed, const void *bytes, size_t size)
{
    const uint64_t odd1 = 0x9e3779b97f4a7c15u; /* 2^64 / golden ratio */
    const uint64_t odd2 = 0xc2b2ae3d27d4eb4fu; /* any odd number with mixed bits does */
    const unsigned char *next = bytes;
    uint64_t hash = pml_hash_mix(seed ^ odd1, (uint64_t)size ^ odd2);
    for (; size >= 8; size -= 8, next += 8) {
        uint64_t word;
        memcpy(&word, next, 8);
        hash = pml_hash_mix(hash ^ word, odd1);
    }
    uint64_t tail = 0;
    memcpy(&tail, next, size);
    return pml_hash_mix(hash ^ tail ^ odd2, odd1);
}

#endif
