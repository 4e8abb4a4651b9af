/* SPDX-License-Identifier: Apache-2.0 */
/* How libc's allocator stands. */
#ifndef PML_COLLECT_PROCESS_ALLOCATOR_H
#define PML_COLLECT_PROCESS_ALLOCATOR_H

#include "base/process_id.h"

#include <stdbool.h>
#include <stdint.h>

/* In bytes, but for the chunks. */
typedef struct pml_allocator {
    bool is_known;
    uint64_t arena;      /* cut into chunks */
    uint64_t used;       /* of that, given out */
    uint64_t unused;     /* of that, not given out */
    uint64_t releasable; /* of that, at the top of the main arena */
    uint64_t mapped;     /* of chunks that are mapped on their own */
    uint64_t free_chunks;
    uint64_t mapped_chunks;
    uint64_t walk_ns; /* processor time that it took to know all this */
} pml_allocator;

/* Chosen by CMake: whether somebody knows depends on libc. */
pml_allocator pml_allocator_read(void);

/* What was read last, and when it may be read again. Zeroed before its first use. */
typedef struct pml_allocator_reading {
    pml_allocator allocator;
    pml_process_id process;
    uint64_t next_ns; /* of the monotonic clock */
    bool is_over;     /* it has taken too long, and is not read any more */
} pml_allocator_reading;

/* Reads it, unless that has taken too much time lately, or too long once, of which it warns. */
void pml_allocator_refresh(pml_allocator_reading *reading);

#endif
