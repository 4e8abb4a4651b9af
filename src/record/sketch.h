/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Which values were recorded lately, and how often: enough to tell any quantile of a sliding
 * window within PML_SKETCH_ERROR, in memory of a fixed size. Recording takes no lock, allocates
 * nothing and waits for nobody; nor does reading.
 *
 * Values fall into bins: PML_SKETCH_BINS_AN_OCTAVE for each power of two from 2^-30 to 2^40, of
 * either sign. What is nearer to 0 counts as 0, what is farther away as about 2^40.
 *
 * Time falls into periods, a fifth of the window each, and there are bins for five of them. The
 * window so ends now and begins four to five periods ago. Nobody has to empty bins when a period
 * begins: each word says which period its count belongs to, and who comes later starts at 1 again.
 * So there is no moment at which a recorder could be stopped and hold up others, and no value is
 * ever shown that is older than the window, however long nobody looked.
 */
#ifndef PML_RECORD_SKETCH_H
#define PML_RECORD_SKETCH_H

#include <stddef.h>
#include <stdint.h>

/* Of a quantile that lies between 2^-30 and 2^40 or between -2^40 and -2^-30, relative. */
#define PML_SKETCH_ERROR 0.01

enum {
    PML_SKETCH_PERIODS = 5,
    PML_SKETCH_OCTAVES = 70,
    PML_SKETCH_BINS_AN_OCTAVE = 38,
    PML_SKETCH_SIDE = PML_SKETCH_OCTAVES * PML_SKETCH_BINS_AN_OCTAVE, /* bins of one sign */
    PML_SKETCH_BINS = PML_SKETCH_SIDE + 1 + PML_SKETCH_SIDE           /* one for 0 */
};

/* In the cell of a summary, zeroed with it. */
typedef struct promlet_sketch {
    uint64_t period_ns;
    /* No bin outside of them was ever used, so that reading need not look at all: the lowest,
       counted from the highest bin down, and the highest, counted up; so 0 is right for both. */
    uint64_t lowest_from_top;
    uint64_t highest;
    uint64_t words[PML_SKETCH_BINS][PML_SKETCH_PERIODS]; /* a period, and a count of it */
} pml_sketch;

/* Makes a zeroed sketch ready. window_ns must not be 0. */
void pml_sketch_start(pml_sketch *sketch, uint64_t window_ns);

/* Counts a value, which is finite. Lock-free and signal-safe. */
void pml_sketch_record(pml_sketch *sketch, double value, uint64_t now_ns);

/* The values at these quantiles, which rise and lie between 0 and 1: of n values of the window the
   ceil(quantile * n)-th, counted from the lowest. All NaN when there is none. */
void pml_sketch_read(const pml_sketch *sketch, uint64_t now_ns, const double *quantiles,
                     size_t count, double *values);

/* Forgets what was recorded; what is recorded meanwhile is forgotten or not. */
void pml_sketch_clear(pml_sketch *sketch);

#endif
