/* SPDX-License-Identifier: Apache-2.0 */
/* What is recorded, drawn beforehand: the same values, bounds and labels for every program. See
   README.md, which peers in other languages follow. */
#ifndef BENCH_STREAMS_H
#define BENCH_STREAMS_H

#include <stddef.h>
#include <stdint.h>

enum {
    BENCH_STREAM = 16384,
    BENCH_BOUNDS9 = 9,
    BENCH_BOUNDS20 = 20,
    BENCH_LABELS = 5,
    BENCH_SERIES = 120
};

extern double bench_values[BENCH_STREAM];
extern uint8_t bench_order[BENCH_STREAM]; /* numbers of series */

/* The label values of these series to look them up with; each string is a copy of its own. */
extern const char *bench_labels[BENCH_STREAM][BENCH_LABELS];

extern const double bench_bounds9[BENCH_BOUNDS9];
extern const double bench_bounds20[BENCH_BOUNDS20];

extern const char *const bench_label_names[BENCH_LABELS];

/* Fills all of the above. Exits when out of memory. */
void bench_streams_draw(void);

/* Of all that is above, as README.md defines it; a peer that follows it has the same one. */
uint64_t bench_streams_checksum(void);

/* The label values to create a series with: not the strings that bench_labels holds. */
void bench_labels_of(size_t series, const char *values[BENCH_LABELS]);

#endif
