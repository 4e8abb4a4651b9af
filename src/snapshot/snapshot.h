/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The inside of a snapshot, as encoders see it: families in order of their names, each with its
 * series in order of their label values. It knows shapes, not instruments.
 *
 * Values are copied. Names, help texts and labels are lent by the registry, which a snapshot keeps
 * alive; they never change.
 */
#ifndef PML_SNAPSHOT_SNAPSHOT_H
#define PML_SNAPSHOT_SNAPSHOT_H

#include "base/text.h"
#include "record/kind.h"

#include <promlet/snapshot.h>

#include <stddef.h>
#include <stdint.h>

typedef struct pml_snapshot_series {
    const char *labels; /* escaped: name="value",name2="value2"; not terminated */
    size_t labels_size;
    union {
        pml_number number;
        struct {
            double sum;
            const uint64_t *counts; /* one a bucket and one for +Inf; not cumulative */
        } histogram;
    } as; /* by the family's shape */
} pml_snapshot_series;

typedef struct pml_snapshot_family {
    const pml_text *name; /* with the suffix of its type, such as _total */
    const pml_text *help; /* not escaped; "" for none */
    const pml_text *unit; /* "" for none */
    const char *type;     /* counter, gauge, histogram */
    pml_shape shape;
    const pml_text *bounds; /* of a histogram: the values of `le` without +Inf */
    size_t bound_count;
    pml_snapshot_series *series;
    size_t series_count;
    uint64_t *words; /* where histograms are: the sum, then the counts; NULL for numbers */
    size_t words_a_series;
} pml_snapshot_family;

struct promlet_snapshot {
    _Atomic size_t owners;
    promlet_registry *registry;
    pml_snapshot_family *families;
    size_t family_count;
};

#endif
