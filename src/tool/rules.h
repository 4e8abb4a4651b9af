/* SPDX-License-Identifier: Apache-2.0 */
/* The rules of promlet check beyond the syntax: good names and help texts, and values that their
   type allows. They are asked family by family, and of a family sample by sample. */
#ifndef PML_TOOL_RULES_H
#define PML_TOOL_RULES_H

#include "tool/buffer.h"
#include "tool/findings.h"
#include "tool/names.h"
#include "tool/quantile.h"

#include <promlet/parse.h>

/* ---- names and help texts: warnings ---------------------------------------------------------- */

/* A family may stand in pieces, so it is judged behind the document. */
typedef struct pml_name_rules {
    pml_findings *findings;
    promlet_parse_format format;
    pml_names names;                   /* of the families */
    struct pml_named_family *families; /* by number of the name */
    size_t capacity;
    size_t current; /* the family that is being read */
} pml_name_rules;

void pml_name_rules_begin(pml_name_rules *rules, const promlet_parsed_family *family);
void pml_name_rules_look(pml_name_rules *rules, const promlet_parsed_sample *sample);
void pml_name_rules_end(pml_name_rules *rules);
void pml_name_rules_free(pml_name_rules *rules);

/* ---- values: errors -------------------------------------------------------------------------- */

typedef struct pml_value_rules {
    pml_findings *findings;
    promlet_parse_format format;
    pml_names series;          /* of the family */
    pml_names keys;            /* metrics of the family: all labels but le and quantile */
    struct pml_parts *metrics; /* by number of the key */
    size_t capacity;
} pml_value_rules;

void pml_value_rules_look(pml_value_rules *rules, const promlet_parsed_sample *sample);
/* Behind the last sample of a family. */
void pml_value_rules_end(pml_value_rules *rules);
void pml_value_rules_free(pml_value_rules *rules);

/* ---- blanks in lines of the text format: errors ---------------------------------------------- */

typedef struct pml_line_rules {
    pml_findings *findings;
    pml_buffer start; /* of the line that is being read */
    char last;        /* its last byte */
    size_t line;      /* how many lines are behind */
} pml_line_rules;

void pml_line_rules_look(pml_line_rules *rules, const char *bytes, size_t size);
void pml_line_rules_free(pml_line_rules *rules);

#endif
