/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What was seen, by hashes of 128 bits with a seed that nobody who writes a document knows: two
 * different things have the same with a chance of less than 1e-24 among a million, and then a right
 * document is called wrong. Texts would take several times the memory.
 */
#ifndef PML_PARSE_SEEN_H
#define PML_PARSE_SEEN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct pml_key {
    uint64_t high;
    uint64_t low;
} pml_key;

/* Zeroed at first. */
typedef struct pml_seen {
    pml_key *keys; /* in the order in which they came */
    size_t room;
    size_t count;
    uint32_t *slots;   /* the number of a key, from 1, where its hash says; 0: none */
    size_t slot_count; /* 0 or a power of two */
} pml_seen;

typedef enum pml_seen_result {
    PML_SEEN_NEW,
    PML_SEEN_BEFORE,
    PML_SEEN_TOO_MANY,
    PML_SEEN_NO_MEMORY
} pml_seen_result;

/* The key of some bytes, behind that of others; seed with any. */
pml_key pml_key_of(pml_key seed, const void *bytes, size_t size);

/* The key of both, whichever comes first. */
pml_key pml_key_join(pml_key a, pml_key b);

/* A seed that is hard to guess; `where` is any address. */
pml_key pml_key_seed(const void *where);

/* Adds a key if it is new, unless there are `most` already; *index is its place in the list. */
pml_seen_result pml_seen_add(pml_seen *seen, pml_key key, size_t most, size_t *index);

/* Forgets all, and keeps some of the memory. */
void pml_seen_clear(pml_seen *seen);

void pml_seen_free(pml_seen *seen);

#endif
