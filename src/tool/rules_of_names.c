/* SPDX-License-Identifier: Apache-2.0 */
/* Good names, by promlet's linter, and labels that belong to other types. */
#include "tool/rules.h"

#include "tool/buffer.h"
#include "tool/memory.h"
#include "tool/series.h"

#include <promlet/lint.h>

#include <stdlib.h>

/* What the pieces of a family say together. */
typedef struct pml_named_family {
    promlet_parsed_type type;
    bool has_type;
    char *help; /* NULL: none */
    size_t line;
    size_t le_line; /* where the label is first, though it is none of a bucket; 0: nowhere */
    size_t quantile_line;
    pml_names labels;
} named_family;

static const char *const rule_names[] = {
    [PROMLET_LINT_HELP] = "help",
    [PROMLET_LINT_COMPLETE_NAME] = "total",
    [PROMLET_LINT_TOTAL] = "total",
    [PROMLET_LINT_RESERVED_SUFFIX] = "reserved-suffix",
    [PROMLET_LINT_BASE_UNIT] = "base-unit",
    [PROMLET_LINT_ABBREVIATED_UNIT] = "abbreviated-unit",
    [PROMLET_LINT_TYPE_IN_NAME] = "type-in-name",
    [PROMLET_LINT_COLON] = "colon",
    [PROMLET_LINT_NAME_CASE] = "snake-case",
    [PROMLET_LINT_LABEL_CASE] = "snake-case",
};

void pml_name_rules_begin(pml_name_rules *rules, const promlet_parsed_family *family)
{
    bool is_new;
    rules->current = pml_names_add(&rules->names, family->name.bytes, family->name.size, &is_new);
    rules->families = pml_tool_grow(rules->families, &rules->capacity, rules->current + 1,
                                    sizeof *rules->families);
    named_family *named = &rules->families[rules->current];
    if (is_new) {
        *named = (named_family){.line = family->line};
    }
    if (family->has_type && !named->has_type) {
        named->type = family->type;
        named->has_type = true;
    }
    if (family->help.size > 0 && named->help == NULL) {
        named->help = pml_tool_copy(family->help.bytes, family->help.size);
    }
}

void pml_name_rules_look(pml_name_rules *rules, const promlet_parsed_sample *sample)
{
    named_family *named = &rules->families[rules->current];
    const char *own = pml_tool_series_own_label(sample);
    for (size_t i = 0; i < sample->label_count; i++) {
        const promlet_parsed_text *label = &sample->labels[i].name;
        bool is_new = false;
        if (own == NULL || !pml_text_is(label, own)) {
            (void)pml_names_add(&named->labels, label->bytes, label->size, &is_new);
        }
        if (is_new && pml_text_is(label, "le")) {
            named->le_line = sample->line;
        }
        if (is_new && pml_text_is(label, "quantile")) {
            named->quantile_line = sample->line;
        }
    }
}

/* ---- judging --------------------------------------------------------------------------------- */

/* The name that samples have: OpenMetrics calls a family of counters or infos without a suffix. */
static void put_exposed_name(pml_buffer *to, const char *name, promlet_parsed_type type,
                             promlet_parse_format format)
{
    pml_buffer_text(to, name);
    if (format == PROMLET_PARSE_OPENMETRICS && type == PROMLET_PARSED_COUNTER) {
        pml_buffer_text(to, "_total");
    }
    if (format == PROMLET_PARSE_OPENMETRICS && type == PROMLET_PARSED_INFO) {
        pml_buffer_text(to, "_info");
    }
}

static void judge_labels(const pml_name_rules *rules, const named_family *named, const char *name)
{
    promlet_parsed_type type = named->type;
    const char *type_text = promlet_parsed_type_text(type);
    bool is_histogram = type == PROMLET_PARSED_HISTOGRAM || type == PROMLET_PARSED_GAUGE_HISTOGRAM;
    if (type == PROMLET_PARSED_UNKNOWN) {
        return;
    }
    if (named->le_line > 0 && !is_histogram) {
        const pml_finding what = {.line = named->le_line, .rule = "reserved-label"};
        pml_findings_add(rules->findings, &what,
                         "%.100s: the label le is for histograms; its type is %s", name, type_text);
    }
    if (named->quantile_line > 0 && type != PROMLET_PARSED_SUMMARY) {
        const pml_finding what = {.line = named->quantile_line, .rule = "reserved-label"};
        pml_findings_add(rules->findings, &what,
                         "%.100s: the label quantile is for summaries; its type is %s", name,
                         type_text);
    }
}

/* What the linter calls back with. */
typedef struct linting {
    pml_findings *findings;
    size_t line;
} linting;

static void add_finding(const promlet_lint_finding *finding, void *ctx)
{
    const linting *self = ctx;
    size_t rule = (size_t)finding->rule;
    bool is_known = rule < sizeof rule_names / sizeof rule_names[0];
    const pml_finding what = {.line = self->line, .rule = is_known ? rule_names[rule] : "lint"};
    pml_findings_add(self->findings, &what, "%s", finding->sentence);
}

static void judge(const pml_name_rules *rules, size_t index)
{
    const named_family *named = &rules->families[index];
    linting self = {rules->findings, named->line};
    pml_buffer name = {.bytes = NULL};
    put_exposed_name(&name, rules->names.items[index], named->type, rules->format);
    const promlet_description metric = {.name = name.bytes,
                                        .type = promlet_parsed_type_text(named->type),
                                        .help = named->help != NULL ? named->help : "",
                                        .labels = (const char *const *)named->labels.items,
                                        .label_count = named->labels.count};
    (void)promlet_lint_description(&metric, add_finding, &self);
    judge_labels(rules, named, name.bytes);
    pml_buffer_free(&name);
}

void pml_name_rules_end(pml_name_rules *rules)
{
    for (size_t i = 0; i < rules->names.count; i++) {
        judge(rules, i);
    }
}

void pml_name_rules_free(pml_name_rules *rules)
{
    for (size_t i = 0; i < rules->names.count; i++) {
        free(rules->families[i].help);
        pml_names_free(&rules->families[i].labels);
    }
    free(rules->families);
    pml_names_free(&rules->names);
}
