/* SPDX-License-Identifier: Apache-2.0 */
/* Families and series of a snapshot, as encoders see them. */
#ifndef TESTS_SUPPORT_SNAPSHOTS_H
#define TESTS_SUPPORT_SNAPSHOTS_H

#include "support/expect.h"

#include "snapshot/snapshot.h"

/* The family of this name, which must be there. */
static inline const pml_snapshot_family *family_in(const promlet_snapshot *snapshot,
                                                   const char *name)
{
    assert_non_null(snapshot);
    for (size_t i = 0; i < snapshot->family_count; i++) {
        if (strcmp(snapshot->families[i].name->bytes, name) == 0) {
            return &snapshot->families[i];
        }
    }
    fail_msg("the snapshot has no %s", name);
    return NULL;
}

/* The place of the series with these labels, which must be there. */
static inline size_t series_in(const pml_snapshot_family *family, const char *labels)
{
    for (size_t i = 0; i < family->series_count; i++) {
        const pml_snapshot_series *series = &family->series[i];
        if (series->labels_size == strlen(labels) &&
            memcmp(series->labels, labels, series->labels_size) == 0) {
            return i;
        }
    }
    fail_msg("%s has no {%s}", family->name->bytes, labels);
    return 0;
}

#endif
