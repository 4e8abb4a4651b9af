/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A small strict reader of text documents, for the test helpers: a list of lines, each with a key
 * that is the same however its labels are ordered.
 */
#ifndef PML_EXPOSE_TESTING_TEXT_H
#define PML_EXPOSE_TESTING_TEXT_H

#include "expose/testing_key.h"

#include <stdbool.h>
#include <stddef.h>

/* One sample, or one # HELP or # TYPE line, whose value is then a text. */
typedef struct pml_testing_line {
    char *key;
    pml_testing_part shown;     /* the key as it is written */
    pml_testing_part name;      /* of the sample or of the family */
    pml_testing_part value;     /* as it is written */
    pml_testing_part timestamp; /* empty for none */
    pml_testing_part family;    /* that the last # TYPE line began; empty before the first */
    bool is_comment;
} pml_testing_line;

typedef struct pml_testing_text {
    pml_testing_line *lines; /* by rising key */
    size_t count;
    size_t capacity;
    size_t fault_line; /* the number of the line that can't be read */
    const char *fault; /* what is wrong with it; NULL: nothing */
} pml_testing_text;

/* Reads a document, which must live as long as the text. False when out of memory or when a line
   can't be read; the text is to be freed in any case. */
bool pml_testing_read(pml_testing_text *text, const char *document);

void pml_testing_free(pml_testing_text *text);

/* The line with a key; NULL for none. */
const pml_testing_line *pml_testing_look_up(const pml_testing_text *text, const char *key);

#endif
