/* SPDX-License-Identifier: Apache-2.0 */
/* A registry: its families by name, the names they claim, and the first error. */
#ifndef PML_REGISTRY_REGISTRY_H
#define PML_REGISTRY_REGISTRY_H

#include "base/flight.h"
#include "base/name_map.h"
#include "base/report.h"
#include "registry/family.h"
#include "registry/lease.h"
#include "series/dropped.h"

#include <promlet/registry.h>

struct pml_static_metric;
struct promlet_collector;

struct promlet_registry {
    /* Written with PML_LOCK_CHANGES held: the families, the names, the options, the per-CPU cells,
       and the first error. */
    pml_family **families; /* by rising name */
    size_t family_count;
    size_t family_capacity;
    pml_name_map names;        /* every claimed name, to its family or to that of a callback */
    pml_name_map unregistered; /* names of families, to the first of those that were unregistered */
    uint64_t removals;         /* how often one was */

    pml_lease *oldest_lease; /* of those that last */
    pml_lease *newest_lease;
    uint64_t lease_number; /* the last one */

    size_t series_bytes; /* see registry/limits.h */
    size_t table_bytes;
    size_t memory_limit;             /* of all bytes; 0: none */
    _Atomic size_t max_value_bytes;  /* of a label value; read without the lock */
    _Atomic uint64_t room;           /* how often there was room again; read without the lock */
    _Atomic bool hides_self_metrics; /* read without the lock, as the next two */
    _Atomic bool shows_usage;
    _Atomic bool hides_empty_families;

    pml_naming *naming;   /* NULL: pml_no_naming */
    bool is_naming_fixed; /* somebody has asked for it */
    bool no_lint; /* declarations don't warn of what the linter finds, or of what is ignored */

    size_t cell_bytes;                 /* of per-CPU cells */
    size_t cell_budget;                /* the most of them */
    _Atomic bool is_cell_budget_short; /* read without the lock */
    bool is_cell_budget_reported;

    _Atomic int status; /* a promlet_status; published after `why` */
    char why[PML_SENTENCE_SIZE];

    pml_dropped *dropped;
    _Atomic size_t owners; /* the user, and each snapshot */

    pml_flight snapshot_flight; /* lets one thread at a time take a snapshot */
    uint64_t judged_ns;         /* when that thread last looked for hot series */
    size_t snapshot_bytes;      /* what the last snapshot of all families took */

    struct promlet_collector *collectors; /* guarded by PML_LOCK_CALLS */

    /* File-scope metrics found so far. Written with PML_LOCK_ORDER held, by that thread. */
    struct pml_static_metric *static_metrics;
};

/* The registry that NULL stands for is the default one. */
promlet_registry *pml_registry_of(const promlet_registry *registry);

/* What all metrics of a registry get, which from now on can't be changed any more. */
const pml_naming *pml_registry_naming(promlet_registry *registry);

bool pml_registry_hides_empty_families(promlet_registry *registry);

/* Whether declarations warn of what the linter finds. */
bool pml_registry_is_linted(promlet_registry *registry);

/* Keep a registry's memory until the same number of releases. */
void pml_registry_retain(promlet_registry *registry);
void pml_registry_release(promlet_registry *registry);

/* The family of this definition, added if it is new, which *is_new says; takes the definition over.
   NULL on an error, with the last error set and *status saying which. Users' declarations go
   through pml_declare(). */
pml_family *pml_registry_family(promlet_registry *registry, pml_definition *definition,
                                bool *is_new, promlet_status *status);

/* Claims the names of a callback, whose family has no series and is not listed. False when one is
   taken or memory is out, with the last error set and *status saying which. */
bool pml_registry_claim(promlet_registry *registry, pml_family *family, promlet_status *status);

/* Its names are free again, and promlet's own metrics say nothing of it. */
void pml_registry_unclaim(promlet_registry *registry, pml_family *family);

/* The family that claims a name; NULL: none. */
pml_family *pml_registry_owner_of(promlet_registry *registry, const char *name);

/* Keeps the thread's last error as the registry's if it is the first. */
void pml_registry_keep_error(promlet_registry *registry, promlet_status status);

/* The same, and warns of it. */
void pml_registry_fail(promlet_registry *registry, promlet_status status);

/* All families of a registry at some time; they live as long as it does. */
typedef struct pml_family_list {
    pml_family **all; /* those that were unregistered behind the others; to be freed */
    size_t all_count;
    pml_family **chosen; /* the others once more, for who chooses from them */
    size_t count;        /* of the others */
    uint64_t removals;   /* how often one was unregistered so far */
} pml_family_list;

/* False when out of memory; then nothing is to be freed. */
bool pml_registry_list_all(promlet_registry *registry, pml_family_list *list);

/* A copy of the list of those that are not unregistered, or NULL. */
pml_family **pml_registry_list(promlet_registry *registry, size_t *count);

/* Whether there is little to read: its memory is at most so many bytes, families included, and no
   series is to be sorted in or buried before. */
bool pml_registry_has_little(promlet_registry *registry, size_t most_bytes);

/* Keeps those of a list that were not unregistered since it was made, and says how many. Their
   names can't have gone to anything else meanwhile. */
size_t pml_registry_keep_lasting(uint64_t removals, pml_family **list, size_t count);

/* The family that was declared with this name or is shown with it, or NULL; with PML_LOCK_CHANGES
   held. */
pml_family *pml_registry_find(const promlet_registry *registry, const char *name);

/* Takes a registered family out of what is shown, and frees its names; with PML_LOCK_CHANGES held.
   Its series are for the caller to hide. The same definition again will bring it back. False when
   out of memory. */
bool pml_registry_remove(promlet_registry *registry, pml_family *family);

/* From now on the family can't be removed; false if it has been. */
bool pml_registry_keep_family(pml_family *family);

#endif
