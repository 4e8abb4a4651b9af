/* SPDX-License-Identifier: Apache-2.0 */
/* A family: a declared metric and its series. Lives as long as its registry. */
#ifndef PML_REGISTRY_FAMILY_H
#define PML_REGISTRY_FAMILY_H

#include "registry/definition.h"
#include "series/table.h"

struct pml_static_metric;
struct pml_view;

/* Series that were buried and wait to be freed, in two groups: while one waits, the other one
   gathers. */
typedef struct pml_limbo {
    pml_series *gathered;
    pml_series *waiting;
    uint64_t ticket; /* of the grace period that the waiting ones need; see series/readers.h */
    uint64_t number; /* of the last snapshot that may lend their labels */
} pml_limbo;

typedef struct pml_family {
    promlet_registry *registry;
    pml_series_owner owner; /* of its series */
    pml_definition *definition;
    pml_label_reader label_reader;
    struct pml_view *view; /* what it really is, if it is a view; see registry/view.h */
    bool is_callback;      /* holds names for a callback, and no series */

    /* Written with PML_LOCK_CHANGES held, up to the next blank line. */
    pml_table table;                /* read without the lock */
    _Atomic(pml_series *) overflow; /* takes what is beyond a limit; read without the lock */
    _Atomic uint64_t full_at;       /* the registry's `room` when it was found full; likewise */
    _Atomic uint64_t revivals;      /* two for each; odd while a series is set to zero; likewise */
    pml_series **fresh;             /* series that were added since the last snapshot */
    size_t fresh_count;
    size_t fresh_capacity;
    struct pml_view *views;
    size_t shown_count;                   /* series of the table that are not hidden */
    size_t hidden_count;                  /* the others */
    unsigned warned_of;                   /* a bit for each limit that the log has heard of */
    bool is_told_of_ignored;              /* the log has heard of options that came too late */
    bool is_unregistered;                 /* none of its series is shown */
    uint64_t removal;                     /* the registry's number of the last time that it was */
    bool is_kept;                         /* it has file-scope metrics, and can't be removed */
    struct pml_family *next_unregistered; /* of the same name */
    pml_limbo limbo;

    _Atomic uint64_t overflow_count; /* look-ups that ended in the overflow series */
    _Atomic uint64_t cut_count;      /* look-ups with a label value that was cut */
    _Atomic uint64_t by_failures;    /* recordings by label values that found no series */

    /* All other series of the table, in label order. Written with PML_LOCK_ORDER held, by the one
       thread that takes a snapshot. */
    pml_series **sorted;
    size_t sorted_count;

    /* Of that thread alone: the family's time, which counts in parts of the idle time, at this look
       and when it last asked for a grace period; and until when idle series have had one. */
    uint64_t idle_unit_ns; /* 0: series don't expire */
    uint64_t idle_ticket;
    uint64_t looked_at;
    uint64_t asked_at;
    uint64_t graced_until;
    bool has_leaving; /* some series are shown for the last time by the snapshot that is taken */

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

/* The series with these values, created if it is new and set to zero if it was removed; beyond a
   limit the overflow series. It is pinned, until the caller or the handle's owner unpins it. NULL
   when the values are wrong or memory is out, with the last error set and *status saying which. */
pml_series *pml_family_series(pml_family *family, const char *const *values, size_t count,
                              promlet_status *status);

/* Its two steps, for who has the values read. First a series that can be recorded on until the
   caller's read section ends, found without a lock or memory, or NULL. */
static inline pml_series *pml_family_find(pml_family *family, const pml_label_query *query)
{
    pml_series *series = pml_table_find(&family->table, query);
    return series != NULL && pml_series_is_live(series) ? series : NULL;
}

/* Then whatever it takes; the series is pinned. Better not within a read section, which the slots
   of a growing table would wait for. NULL, and the last error, when out of memory. */
pml_series *pml_family_ask(pml_family *family, const pml_label_query *query);

/* Frees a series that nobody can reach, and gives its memory back to the limits; with
   PML_LOCK_CHANGES held. NULL is allowed. */
void pml_family_free_series(const pml_family *family, pml_series *series);

/* The overflow series, or NULL if there was no need of one. */
pml_series *pml_family_overflow(pml_family *family);

#endif
