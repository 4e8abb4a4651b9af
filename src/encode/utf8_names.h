/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Names that are not plain (base/name.h), as documents have them: escaped, or as they are. Only for
 * families that have such names; those of all others go into a document without a look.
 *
 * The name of a family is escaped as a whole. What a format leaves out at its end is taken off
 * afterwards, and what a sample has behind it, such as _bucket, comes behind the escaped name.
 */
#ifndef PML_ENCODE_UTF8_NAMES_H
#define PML_ENCODE_UTF8_NAMES_H

#include "base/name.h"
#include "base/output.h"
#include "base/text.h"

#include <promlet/snapshot.h>

#include <stdbool.h>
#include <stddef.h>

/* How the names of a document are written. */
typedef struct pml_names {
    bool are_raw;      /* as they are; in text, with quotes where they are not plain */
    pml_scheme scheme; /* else */
} pml_names;

/* What an encoding asks for. Where a format has no way to write names as they are, it is the same
   as underscores. */
pml_names pml_names_of(const promlet_encoding *encoding, bool can_be_raw);

/* A name of a family: without so many bytes at the end, and with a suffix. */
typedef struct pml_family_name {
    const pml_text *name;
    size_t left_out;
    pml_text suffix;
} pml_family_name;

/* Whether it stands in quotes, and then within the braces of a sample. */
bool pml_family_name_is_quoted(const pml_names *names, const pml_text *name);

void pml_append_family_name(pml_output *output, const pml_names *names,
                            const pml_family_name *name);

/* The name of a label that a format adds. */
void pml_append_label_name(pml_output *output, const pml_names *names, const pml_text *name);

/* The labels of a series, rendered: name="value","a name"="value2". */
void pml_append_labels(pml_output *output, const pml_names *names, const char *labels, size_t size);

/* Whether a name that ends in _unit, or in that and _total, still does in the document. */
bool pml_names_keep_unit(const pml_names *names, const pml_text *name, const pml_text *unit);

#endif
