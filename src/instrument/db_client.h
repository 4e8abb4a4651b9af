/* SPDX-License-Identifier: Apache-2.0 */
/* What the files about database clients share. */
#ifndef PML_INSTRUMENT_DB_CLIENT_H
#define PML_INSTRUMENT_DB_CLIENT_H

#include "base/atomic.h"

#include <promlet/db_client.h>

#include <stdint.h>

/* The labels of an operation that each has, in order; see also PROMLET_DB_ERROR_TYPE. Which follow
   is up to the options. */
enum { PML_DB_SYSTEM, PML_DB_NAMESPACE, PML_DB_COLLECTION, PML_DB_OPERATION, PML_DB_MANDATORY = 5 };

/* Immutable but for the stages, so that threads share it. The strings and the successes lie behind
   it, in the same memory. */
struct promlet_db_client {
    promlet_histogram_family *durations; /* NULL: the client that failed */
    promlet_clock clock;
    size_t label_count;
    size_t status_code_at; /* the place of its label; 0: there is none */
    /* What an operation starts with: the values that are the client's, and "" for its own. */
    const char *values[PROMLET_DB_MAX_LABELS];
    const promlet_db_success *successes;
    size_t success_count;
    uint64_t success_bits; /* of each, as pml_db_success_bit() tells it */
    promlet_registry *registry;
    _Atomic(promlet_histogram_family *) stages; /* NULL: never switched on */
    uint32_t stages_on;                         /* not 0: they are measured */
};

/* A label value that is not there is the empty one. */
static inline const char *pml_db_text(const char *text)
{
    return text != NULL ? text : "";
}

/* A bit of two first bytes. What has none in common with the successes is none of them. */
static inline uint64_t pml_db_success_bit(const char *operation, const char *error_type)
{
    unsigned int mixed = (unsigned char)*operation + 3U * (unsigned char)*error_type;
    return UINT64_C(1) << mixed % 64;
}

#endif
