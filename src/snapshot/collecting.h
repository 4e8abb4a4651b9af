/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Calling the callbacks and collectors of a registry for one snapshot, those with a deadline side
 * by side in threads of their own. Afterwards the registry's metrics are read, since collectors may
 * record; then it is settled what of the emitted can be shown beside them.
 */
#ifndef PML_SNAPSHOT_COLLECTING_H
#define PML_SNAPSHOT_COLLECTING_H

#include "registry/collector.h"
#include "snapshot/emitted.h"
#include "snapshot/filter.h"

/* What one scrape has called, and what came of it. */
typedef struct pml_collection {
    promlet_registry *registry;
    const pml_filter *filter; /* NULL: everything */
    promlet_collector **collectors;
    size_t count;
    struct pml_answer *answers; /* of callbacks */
    size_t answer_count;
    struct pml_run *runs; /* of collectors, and of callbacks that are watched */
    size_t run_count;
    promlet_emitter *own; /* promlet's own metrics about it; NULL: none */
} pml_collection;

/* Calls all whose families may be wanted. False when out of memory; then, too, the collection must
   be freed. */
bool pml_collection_start(pml_collection *collection, promlet_registry *registry,
                          const pml_filter *filter);

/* Finds out what can be shown, and who has failed; false when out of memory. */
bool pml_collection_settle(pml_collection *collection);

/* How many families can be shown. */
size_t pml_collection_family_count(const pml_collection *collection);

/* Writes those families, and gives what they consist of to the snapshot. False when out of memory.
 */
bool pml_collection_show(pml_collection *collection, promlet_snapshot *snapshot,
                         pml_snapshot_family *families);

void pml_collection_free(pml_collection *collection);

#endif
