/* SPDX-License-Identifier: Apache-2.0 */
/* What the expectations of the text formats share. */
#ifndef FUZZ_EXPECTED_LINES_H
#define FUZZ_EXPECTED_LINES_H

#include "base/number.h"
#include "expected.h"

#include <stdio.h>

/* One family in one format. */
typedef struct expectation {
    FILE *to;
    const promlet_encoding *encoding;
    const made_family *family;
    const char *name; /* in this document, of the family or of its samples without a suffix */
    bool is_openmetrics;
} expectation;

typedef struct number_text {
    char text[PML_NUMBER_SIZE + 4];
} number_text;

number_text real_text(const expectation *self, double value);
number_text whole_text(uint64_t value);
number_text text_of_number(const expectation *self, const pml_number *number);
number_text time_text(const expectation *self, int64_t time_ms);

bool is_expected_type(const expectation *self, const char *type);

void expect_head(const expectation *self, const char *suffix, const char *type);

/* Begins a line. extra: the label that tells the samples of a series apart; no name: none. */
strict_point begin_point(const expectation *self, size_t series, const char *suffix,
                         strict_label extra);

/* Ends and tells it, with the exemplars from one place on and before another. */
void end_point(const expectation *self, strict_point *point, size_t series, size_t first,
               size_t last);

/* A line with nothing but a value. */
void expect_sample(const expectation *self, size_t series, const char *suffix, number_text value);

/* A line for each state. */
void expect_states(const expectation *self, size_t series);

/* A family as the text format and OpenMetrics 1.0 have it, and as OpenMetrics 2.0 does. */
void expect_samples(const expectation *self);
void expect_composites(const expectation *self);

#endif
