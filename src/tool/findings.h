/* SPDX-License-Identifier: Apache-2.0 */
/* What is found in a document, kept until its end and shown by line. */
#ifndef PML_TOOL_FINDINGS_H
#define PML_TOOL_FINDINGS_H

#include <stdbool.h>
#include <stddef.h>

/* More are counted but not kept: a binary file has one in each line. */
#define PML_MOST_FINDINGS 10000

typedef struct pml_finding {
    size_t line;
    size_t column; /* 0: the line as a whole */
    bool is_error; /* else a warning */
    const char *rule;
    char *sentence; /* names the metric */
    size_t order;   /* of finding, among those of a line */
} pml_finding;

typedef struct pml_findings {
    pml_finding *items;
    size_t count;
    size_t capacity;
    size_t error_count; /* of all, kept or not */
    size_t warning_count;
    bool errors_only; /* warnings are not even counted */
} pml_findings;

/* Adds one; line, column, is_error and rule are those of what, and the sentence is made. */
void pml_findings_add(pml_findings *findings, const pml_finding *what, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* Prints them by line, each as PLACE:LINE:COLUMN: error: SENTENCE [RULE]. */
void pml_findings_print(pml_findings *findings, const char *name);

void pml_findings_free(pml_findings *findings);

#endif
