/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What one call of a collector has emitted: checked, copied, and in the end put in the order that a
 * snapshot has. It knows nothing of the registry but what that adds to names and labels.
 */
#ifndef PML_SNAPSHOT_EMITTED_H
#define PML_SNAPSHOT_EMITTED_H

#include "base/arena.h"
#include "base/name_map.h"
#include "base/report.h"
#include "registry/definition.h"
#include "snapshot/snapshot.h"

#include <promlet/collector.h>

/* One series while more of them come. */
typedef struct pml_emitted_series {
    pml_label_set labels;
    pml_snapshot_series shown;
    int64_t timestamp_ms;
    size_t number; /* in the order in which they were emitted */
} pml_emitted_series;

typedef struct pml_emitted_family {
    struct pml_emitted_family *next; /* in the order in which they were emitted */
    pml_definition *definition;
    bool is_left_out; /* because its name is taken, or not asked for */

    pml_emitted_series *series;
    size_t series_count;
    size_t series_capacity;
    bool has_timestamps;

    const double *bounds; /* or quantiles; those of the first series */
    size_t bound_count;
    pml_text *bound_texts; /* NULL before the first series */

    pml_snapshot_family shown; /* once it is finished */
} pml_emitted_family;

struct promlet_emitter {
    promlet_emitter *next; /* among those whose families a snapshot shows */
    const pml_naming *naming;
    pml_arena arena; /* what the families consist of, but for definitions and series */
    pml_emitted_family *families;
    pml_emitted_family **families_end;
    pml_name_map names;          /* that families claim */
    pml_emitted_family *current; /* NULL: none was begun, or the last one was refused */
    promlet_status why_none;     /* then this is why */
    promlet_status status;       /* of what was refused first */
    char why[PML_SENTENCE_SIZE];
    bool is_own; /* emits promlet's own metrics */
};

/* naming is lent while families are emitted. NULL when out of memory. */
promlet_emitter *pml_emitter_new(const pml_naming *naming);

/* Frees it with all of its families, and those behind it in its list. NULL is allowed. */
void pml_emitters_free(promlet_emitter *emitter);

/* Puts the series of each family in order and makes it ready to be shown. False when out of memory.
 */
bool pml_emitter_finish(promlet_emitter *emitter);

/* Keeps the last error as that of the emitter, if it is the first, and returns the status. */
promlet_status pml_emitter_refuse(promlet_emitter *emitter, promlet_status status);

#endif
