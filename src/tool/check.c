/* SPDX-License-Identifier: Apache-2.0 */
/*
 * promlet check: each piece goes to two parsers. The strict one finds what breaks a rule of the
 * format; the lenient one reads on where it would not, so that names and values are judged all the
 * same, as other programs do.
 */
#include "tool/command.h"
#include "tool/rules.h"

#include <stdint.h>
#include <stdlib.h>

typedef struct checking {
    pml_findings findings;
    pml_name_rules names;
    pml_value_rules values;
    pml_line_rules lines;
    promlet_parser *strict;
    promlet_parser *lenient;
    promlet_status status;
} checking;

static void add_error(void *ctx, const promlet_parse_error *error)
{
    checking *self = ctx;
    const pml_finding what = {
        .line = error->line,
        .column = error->column,
        .is_error = true,
        .rule = error->status == PROMLET_ERROR_LIMIT ? "limit"
                : error->is_readable                 ? "format"
                                                     : "syntax",
    };
    pml_findings_add(&self->findings, &what, "%s", error->rule);
}

static bool begin_family(void *ctx, const promlet_parsed_family *family)
{
    checking *self = ctx;
    pml_value_rules_end(&self->values);
    pml_name_rules_begin(&self->names, family);
    return true;
}

static bool look(void *ctx, const promlet_parsed_sample *sample)
{
    checking *self = ctx;
    pml_name_rules_look(&self->names, sample);
    pml_value_rules_look(&self->values, sample);
    return true;
}

static bool begin(void *ctx, promlet_parse_format format)
{
    checking *self = ctx;
    const promlet_parser_opts strict = {
        .format = format, .goes_on = true, .on_error = add_error, .ctx = self};
    const promlet_parser_opts lenient = {.format = format,
                                         .is_lenient = true,
                                         .on_family = begin_family,
                                         .on_sample = look,
                                         .ctx = self};
    self->names.format = format;
    self->values.format = format;
    self->strict = promlet_parser_new(&strict);
    self->lenient = promlet_parser_new(&lenient);
    self->status =
        self->strict != NULL && self->lenient != NULL ? PROMLET_OK : PROMLET_ERROR_MEMORY;
    return self->status == PROMLET_OK;
}

/* What the strict parser can't go on with, such as a limit, it has told as an error. */
static bool is_trouble(promlet_status status)
{
    return status == PROMLET_ERROR_MEMORY || status == PROMLET_ERROR_ARGUMENT;
}

static bool take(void *ctx, const char *bytes, size_t size)
{
    checking *self = ctx;
    if (self->names.format == PROMLET_PARSE_TEXT) {
        pml_line_rules_look(&self->lines, bytes, size);
    }
    promlet_status strict = promlet_parser_feed(self->strict, bytes, size);
    promlet_status lenient = promlet_parser_feed(self->lenient, bytes, size);
    self->status = is_trouble(strict) ? strict : is_trouble(lenient) ? lenient : PROMLET_OK;
    /* The lenient one ends only where a document is too long, and what comes may have no end. */
    return self->status == PROMLET_OK && lenient == PROMLET_OK;
}

static void finish(checking *self)
{
    promlet_status strict = promlet_parser_finish(self->strict);
    promlet_status lenient = promlet_parser_finish(self->lenient);
    self->status = is_trouble(strict) ? strict : is_trouble(lenient) ? lenient : PROMLET_OK;
    pml_value_rules_end(&self->values);
    pml_name_rules_end(&self->names);
}

static int check_place(checking *self, const char *place, const pml_source_options *options)
{
    const pml_sink sink = {begin, take, self};
    pml_buffer why = {.bytes = NULL};
    int status = PML_TOOL_OK;
    if (!pml_source_read(place, options, &sink, &why)) {
        status = pml_trouble("%s", pml_buffer_peek(&why));
    } else if (self->status == PROMLET_OK) {
        finish(self);
    }
    if (status == PML_TOOL_OK && self->status != PROMLET_OK) {
        status = pml_trouble("%s", promlet_last_error());
    }
    pml_buffer_free(&why);
    return status;
}

static int check_one(const char *place, const pml_arguments *arguments)
{
    checking self = {.findings = {.errors_only = arguments->errors_only}};
    self.names.findings = &self.findings;
    self.values.findings = &self.findings;
    self.lines.findings = &self.findings;
    char *name = pml_source_name(place);
    int status = check_place(&self, place, &arguments->source);
    pml_findings_print(&self.findings, name);
    free(name);
    if (status == PML_TOOL_OK && self.findings.error_count + self.findings.warning_count > 0) {
        status = PML_TOOL_FOUND;
    }
    promlet_parser_free(self.strict);
    promlet_parser_free(self.lenient);
    pml_name_rules_free(&self.names);
    pml_value_rules_free(&self.values);
    pml_line_rules_free(&self.lines);
    pml_findings_free(&self.findings);
    return status;
}

static int check(const pml_arguments *arguments)
{
    int worst = PML_TOOL_OK;
    for (size_t i = 0; i < arguments->place_count; i++) {
        int status = check_one(arguments->places[i], arguments);
        worst = status > worst ? status : worst;
    }
    return worst;
}

const pml_command pml_command_check = {
    .name = "check",
    .purpose = "Find what is wrong with documents of metrics",
    .synopsis = "[OPTION...] FILE|URL|-...",
    .text =
        "Errors break a rule of the format, or lead to wrong data: a line that can't be read, a\n"
        "family in pieces, a series that stands twice, buckets that are not cumulative. Warnings\n"
        "are bad names and missing help texts, as `promtool check metrics` finds them. Each is a\n"
        "line PLACE:LINE:COLUMN: error|warning: SENTENCE [RULE].\n"
        "\n"
        "Files are of the text format unless their names end in .om or .openmetrics, or --format\n"
        "says another; it also is the format that a server is asked for. Else its Content-Type\n"
        "says what it sent.\n"
        "\n"
        "Exit status: 0 nothing found, 1 something, 2 trouble.",
    .options = "eftmuHC",
    .needed = {"a file or URL"},
    .max_places = SIZE_MAX,
    .run = check,
};
