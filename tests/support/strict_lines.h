/* SPDX-License-Identifier: Apache-2.0 */
/* For strict_document.h: a document taken apart, and how one line is read into it. */
#ifndef TESTS_SUPPORT_STRICT_LINES_H
#define TESTS_SUPPORT_STRICT_LINES_H

#include "support/strict_words.h"

#define STRICT_MOST_LABELS 64

enum strict_end { STRICT_WITHOUT_EOF, STRICT_WITH_EOF };

typedef struct strict_label {
    char *name;
    char *value; /* unescaped */
} strict_label;

typedef struct strict_point {
    char *name;
    strict_label labels[STRICT_MOST_LABELS];
    size_t label_count;
    char *value_text;
    long double value; /* exact for whole numbers below 2^64 */
    char *timestamp;   /* NULL: none */
    char *start;       /* of OpenMetrics 2.0; NULL: none */
    size_t first_exemplar;
    size_t exemplar_count;
} strict_point;

typedef struct strict_family {
    char *name;
    char *help; /* unescaped; NULL: none */
    char *type;
    char *unit;   /* of OpenMetrics; NULL: none */
    size_t first; /* of its points */
    size_t count;
} strict_family;

typedef struct strict_document {
    char *text; /* a copy, in which everything above lies */
    strict_family *families;
    size_t family_count;
    strict_point *points;
    size_t point_count;
    strict_point *exemplars; /* of all points; they have no name */
    size_t exemplar_count;
    bool has_ended;  /* # EOF was read */
    bool has_quotes; /* names that are not plain stand in quotes */
    char why[400];
} strict_document;

/* Says what is wrong; always false. */
bool strict_refuse(strict_document *document, const char *rule, const char *where);

/* An array with room for one more item than the count. */
void *strict_grow(void *array, size_t count, size_t size);

/* NULL if there is none yet. */
strict_family *strict_last_family(const strict_document *document);

/* False if the document has a family of this name. */
bool strict_add_family(strict_document *document, char *name);

/* Ends the name that begins at *at, undoes its escaping, and moves *at behind what follows it,
   which *separator is then. Quotes that are not needed may not be. NULL when it is no name. */
char *strict_take_name(const strict_document *document, char **at, bool colon_allowed,
                       char *separator);

/* Returns what stands behind the closing brace, NULL if the list is wrong. An empty list may not
   be. */
char *strict_read_labels(strict_document *document, strict_point *point, char *at);

/* Name, labels and the space behind them. Returns where the value begins; NULL if that is wrong. A
   name in quotes stands within the braces, and no other one does. */
char *strict_read_identity(strict_document *document, char *line, strict_point *point);

/* Adds a point to the family that was read last. */
void strict_add_point(strict_document *document, const strict_point *point);

/* One line of the text format. */
bool strict_read_line(strict_document *document, char *line);

#endif
