/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The rules are those of `promtool check metrics`, so that what promlet says at a declaration is
 * what a check of the exposed text says later. A rule that one of the two lacks is named where the
 * test compares them.
 */
#include "registry/lint.h"

#include "base/report.h"
#include "registry/lint_units.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

/* One run over the rules. */
typedef struct lint {
    const promlet_description *metric;
    const pml_definition *definition; /* that it was declared by; NULL: it is known as shown only */
    promlet_lint_rule rule;           /* that is being looked at */
    promlet_lint_fn found;
    void *ctx;
    int count;
} lint;

/* A sentence for a rule that is broken; the metric's name is put before it. */
static void report(lint *self, const char *format, ...) __attribute__((format(printf, 2, 3)));

static void report(lint *self, const char *format, ...)
{
    self->count++;
    if (self->found == NULL) {
        return;
    }
    const char *name = self->metric->name;
    char rule[PML_SENTENCE_SIZE];
    char sentence[PML_SENTENCE_SIZE];
    va_list arguments;
    va_start(arguments, format);
    (void)vsnprintf(rule, sizeof rule, format, arguments);
    va_end(arguments);
    (void)snprintf(sentence, sizeof sentence, "%.100s: %.150s", name, rule);
    self->found(&(promlet_lint_finding){name, self->rule, sentence}, self->ctx);
}

/* ---- looking at names ------------------------------------------------------------------------ */

static char lower(char c)
{
    return (char)(c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c);
}

/* Readers that know no other names get underscores for all but letters, digits and colons. */
static bool is_separator(char c)
{
    bool is_kept =
        (lower(c) >= 'a' && lower(c) <= 'z') || (c >= '0' && c <= '9') || c == ':' || c == '\0';
    return !is_kept;
}

/* Where the next separator is, or the end. */
static const char *word_end(const char *name)
{
    while (*name != '\0' && !is_separator(*name)) {
        name++;
    }
    return name;
}

/* text begins with words, in whatever case, and a word ends there. */
static bool begins_with_words(const char *text, const char *words)
{
    while (*words != '\0' && (*words == '_' ? is_separator(*text) : lower(*text) == *words)) {
        text++;
        words++;
    }
    return *words == '\0' && (*text == '\0' || is_separator(*text));
}

/* The name has these words, in whatever case, behind a separator. */
static bool has_words(const char *name, const char *words)
{
    for (const char *at = word_end(name); *at != '\0'; at = word_end(at + 1)) {
        if (begins_with_words(at + 1, words)) {
            return true;
        }
    }
    return false;
}

static bool ends_in(const char *name, const char *suffix)
{
    size_t name_size = strlen(name);
    size_t size = strlen(suffix);
    return name_size >= size && strcmp(name + name_size - size, suffix) == 0;
}

static bool is_camel_case(const char *name, size_t size)
{
    for (; size > 1; name++, size--) {
        if (name[0] >= 'a' && name[0] <= 'z' && name[1] >= 'A' && name[1] <= 'Z') {
            return true;
        }
    }
    return false;
}

static bool is_type(const lint *self, const char *type)
{
    return strcmp(self->metric->type, type) == 0;
}

/* ---- the rules ------------------------------------------------------------------------------- */

static void check_help(lint *self)
{
    if (*self->metric->help == '\0') {
        report(self, "it has no help text");
    }
}

static void check_complete_name(lint *self)
{
    if (is_type(self, "counter") && !ends_in(self->metric->name, "_total")) {
        report(self, "a counter's name should end in _total");
    }
    if (self->definition != NULL && self->definition->is_name_completed) {
        report(self, "it was declared without its suffix %s, which was added",
               self->definition->kind->suffix);
    }
}

static void check_total(lint *self)
{
    if (!is_type(self, "counter") && !is_type(self, "unknown") &&
        ends_in(self->metric->name, "_total")) {
        report(self, "only a counter's name should end in _total; its type is %s",
               self->metric->type);
    }
}

static void check_reserved_suffix(lint *self)
{
    const char *name = self->metric->name;
    const char *type = self->metric->type;
    if (is_type(self, "histogram") || is_type(self, "unknown")) {
        return;
    }
    if (ends_in(name, "_bucket")) {
        report(self, "the suffix _bucket is for histograms; its type is %s", type);
    }
    if (is_type(self, "summary")) {
        return;
    }
    static const char *const suffixes[] = {"_count", "_sum"};
    for (size_t i = 0; i < sizeof suffixes / sizeof suffixes[0]; i++) {
        if (ends_in(name, suffixes[i])) {
            report(self, "the suffix %s is for histograms and summaries; its type is %s",
                   suffixes[i], type);
        }
    }
}

/* The first unit in a name is the one that counts, as in seconds_per_days. */
static void check_base_unit(lint *self)
{
    const char *word = self->metric->name;
    for (;;) {
        size_t size = (size_t)(word_end(word) - word);
        const char *base;
        if (pml_find_base_unit(word, size, &base)) {
            if (strlen(base) != size || memcmp(base, word, size) != 0) {
                report(self, "the base unit %s should be used, not %.*s", base, (int)size, word);
            }
            return;
        }
        if (word[size] == '\0') {
            return;
        }
        word += size + 1;
    }
}

static void check_abbreviated_unit(lint *self)
{
    for (const char *const *unit = pml_abbreviated_units; *unit != NULL; unit++) {
        if (has_words(self->metric->name, *unit)) {
            report(self, "units should be written out, not abbreviated as _%s", *unit);
        }
    }
}

static void check_type_in_name(lint *self)
{
    static const char *const types[] = {"counter", "gauge", "histogram", "summary",
                                        "gauge_histogram"};
    for (size_t i = 0; i < sizeof types / sizeof types[0]; i++) {
        if (has_words(self->metric->name, types[i])) {
            report(self, "a name should not say a metric's type, here %s", types[i]);
        }
    }
}

static void check_colon(lint *self)
{
    if (strchr(self->metric->name, ':') != NULL) {
        report(self, "colons are for the names of recording rules");
    }
}

static void check_name_case(lint *self)
{
    if (is_camel_case(self->metric->name, strlen(self->metric->name))) {
        report(self, "names should be in snake_case, not camelCase");
    }
}

static void check_label_name(lint *self, const char *name, size_t size)
{
    if (is_camel_case(name, size)) {
        report(self, "the label name \"%.*s\" should be in snake_case, not camelCase",
               (int)(size < 60 ? size : 60), name);
    }
}

/* The quote that ends what begins behind a quote. */
static const char *closing_quote(const char *at)
{
    while (*at != '"') {
        at += *at == '\\' ? 2 : 1;
    }
    return at;
}

static void check_label_case(lint *self)
{
    for (size_t i = 0; i < self->metric->label_count; i++) {
        const char *label = self->metric->labels[i];
        check_label_name(self, label, strlen(label));
    }
    if (self->definition == NULL) {
        return;
    }
    /* Constant labels are kept as text: name="value","a name"="value2". */
    for (const char *at = self->definition->const_labels.bytes; *at != '\0';) {
        bool is_quoted = *at == '"';
        const char *name = at + is_quoted;
        const char *end = is_quoted ? closing_quote(name) : strchr(name, '=');
        check_label_name(self, name, (size_t)(end - name));
        at = closing_quote(end + is_quoted + 2) + 1;
        at += *at == ',';
    }
}

static const struct {
    promlet_lint_rule rule;
    void (*check)(lint *self);
} rules[] = {
    {PROMLET_LINT_HELP, check_help},
    {PROMLET_LINT_COMPLETE_NAME, check_complete_name},
    {PROMLET_LINT_TOTAL, check_total},
    {PROMLET_LINT_RESERVED_SUFFIX, check_reserved_suffix},
    {PROMLET_LINT_BASE_UNIT, check_base_unit},
    {PROMLET_LINT_ABBREVIATED_UNIT, check_abbreviated_unit},
    {PROMLET_LINT_TYPE_IN_NAME, check_type_in_name},
    {PROMLET_LINT_COLON, check_colon},
    {PROMLET_LINT_NAME_CASE, check_name_case},
    {PROMLET_LINT_LABEL_CASE, check_label_case},
};

static int run(lint *self)
{
    for (size_t i = 0; i < sizeof rules / sizeof rules[0]; i++) {
        self->rule = rules[i].rule;
        rules[i].check(self);
    }
    return self->count;
}

int pml_lint(const pml_definition *definition, promlet_lint_fn found, void *ctx)
{
    const promlet_description metric = {.name = definition->name.bytes,
                                        .type = definition->kind->type,
                                        .help = definition->help.bytes,
                                        .labels = (const char *const *)definition->label_names,
                                        .label_count = definition->label_count};
    lint self = {.metric = &metric, .definition = definition, .found = found, .ctx = ctx};
    return run(&self);
}

static bool is_whole(const promlet_description *metric)
{
    if (metric == NULL || metric->name == NULL || metric->type == NULL || metric->help == NULL ||
        (metric->labels == NULL && metric->label_count > 0)) {
        return false;
    }
    for (size_t i = 0; i < metric->label_count; i++) {
        if (metric->labels[i] == NULL) {
            return false;
        }
    }
    return true;
}

int promlet_lint_description(const promlet_description *description, promlet_lint_fn found,
                             void *ctx)
{
    if (!is_whole(description)) {
        (void)pml_fail(PROMLET_ERROR_ARGUMENT, "promlet_lint_description: a pointer is NULL");
        return -1;
    }
    lint self = {.metric = description, .found = found, .ctx = ctx};
    return run(&self);
}

static void warn(const promlet_lint_finding *finding, void *ctx)
{
    (void)ctx;
    pml_warn("%s", finding->sentence);
}

void pml_lint_warn(const pml_definition *definition)
{
    (void)pml_lint(definition, warn, NULL);
}
