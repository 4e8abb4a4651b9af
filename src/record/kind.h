/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the layers above need to know of an instrument: how large its cell is, how it starts, and
 * how its values are read. Each instrument's file defines one. Only what is typed by instrument
 * lists them: the public constructors, and the notes of file-scope metrics.
 *
 * A cell is read into words: a fixed number of uint64_t that can be added to those of another cell.
 */
#ifndef PML_RECORD_KIND_H
#define PML_RECORD_KIND_H

#include <promlet/cell.h>

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Of the native buckets of a histogram. */
typedef struct pml_native_settings {
    uint32_t slot_count; /* of a table, a power of 2; 0: it has no native buckets */
    uint32_t max_buckets;
    int schema;            /* the finest that is shown */
    bool is_only;          /* there are no classic buckets */
    double zero_threshold; /* above 0 */
    uint64_t min_reset_ns; /* 0: it is never reset */
} pml_native_settings;

/* What of its options the cells of a metric depend on. Lent by its definition. */
typedef struct pml_settings {
    struct promlet_bounds bounds; /* of a histogram; else empty */
    pml_native_settings native;   /* of a histogram; else empty */
    double *quantiles;            /* of a summary, rising, none by default */
    size_t quantile_count;
    uint64_t window_ns; /* in which quantiles are told */
    size_t state_count; /* of a state set */
    bool has_exemplars; /* of a counter or histogram */
} pml_settings;

/* How a value looks once it was read; all that a snapshot and an encoder know of an instrument. */
typedef enum pml_shape {
    PML_SHAPE_NUMBER,
    PML_SHAPE_HISTOGRAM,
    PML_SHAPE_SUMMARY,
    PML_SHAPE_STATES
} pml_shape;

/* A sample value: an exact integer or a double. */
typedef struct pml_number {
    bool is_whole;
    union {
        uint64_t whole;
        double real;
    } as;
} pml_number;

/* The most words that a kind captures, unless its shape is histogram. */
#define PML_MAX_NUMBER_WORDS 4

/* The one word of the shape states: bit i says whether the i-th state is on. */
#define PML_MAX_STATES 64

/* The words of the shape summary; a histogram with one bucket has the same. */
enum { PML_SUMMARY_SUM = PROMLET_SUMMARY_SUM, PML_SUMMARY_COUNT = PROMLET_SUMMARY_COUNT };

/* The words of the shape histogram: the sum as bits of a double, then one count a bucket. A cell
   has them in the same order. */
enum { PML_HISTOGRAM_SUM = PROMLET_HISTOGRAM_SUM, PML_HISTOGRAM_COUNTS = PROMLET_HISTOGRAM_COUNTS };

/* The most names that a kind derives, see other_names. */
#define PML_MAX_OTHER_NAMES 5

struct pml_native_cell;

typedef struct pml_kind {
    const char *type; /* the word after # TYPE name, as OpenMetrics has it */
    const char *noun; /* in sentences, with its article */
    const char *call; /* in the names of its calls, promlet_..._new() */
    pml_shape shape;
    bool has_totals;    /* what was recorded stays, so it must not be lost */
    bool is_unitless;   /* none may be given */
    const char *suffix; /* what a name must end in and gets when it doesn't; "" for none */
    const char *const *other_names; /* suffixes of further names that some format exposes */

    void *sink; /* the cell of a handle that records nothing; nobody reads it */
    size_t (*cell_size)(const pml_settings *settings);
    /* Makes a zeroed cell ready. */
    void (*start)(void *cell, void *series, const pml_settings *settings);
    /* How many exemplars a series with room for them has. NULL: none of this kind has any. */
    size_t (*exemplar_count)(const pml_settings *settings);
    /* How many words capture() writes. */
    size_t (*word_count)(const pml_settings *settings);
    /* Reads a cell, and the per-CPU cells that belong to it, while others record on them. */
    void (*capture)(const void *cell, uint64_t *words);
    /* Where a cell keeps its per-CPU cells, which have the words that capture() writes, or in a
       native cell those of its current table. NULL: a cell of this kind is never spread. */
    struct promlet_spread **(*spread)(void *cell);
    /* What counts instead of a cell that has native buckets, see record/native.h; NULL if this one
       has none. NULL: no cell of this kind has. */
    struct pml_native_cell *(*native)(void *cell);
    /* How many recordings words stand for, or more; modulo 2^64. NULL where spread is. */
    uint64_t (*recordings)(const uint64_t *words, size_t count);
    /* Adds the words of one cell to those of another. This and absorb: only of the kinds that can
       stand at file scope. */
    void (*add_words)(uint64_t *to, const uint64_t *from, size_t count);
    /* Where adding in another order may round to less: raises words to the floor that the call
       before left, and leaves them as the next floor. NULL: not needed. */
    void (*keep_from_falling)(uint64_t *words, uint64_t *floor);
    /* Sets a cell, and what its per-CPU cells show, to zero while others record on it. */
    void (*reset)(void *cell);
    /* Records words that were captured from another cell. */
    void (*absorb)(void *cell, const uint64_t *words);
    /* The value that words stand for; of a number only. */
    pml_number (*number)(const uint64_t *words);
    /* number() of what capture() reads: one call for each series instead of two. */
    pml_number (*value)(const void *cell);
    /* Reads the values at quantiles, which rise; of a summary only. All NaN when the window is
       empty or the settings of the cell have no quantiles. */
    void (*quantiles)(const void *cell, const double *quantiles, size_t count, double *values);
} pml_kind;

extern const pml_kind pml_counter_kind;
extern const pml_kind pml_gauge_kind;
extern const pml_kind pml_histogram_kind;
extern const pml_kind pml_summary_kind;
extern const pml_kind pml_info_kind;
extern const pml_kind pml_state_set_kind;
extern const pml_kind pml_unknown_kind;

/* How many words each of the per-CPU cells has that spread() tells of. */
size_t pml_kind_spread_words(const pml_kind *kind, const pml_settings *settings);

/* What capture() of a histogram does, for one whose cell can't be followed to its buckets. */
void pml_histogram_capture_parts(const uint64_t *buckets, size_t bucket_count, const uint64_t *sum,
                                 const struct promlet_spread *spread, uint64_t *words);

#endif
