/* SPDX-License-Identifier: Apache-2.0 */
/* Lines that begin with #: what is said of a family, the end of OpenMetrics, comments. */
#ifndef PML_PARSE_COMMENT_H
#define PML_PARSE_COMMENT_H

#include "parse/reader.h"

/* What a line of metadata begins with: # TYPE, # HELP, # UNIT. */
typedef enum pml_metadata_kind {
    PML_METADATA_TYPE,
    PML_METADATA_HELP,
    PML_METADATA_UNIT
} pml_metadata_kind;

typedef struct pml_metadata {
    pml_metadata_kind kind;
    promlet_parsed_text name;
    promlet_parsed_text text;
    promlet_parsed_type type; /* of PML_METADATA_TYPE */
} pml_metadata;

typedef enum pml_comment { PML_COMMENT_NONE, PML_COMMENT_METADATA, PML_COMMENT_EOF } pml_comment;

/* Reads such a line. False with the rule that is broken. */
bool pml_comment_read(pml_reader *reader, pml_comment *comment, pml_metadata *metadata);

#endif
