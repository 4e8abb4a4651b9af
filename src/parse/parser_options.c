/* SPDX-License-Identifier: Apache-2.0 */
/* How a document is read, with all limits. */
#include "parse/parser.h"

#include "base/options.h"
#include "base/report.h"

static promlet_status check(const promlet_parser_opts *options)
{
    if ((unsigned)options->format > PROMLET_PARSE_OPENMETRICS2) {
        return pml_fail(PROMLET_ERROR_ARGUMENT, "%d is no format of a parser",
                        (int)options->format);
    }
    return PROMLET_OK;
}

static void set_default(size_t *limit, size_t value)
{
    *limit = *limit == 0 ? value : *limit;
}

static void set_defaults(promlet_parser_opts *options)
{
    set_default(&options->max_line_bytes, PROMLET_DEFAULT_MAX_LINE_BYTES);
    set_default(&options->max_labels, PROMLET_DEFAULT_MAX_PARSED_LABELS);
    set_default(&options->max_exemplars, PROMLET_DEFAULT_MAX_EXEMPLARS);
    set_default(&options->max_fields, PROMLET_DEFAULT_MAX_FIELDS);
    set_default(&options->max_families, PROMLET_DEFAULT_MAX_FAMILIES);
    set_default(&options->max_family_series, PROMLET_DEFAULT_MAX_FAMILY_SERIES);
    set_default(&options->max_document_bytes, PROMLET_DEFAULT_MAX_DOCUMENT_BYTES);
}

promlet_status pml_parser_options_read(const promlet_parser_opts *options, size_t options_size,
                                       promlet_parser_opts *known)
{
    pml_options_size size = {options_size, sizeof *known};
    promlet_status status = pml_options_read_if_any(options, known, size, "a parser's options");
    if (status != PROMLET_OK) {
        return status;
    }
    set_defaults(known);
    return check(known);
}
