/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The inside of a snapshot, as encoders see it: families in order of their names, each with its
 * series in order of their label values. It knows shapes, not instruments.
 *
 * Values are copied. Names, help texts and labels are lent: by the registry, whose families and
 * buried series stay in memory for it, or by what else the snapshot keeps alive. They never change.
 */
#ifndef PML_SNAPSHOT_SNAPSHOT_H
#define PML_SNAPSHOT_SNAPSHOT_H

#include "base/arena.h"
#include "base/text.h"
#include "record/kind.h"
#include "registry/lease.h"

#include <promlet/snapshot.h>

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct pml_definition;

/* The value of a summary. It is not in the series, each of which would pay for its size. */
typedef struct pml_summary {
    double sum;
    uint64_t count;
    const double *values; /* one a quantile; NaN: nothing in the window */
} pml_summary;

typedef struct pml_snapshot_series {
    const char *labels; /* escaped: name="value","a name"="value2"; not terminated */
    size_t labels_size;
    union {
        pml_number number;
        struct {
            double sum;
            const uint64_t *counts; /* one a bucket and one for +Inf; not cumulative */
        } histogram;
        const pml_summary *summary;
        uint64_t states; /* bit i: the i-th state is on */
    } as;                /* by the family's shape */
} pml_snapshot_series;

_Static_assert(sizeof(pml_snapshot_series) <= 32, "each series of each snapshot pays for it");

/* One recording that stands for many, as OpenMetrics calls it. */
typedef struct pml_exemplar {
    const char *labels; /* as those of a series; NULL: there is none */
    size_t labels_size;
    double value;
    int64_t time_ns; /* since 1970; see pml_time_is_known() */
} pml_exemplar;

/* Neighbouring native buckets. */
typedef struct pml_native_span {
    int32_t offset;  /* of the first span: its first index; else the unused ones before it, >= 0 */
    uint32_t length; /* how many buckets */
} pml_native_span;

/* The native buckets for positive or for negative values. */
typedef struct pml_native_side {
    const pml_native_span *spans;
    size_t span_count;
    const uint64_t *counts; /* one a bucket of the spans; not cumulative */
    size_t count;
} pml_native_side;

/* The native buckets of one histogram: bucket i holds the values from base^(i-1), without it, to
   base^i, with base = 2^(2^-schema). Their sum, the zero bucket's too, is that of the classic ones.
 */
typedef struct pml_native {
    int schema;
    double zero_threshold; /* above 0; 0: this series of several has no native buckets */
    uint64_t zero_count;
    pml_native_side positive;
    pml_native_side negative;
} pml_native;

typedef struct pml_snapshot_family {
    const pml_text *name; /* with the suffix of its type, such as _total */
    char *const *claims;  /* every name that some format exposes; NULL ends them */
    const pml_text *help; /* not escaped; "" for none */
    const pml_text *unit; /* "" for none */
    const char *type;     /* as OpenMetrics calls it: counter, gauge, stateset, ... */
    pml_shape shape;
    /* What tells the samples of one series apart: of a histogram the values of `le` without +Inf,
       of a summary those of `quantile`, of a state set the states. Escaped. */
    const pml_text *bounds;
    const double *bound_values; /* the numbers that they spell, without +Inf; NULL for states */
    size_t bound_count;
    bool has_utf8_names;            /* else names of metric and labels are plain; see base/name.h */
    bool is_own;                    /* one of promlet's; shown only while it has series */
    const promlet_registry *teller; /* the registry it is of; NULL: of several */
    pml_snapshot_series *series;
    size_t series_count;
    int64_t *timestamps; /* in ms, one a series, PML_NO_TIMESTAMP for none; NULL: none at all */
    int64_t *starts;     /* in ns since 1970, one a series: since when it counts; NULL: not known */
    pml_exemplar *exemplars; /* so many a series, a counter's or one a bucket; NULL: none at all */
    size_t exemplars_a_series;
    pml_native *natives; /* one a series of a histogram that has native buckets; else NULL */
    uint64_t *words;     /* where histograms are: the sum, then the counts; else NULL */
    size_t words_a_series;
    pml_summary *summaries;  /* where summaries are; else NULL */
    double *quantile_values; /* the same of theirs, if they have quantiles; else NULL */
    pml_arena *memory; /* of the snapshot it was made for; all of the above that is not lent */
} pml_snapshot_family;

#define PML_NO_TIMESTAMP INT64_MIN

/* Of an exemplar or a start, in ns since 1970: nobody has recorded anything before. */
static inline bool pml_time_is_known(int64_t time_ns)
{
    return time_ns > 0;
}

struct promlet_snapshot {
    _Atomic size_t owners;
    promlet_registry *registry;            /* NULL: of several */
    pml_lease lease;                       /* of the registry's label text */
    struct promlet_collector **collectors; /* of which callbacks lend their names and texts */
    size_t collector_count;
    struct promlet_emitter *emitted; /* they own the families of collectors; a list */
    promlet_snapshot **parts;        /* what this one was merged from */
    size_t part_count;
    pml_arena memory; /* of the families, and of what they don't borrow from the above */
    pml_snapshot_family *families;
    size_t family_count;
};

/* A snapshot with so many families, zero but for their memory, owned once. registry: NULL for
   several. bytes: what all of it is likely to take of its memory; 0: not known. NULL when out of
   memory. */
promlet_snapshot *pml_snapshot_new(promlet_registry *registry, size_t family_count, size_t bytes);

/* What a definition says of a family. */
void pml_snapshot_describe(const struct pml_definition *definition, pml_snapshot_family *to);

/* Frees what a snapshot has so far, whoever owns it. */
void pml_snapshot_free(promlet_snapshot *snapshot);

#endif
