/* SPDX-License-Identifier: Apache-2.0 */
/* A family: a declared metric and its series. Lives as long as its registry. */
#ifndef PML_REGISTRY_FAMILY_H
#define PML_REGISTRY_FAMILY_H

#include "registry/definition.h"
#include "series/table.h"

struct pml_dropped;
struct pml_static_metric;
struct pml_view;

/* Its own name, and those that its kind derives. */
#define PML_MAX_CLAIMS (1 + PML_MAX_OTHER_NAMES)

typedef struct pml_family {
    promlet_registry *registry;
    struct pml_dropped *dropped;
    pml_definition *definition;
    char *claims[PML_MAX_CLAIMS + 1]; /* every name that some format exposes; NULL ends them */
    pml_label_reader label_reader;
    struct pml_view *view; /* what it really is, if it is a view; see registry/view.h */
    bool is_callback;      /* holds names for a callback, and no series */

    /* Written with PML_LOCK_CHANGES held, up to the next blank line. */
    pml_table table;                /* read without the lock */
    _Atomic(pml_series *) overflow; /* takes what is beyond the limit; read without the lock */
    pml_series **fresh;             /* series that were added since the last snapshot */
    size_t fresh_count;
    size_t fresh_capacity;
    struct pml_view *views;

    _Atomic uint64_t overflow_count; /* look-ups that ended in the overflow series */
    _Atomic uint64_t by_failures;    /* recordings by label values that found no series */

    /* All other series of the table, in label order. Written with PML_LOCK_ORDER held, by the one
       thread that takes a snapshot. */
    pml_series **sorted;
    size_t sorted_count;

    /* File-scope metrics of this name, as the sorted series; whether there ever were some; and what
       the only series showed last. */
    struct pml_static_metric *static_metrics;
    bool has_static_metrics;
    uint64_t static_floor[PML_MAX_NUMBER_WORDS];
} pml_family;

/* A family that owns the definition; NULL when out of memory (the definition is then freed). */
pml_family *pml_family_new(promlet_registry *registry, struct pml_dropped *dropped,
                           pml_definition *definition);

void pml_family_free(pml_family *family);

/* What a declaration with an error gives; its handles are the sinks of their kinds. */
extern pml_family pml_sink_family;

/* It has no definition and no series. */
static inline bool pml_family_is_sink(const pml_family *family)
{
    return family->definition == NULL;
}

/* The series with these values, created if it is new; beyond the limit the overflow series. NULL
   when the values are wrong or memory is out, with the last error set and *status saying which. */
pml_series *pml_family_series(pml_family *family, const char *const *values, size_t count,
                              promlet_status *status);

/* Brings the sorted series up to date; for the one thread that takes a snapshot. False when out of
   memory. */
bool pml_family_sort(pml_family *family);

/* The overflow series, or NULL while the family is not full. */
pml_series *pml_family_overflow(pml_family *family);

#endif
