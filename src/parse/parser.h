/* SPDX-License-Identifier: Apache-2.0 */
/* A document on its way. */
#ifndef PML_PARSE_PARSER_H
#define PML_PARSE_PARSER_H

#include "parse/grouping.h"
#include "parse/open_family.h"
#include "parse/sample.h"

struct promlet_parser {
    promlet_parser_opts options; /* with all limits */
    promlet_status status;       /* why nothing more is read */
    promlet_parse_error error;   /* the last one */
    size_t line_number;
    size_t document_bytes;
    char *pending; /* the beginning of a line */
    size_t pending_size;
    size_t pending_room;
    bool is_skipping; /* the rest of a line that is too long */
    bool has_ended;   /* # EOF was read */
    bool is_finished;
    char *texts; /* of one line */
    size_t text_room;
    pml_sample_parts parts;
    pml_open_family family;
    pml_grouping grouping;
};

/* Copies the options, or those for NULL, sets limits that are 0, and refuses what is wrong. */
promlet_status pml_parser_options_read(const promlet_parser_opts *options, size_t options_size,
                                       promlet_parser_opts *known);

#endif
