/* SPDX-License-Identifier: Apache-2.0 */
/* Native buckets on their way into a snapshot. */
#ifndef PML_SNAPSHOT_NATIVES_H
#define PML_SNAPSHOT_NATIVES_H

#include "registry/natives.h"
#include "snapshot/snapshot.h"

/* Memory for one series after the other, and those of them that are due for a reset. Zeroed to
   start with. */
typedef struct pml_natives {
    pml_native_reading reading;
    size_t room; /* of its buckets and counts */
    bool is_due; /* the series that was read last */
    struct pml_native_due *due;
    pml_arena memory; /* of that list */
} pml_natives;

/* Reads a series and its words, and does what has to be done then, but for a reset; with
   PML_LOCK_CHANGES held. False, and nothing is read, when out of memory. */
bool pml_natives_read(pml_natives *self, pml_family *family, pml_series *series, uint64_t *words);

/* What was read last, with spans, in memory from the arena; false when out of memory. */
bool pml_natives_show(const pml_natives *self, const pml_settings *settings, pml_arena *arena,
                      pml_native *to);

void pml_natives_end(pml_natives *self);

#endif
