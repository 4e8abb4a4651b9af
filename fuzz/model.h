/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a registry must show, kept beside it by the simplest means: lists that are searched from the
 * start, sums in long doubles. It shares no code with the library. A caller tells it what it does
 * to the registry; then the model says which declarations are accepted, and what a document must
 * hold, to the unit for what is whole.
 */
#ifndef FUZZ_MODEL_H
#define FUZZ_MODEL_H

#include <promlet/promlet.h>

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum model_kind { MODEL_COUNTER, MODEL_GAUGE, MODEL_HISTOGRAM, MODEL_KINDS };

enum model_drop {
    MODEL_DROP_INFINITE,
    MODEL_DROP_NAN,
    MODEL_DROP_NEGATIVE,
    MODEL_DROP_NO_SERIES,
    MODEL_DROPS
};

/* A sum of doubles whose order nobody promises. */
typedef struct model_sum {
    double in_order;       /* as added one after the other */
    long double magnitude; /* of all amounts ever, without their signs */
    size_t count;
    bool is_whole; /* all amounts were */
} model_sum;

typedef struct model_series {
    struct model_series *next;
    char **values;  /* repaired; NULL for the overflow series */
    void *handle;   /* what the library returned for it; NULL: not asked yet */
    size_t pins;    /* how often it did, and was not given it back */
    bool is_hidden; /* removed, but somebody holds a handle */
    uint64_t whole; /* of a counter */
    bool has_fraction;
    double gauge;     /* of a gauge */
    model_sum sum;    /* of a counter's fractions, of a histogram's observations */
    uint64_t *counts; /* of a histogram's buckets */
} model_series;

typedef struct model_labels {
    char *names[2 * PROMLET_MAX_CONST_LABELS];
    char *values[2 * PROMLET_MAX_CONST_LABELS]; /* repaired */
    size_t count;
} model_labels;

typedef struct model_family {
    struct model_family *next;
    enum model_kind kind;
    char *name; /* as exposed */
    char *help; /* repaired */
    char *unit;
    char *labels[PROMLET_MAX_LABELS];
    size_t label_count;
    model_labels const_labels; /* the registry's first */
    double *bounds;
    size_t bound_count;
    size_t max_series;
    promlet_cells cells;
    double idle_seconds;
    void *handle;         /* of the family, or of the metric without labels */
    model_series *series; /* by label values */
    model_series *overflow;
    bool is_unregistered;
    uint64_t overflow_count;
    uint64_t cut_count;
} model_family;

typedef struct model {
    char *prefix;           /* NULL: none */
    bool is_prefix_settled; /* by the first declaration, also one that was refused */
    model_labels const_labels;
    bool hides_empty;
    size_t max_value_bytes;
    bool has_no_memory; /* so that no series with labels can be made */
    bool is_off;        /* nothing but gauges is recorded, and no series is looked up for it */
    model_family *families;
    uint64_t dropped[MODEL_DROPS];
} model;

void model_free(model *self);

/* Whether a registry takes these options now. */
bool model_configure(model *self, const promlet_registry_opts *options);

/* ---- declaring ------------------------------------------------------------------------------- */

/* What a declaration comes to. */
enum model_verdict { MODEL_REFUSED, MODEL_SAME, MODEL_NEW };

/* *family is the one that is the same, or the new one, whose handle the caller sets. With
   without_labels, a metric is declared that has none. */
enum model_verdict model_declare(model *self, enum model_kind kind, const promlet_opts *options,
                                 bool without_labels, model_family **family);

/* ---- series ---------------------------------------------------------------------------------- */

/* The series that a look-up comes to, made if it is new. */
model_series *model_look_up(const model *self, model_family *family, const char *const *values);

/* What releasing a handle does. */
void model_release(model_series *series);

/* ---- removing -------------------------------------------------------------------------------- */

/* Whether there was such a series. */
bool model_remove(const model *self, model_family *family, const char *const *values);

/* How many there were; names that the family does not have are an error. */
size_t model_remove_matching(const model *self, model_family *family, const promlet_label *labels,
                             size_t count, bool *is_error);

/* All that may expire does, because nobody asked for it for so long. */
void model_let_expire(model *self);

/* Whether it was registered. */
bool model_unregister(const model *self, model_family *family);

/* ---- recording ------------------------------------------------------------------------------- */

void model_counter_add_u64(const model *self, model_series *series, uint64_t amount);
void model_counter_add(model *self, model_series *series, double amount);
void model_gauge_set(model_series *series, double value);
void model_gauge_raise_to(model *self, model_series *series, double value);
void model_gauge_lower_to(model *self, model_series *series, double value);
void model_gauge_add(model *self, model_series *series, double amount);
void model_observe(model *self, const model_family *family, model_series *series, double value);

/* ---- comparing ------------------------------------------------------------------------------- */

/* What a document must hold. */
typedef struct model_expectation model_expectation;

/* What a scrape must show that happens now. */
model_expectation *model_expect(const model *self);
/* Leaves out the families whose names begin with a text, or all others. */
void model_expectation_filter(model_expectation *self, const char *prefix, bool keeps);

void model_expectation_free(model_expectation *self);

/* True if a document keeps the format's rules and shows what is expected; else *why says what is
   wrong, in memory that lives until the next call. */
bool model_fits(const model_expectation *expected, const char *text, bool with_eof,
                const char **why);

/* Invalid UTF-8 replaced, each maximal part of a sequence by one U+FFFD; to be freed. */
char *model_repair(const char *text);

#endif
