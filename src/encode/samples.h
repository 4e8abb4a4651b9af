/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The samples of a family as the text format and OpenMetrics 1.0.0 have them: one line a bucket, a
 * quantile, a state.
 */
#ifndef PML_ENCODE_SAMPLES_H
#define PML_ENCODE_SAMPLES_H

#include "encode/lines.h"

/* Appends samples of one series. */
typedef void (*pml_append_fn)(const pml_lines *lines, const pml_snapshot_series *series);

/* All samples of all series. */
void pml_append_samples(const pml_lines *lines);

/* Of a histogram: the buckets of one series, cumulative. Returns the count of all. */
uint64_t pml_append_buckets(const pml_lines *lines, const pml_snapshot_series *series);

/* One line with the number of the series alone, such as `_sum`. */
void pml_append_number(const pml_lines *lines, const pml_snapshot_series *series, pml_text suffix,
                       pml_number value);

#endif
