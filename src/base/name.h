/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Names of metrics and of labels. Plain ones, [a-zA-Z_:][a-zA-Z0-9_:]* without the colon for a
 * label, are taken by every reader. Any other one has to be escaped for most of them: written as a
 * plain name by one of the schemes of prometheus.io, "UTF-8 escaping schemes".
 */
#ifndef PML_BASE_NAME_H
#define PML_BASE_NAME_H

#include <stdbool.h>
#include <stddef.h>

typedef enum pml_name_role { PML_NAME_METRIC, PML_NAME_LABEL } pml_name_role;

/* The schemes under which a name that is not plain is escaped; a plain one stays as it is. */
typedef enum pml_scheme {
    PML_SCHEME_UNDERSCORES, /* any other character is _ */
    PML_SCHEME_DOTS,        /* the same, but a dot is _dot_ and an underscore __ */
    PML_SCHEME_VALUES,      /* U__ and then an underscore is __, any other character _its code_ */
    PML_SCHEME_COUNT
} pml_scheme;

/* As the parameter `escaping` calls it. */
const char *pml_scheme_text(pml_scheme scheme);

bool pml_name_is_plain(pml_name_role role, const char *name, size_t size);

/* A name on its way to its escaped form, which comes in pieces: no memory is needed. */
typedef struct pml_escaper {
    const char *at;
    const char *end;
    pml_name_role role;
    pml_scheme scheme;
    bool is_quoted; /* it is what stands between the quotes of a quoted name */
    bool is_plain;
    bool is_begun;
    char own[16]; /* a piece that is not part of the name */
} pml_escaper;

/* The name is lent, not empty, and valid UTF-8. is_quoted: \, " and the line feed have a backslash
   in it, and it is not plain. */
pml_escaper pml_escaper_start(pml_name_role role, const char *name, size_t size, pml_scheme scheme);
pml_escaper pml_escaper_start_quoted(pml_name_role role, const char *name, size_t size,
                                     pml_scheme scheme);

/* The next piece, which lives until the one after it; returns its size, 0 at the end. */
size_t pml_escaper_next(pml_escaper *escaper, const char **piece);

/* How many bytes the pieces have together. */
size_t pml_escaper_size(pml_escaper escaper);

/* Writes them, and returns where they end. Not terminated. */
char *pml_escaper_write(pml_escaper escaper, char *out);

/* Whether two names are the same once they are escaped. */
bool pml_escaper_are_same(pml_escaper a, pml_escaper b);

#endif
