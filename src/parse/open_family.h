/* SPDX-License-Identifier: Apache-2.0 */
/* The family that lines belong to. */
#ifndef PML_PARSE_OPEN_FAMILY_H
#define PML_PARSE_OPEN_FAMILY_H

#include "parse/comment.h"
#include "parse/reader.h"
#include "parse/seen.h"

/* A text that is kept. */
typedef struct pml_kept_text {
    char *bytes;
    size_t room;
} pml_kept_text;

/* Zeroed at first, but for the seed. */
typedef struct pml_open_family {
    promlet_parsed_family shown;
    bool is_open;
    bool is_told; /* on_family was called, so no metadata may follow */
    pml_kept_text name;
    pml_kept_text help;
    pml_kept_text unit;
    pml_key seed;
    pml_seen names; /* all that samples of families before and this one may be called */
    size_t count;   /* of families */
} pml_open_family;

/* Begins a family; what it is called is copied. False when out of memory. */
bool pml_open_family_begin(pml_open_family *family, const promlet_parsed_text *name,
                           size_t line_number);

/* Adds what a line says. False with the rule that is broken, such as that it said it already. */
bool pml_open_family_add(pml_open_family *family, pml_reader *reader, const pml_metadata *metadata);

/* What a sample of this name says in the family; false if it has none of this name. */
bool pml_open_family_role(const promlet_parsed_family *family, const promlet_parsed_text *name,
                          const pml_reader *reader, promlet_parsed_role *role);

/* The metadata fit each other, unless lenient. False with the rule, and the family's line. */
bool pml_open_family_check(const pml_open_family *family, pml_reader *reader);

/* No family before has one of the names, unless lenient. False with the rule, beyond a limit and
 * out of memory. */
bool pml_open_family_claim(pml_open_family *family, pml_reader *reader, size_t max_families);

void pml_open_family_free(pml_open_family *family);

#endif
