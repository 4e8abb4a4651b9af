/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A strict reader of promlet's text documents, for tests that scrape while others record. It knows
 * what promlet promises beyond the format: families in order of their names, series in order of
 * their labels, the overflow series last, histograms complete, `# EOF` at the end.
 *
 * The order of series is checked on their text, so label values must be letters and digits.
 */
#ifndef TESTS_SUPPORT_STRICT_TEXT_H
#define TESTS_SUPPORT_STRICT_TEXT_H

#include <stdbool.h>
#include <stddef.h>

#define STRICT_SIZE 512
#define STRICT_OVERFLOW "otel_metric_overflow=\"true\""

/* What is wrong with a document; the text is empty when nothing is. */
typedef struct strict_verdict {
    char why[3 * STRICT_SIZE];
} strict_verdict;

typedef struct strict_sample {
    char key[STRICT_SIZE];    /* everything before the value */
    char name[STRICT_SIZE];   /* without labels */
    char labels[STRICT_SIZE]; /* without le */
    char le[STRICT_SIZE];     /* "" when there is none */
    long double value;        /* exact for whole numbers below 2^64 */
} strict_sample;

/* Where reading stands, and the family that the last # TYPE line began. */
typedef struct strict_reader {
    const char *at;
    char line[STRICT_SIZE];
    char family[STRICT_SIZE];
    char type[STRICT_SIZE];
} strict_reader;

/* The next sample; comments are taken in on the way. False at the end. */
bool strict_next_sample(strict_reader *reader, strict_sample *sample);

/* True for a whole and well-formed document; else the verdict says why not. */
bool strict_is_well_formed(const char *text, strict_verdict *verdict);

/* The value behind a key such as `jobs_total{queue="a"}`; -1 when there is no such sample. */
long double strict_value(const char *text, const char *key);

/* The values of all series of one name added up, and how many there are. */
long double strict_total(const char *text, const char *name, size_t *series_count);

/* True if no counter, bucket or count of the first document is lower or missing in the second. */
bool strict_never_falls(const char *before, const char *after, strict_verdict *verdict);

/* True if all histograms, whose every observation is 1, show a sum that has all that was counted,
   and not more than could have been observed. The sum may well be ahead of the count: it is read
   last, and recorders go on meanwhile. */
bool strict_sums_fit(const char *text, long double most_observed, strict_verdict *verdict);

#endif
