/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The sentence that says why two definitions can't stand in one registry. What differs comes first,
 * then what both share; together they are both definitions. Lists are written out as far as the
 * sentence has room, else it names the first place where they differ. And what a definition that is
 * the same asks for in vain.
 */
#include "registry/conflict.h"

#include "base/number.h"
#include "base/output.h"
#include "base/report.h"
#include "registry/claims.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

/* A part of a definition, as words: one at most, or a list of them. */
struct part {
    const char *name;
    bool is_list;
    size_t (*count)(const pml_definition *definition);
    const char *(*word)(const pml_definition *definition, size_t i);
};

static size_t type_count(const pml_definition *definition)
{
    (void)definition;
    return 1;
}

static const char *type_word(const pml_definition *definition, size_t i)
{
    (void)i;
    return definition->kind->type;
}

static size_t label_count(const pml_definition *definition)
{
    return definition->label_count;
}

static const char *label_word(const pml_definition *definition, size_t i)
{
    return definition->label_names[i];
}

static size_t const_label_count(const pml_definition *definition)
{
    return definition->const_labels.size > 0;
}

static const char *const_label_word(const pml_definition *definition, size_t i)
{
    (void)i;
    return definition->const_labels.bytes;
}

static size_t unit_count(const pml_definition *definition)
{
    return definition->unit.size > 0;
}

static const char *unit_word(const pml_definition *definition, size_t i)
{
    (void)i;
    return definition->unit.bytes;
}

static size_t bound_count(const pml_definition *definition)
{
    return definition->settings.bounds.count;
}

static const char *bound_word(const pml_definition *definition, size_t i)
{
    return definition->bound_texts[i].bytes;
}

static size_t native_count(const pml_definition *definition)
{
    return definition->native_text.size > 0;
}

static const char *native_word(const pml_definition *definition, size_t i)
{
    (void)i;
    return definition->native_text.bytes;
}

static size_t quantile_count(const pml_definition *definition)
{
    return definition->settings.quantile_count;
}

static const char *quantile_word(const pml_definition *definition, size_t i)
{
    return definition->quantile_texts[i].bytes;
}

static size_t window_count(const pml_definition *definition)
{
    return definition->settings.quantile_count > 0;
}

static const char *window_word(const pml_definition *definition, size_t i)
{
    (void)i;
    return definition->window_text.bytes;
}

static size_t state_count(const pml_definition *definition)
{
    return definition->settings.state_count;
}

static const char *state_word(const pml_definition *definition, size_t i)
{
    return definition->state_texts[i].bytes;
}

/* All that pml_definition_is_same() compares, but for the name. */
static const struct part parts[] = {
    {"type", false, type_count, type_word},
    {"labels", true, label_count, label_word},
    {"constant labels", false, const_label_count, const_label_word},
    {"unit", false, unit_count, unit_word},
    {"bounds", true, bound_count, bound_word},
    {"native buckets", false, native_count, native_word},
    {"quantiles", true, quantile_count, quantile_word},
    {"window in seconds", false, window_count, window_word},
    {"states", true, state_count, state_word},
};

/* Two definitions on their way into a sentence. */
typedef struct comparison {
    const pml_definition *old;
    const pml_definition *new;
    pml_output sentence;
    size_t list_room; /* a list that needs more bytes is not written out */
} comparison;

static void append(comparison *self, const char *format, ...) __attribute__((format(printf, 2, 3)));

static void append(comparison *self, const char *format, ...)
{
    char text[PML_SENTENCE_SIZE];
    va_list arguments;
    va_start(arguments, format);
    (void)vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    pml_output_append_text(&self->sentence, text);
}

static size_t smaller(size_t a, size_t b)
{
    return a < b ? a : b;
}

/* The first place where the lists differ; the count of both when they are the same. */
static size_t first_difference(const comparison *self, const struct part *part)
{
    size_t count = smaller(part->count(self->old), part->count(self->new));
    size_t i = 0;
    while (i < count && strcmp(part->word(self->old, i), part->word(self->new, i)) == 0) {
        i++;
    }
    return i;
}

static bool is_same(const comparison *self, const struct part *part)
{
    size_t count = part->count(self->old);
    return count == part->count(self->new) && first_difference(self, part) == count;
}

static bool has_room(const comparison *self, const struct part *part,
                     const pml_definition *definition)
{
    size_t needed = 2;
    for (size_t i = 0; i < part->count(definition); i++) {
        needed += strlen(part->word(definition, i)) + 1;
    }
    return needed <= self->list_room;
}

/* none, word, or {word,word}. */
static void append_list(comparison *self, const struct part *part, const pml_definition *definition)
{
    size_t count = part->count(definition);
    bool is_list = part->is_list && count > 0;
    append(self, "%s", count == 0 ? "none" : is_list ? "{" : "");
    for (size_t i = 0; i < count; i++) {
        append(self, "%s%s", i > 0 ? "," : "", part->word(definition, i));
    }
    append(self, "%s", is_list ? "}" : "");
}

/* The word at a place, cut; "none" behind the end. */
static void append_word(comparison *self, const struct part *part, const pml_definition *definition,
                        size_t i)
{
    append(self, "%.30s", i < part->count(definition) ? part->word(definition, i) : "none");
}

static void append_difference(comparison *self, const struct part *part)
{
    append(self, "%s ", part->name);
    if (has_room(self, part, self->old) && has_room(self, part, self->new)) {
        append_list(self, part, self->new);
        append(self, " here, ");
        append_list(self, part, self->old);
        append(self, " before");
        return;
    }
    size_t place = first_difference(self, part);
    append(self, "differ: %zu here, %zu before, first at number %zu: ", part->count(self->new),
           part->count(self->old), place + 1);
    append_word(self, part, self->new, place);
    append(self, " here, ");
    append_word(self, part, self->old, place);
    append(self, " before");
}

static void append_shared(comparison *self, const struct part *part)
{
    append(self, "%s ", part->name);
    if (has_room(self, part, self->new)) {
        append_list(self, part, self->new);
    } else {
        append(self, "(%zu of them)", part->count(self->new));
    }
}

static void append_sentence(comparison *self)
{
    const size_t count = sizeof parts / sizeof parts[0];
    append(self, "%.100s", self->new->name.bytes);
    const char *before = ": ";
    for (size_t i = 0; i < count; i++) {
        if (!is_same(self, &parts[i])) {
            append(self, "%s", before);
            append_difference(self, &parts[i]);
            before = "; ";
        }
    }
    before = " (both: ";
    for (size_t i = 0; i < count; i++) {
        if (is_same(self, &parts[i]) && parts[i].count(self->new) > 0) {
            append(self, "%s", before);
            append_shared(self, &parts[i]);
            before = ", ";
        }
    }
    append(self, "%s", before[0] == ',' ? ")" : "");
}

static promlet_status fail_same_name(const pml_definition *old, const pml_definition *new)
{
    static const size_t rooms[] = {PML_SENTENCE_SIZE, 60, 20};
    char text[PML_SENTENCE_SIZE];
    size_t total = sizeof text;
    for (size_t i = 0; i < sizeof rooms / sizeof rooms[0] && total >= sizeof text; i++) {
        comparison self = {.old = old, .new = new, .list_room = rooms[i]};
        pml_output_start_memory(&self.sentence, text, sizeof text - 1);
        append_sentence(&self);
        total = pml_output_total(&self.sentence);
    }
    text[smaller(total, sizeof text - 1)] = '\0';
    return pml_fail(PROMLET_ERROR_CONFLICT, "%s", text);
}

promlet_status pml_fail_conflict(const pml_definition *old, const pml_definition *new,
                                 const char *name)
{
    if (strcmp(old->name.bytes, new->name.bytes) == 0) {
        return fail_same_name(old, new);
    }
    pml_scheme scheme;
    bool is_escaped = pml_claim_is_escaped(old->kind, &old->name, name, &scheme) ||
                      pml_claim_is_escaped(new->kind, &new->name, name, &scheme);
    return is_escaped
               ? pml_fail(PROMLET_ERROR_CONFLICT,
                          "%.60s (%s) and %.60s (%s) both have the name %.50s, escaped by %s",
                          new->name.bytes, new->kind->type, old->name.bytes, old->kind->type, name,
                          pml_scheme_text(scheme))
               : pml_fail(PROMLET_ERROR_CONFLICT,
                          "%.70s (%s) and %.70s (%s) both have the name %.50s", new->name.bytes,
                          new->kind->type, old->name.bytes, old->kind->type, name);
}

typedef char number_text[PML_NUMBER_SIZE + 1];

static const char *write_count(size_t count, number_text text)
{
    text[pml_format_u64(count, text)] = '\0';
    return text;
}

static const char *write_seconds(double seconds, number_text text)
{
    text[pml_format_double(seconds, text)] = '\0';
    return text;
}

static const char *cells_word(promlet_cells cells)
{
    static const char *const words[] = {[PROMLET_CELLS_AUTO] = "auto",
                                        [PROMLET_CELLS_PER_CPU] = "per_cpu",
                                        [PROMLET_CELLS_SHARED] = "shared"};
    return words[cells];
}

/* All of the list takes less than 200 bytes, as help texts, which may be long, are not shown. */
bool pml_list_ignored(const pml_definition *old, const pml_definition *new,
                      char list[PML_SENTENCE_SIZE])
{
    number_text counts[2];
    number_text times[2];
    bool has_other_time =
        new->idle_seconds < old->idle_seconds || new->idle_seconds > old->idle_seconds;
    const struct {
        const char *option;
        bool is_ignored;  /* it is given, and another was given before */
        const char *here; /* NULL: what it was is not shown */
        const char *before;
    } options[] = {
        {"help", new->help.size > 0 && strcmp(new->help.bytes, old->help.bytes) != 0, NULL, NULL},
        {"max_series",
         new->max_series != PROMLET_DEFAULT_MAX_SERIES &&new->max_series != old->max_series,
         write_count(new->max_series, counts[0]), write_count(old->max_series, counts[1])},
        {"cells", new->cells != PROMLET_CELLS_AUTO &&new->cells != old->cells,
         cells_word(new->cells), cells_word(old->cells)},
        {"idle_seconds", new->idle_seconds > 0 && has_other_time,
         write_seconds(new->idle_seconds, times[0]), write_seconds(old->idle_seconds, times[1])},
        {"exemplars", new->settings.has_exemplars && !old->settings.has_exemplars, NULL, NULL},
    };
    size_t size = 0;
    list[0] = '\0';
    for (size_t i = 0; i < sizeof options / sizeof options[0]; i++) {
        if (!options[i].is_ignored) {
            continue;
        }
        size += (size_t)snprintf(list + size, PML_SENTENCE_SIZE - size, "%s%s",
                                 size > 0 ? ", " : "", options[i].option);
        if (options[i].here != NULL) {
            size += (size_t)snprintf(list + size, PML_SENTENCE_SIZE - size, " (%s here, %s before)",
                                     options[i].here, options[i].before);
        }
    }
    return size > 0;
}
