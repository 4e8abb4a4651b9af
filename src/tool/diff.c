/* SPDX-License-Identifier: Apache-2.0 */
/* promlet diff: what is in one document and not in the other, and what differs. */
#include "tool/command.h"
#include "tool/figures.h"
#include "tool/memory.h"
#include "tool/plain.h"
#include "tool/reading.h"
#include "tool/series.h"

#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* One of the two documents. */
typedef struct side {
    promlet_document *document;
    bool has_all;                           /* of its lines */
    const promlet_parsed_family **families; /* by rising name; pieces of one follow each other */
    size_t count;
    pml_tool_series_table series; /* index: of the sample */
    size_t at;                    /* the family that comes next */
} side;

typedef struct difference {
    const pml_arguments *arguments;
    side old;
    side new;
    pml_buffer line;
    size_t count;
} difference;

/* ---- both sides ------------------------------------------------------------------------------ */

static int compare_names(const promlet_parsed_text *one, const promlet_parsed_text *other)
{
    size_t size = one->size < other->size ? one->size : other->size;
    int order = memcmp(one->bytes, other->bytes, size);
    return order != 0 ? order : (one->size > other->size) - (one->size < other->size);
}

static int compare_families(const void *a, const void *b)
{
    const promlet_parsed_family *one = *(const promlet_parsed_family *const *)a;
    const promlet_parsed_family *other = *(const promlet_parsed_family *const *)b;
    int order = compare_names(&one->name, &other->name);
    return order != 0 ? order : (one->line > other->line) - (one->line < other->line);
}

static void index_series(side *self)
{
    size_t count = promlet_document_sample_count(self->document);
    for (size_t i = 0; i < count; i++) {
        const promlet_parsed_sample *sample = promlet_document_sample(self->document, i);
        if (pml_tool_series_find(&self->series, sample) == SIZE_MAX) {
            pml_tool_series_add(&self->series, sample, i);
        }
    }
}

static bool open_side(side *self, const char *place, const pml_source_options *options)
{
    self->document = pml_read_document(place, options, &self->has_all);
    if (self->document == NULL) {
        return false;
    }
    self->count = promlet_document_family_count(self->document);
    self->families = pml_tool_new(self->count, sizeof *self->families);
    for (size_t i = 0; i < self->count; i++) {
        self->families[i] = promlet_document_family(self->document, i);
    }
    qsort(self->families, self->count, sizeof *self->families, compare_families);
    index_series(self);
    return true;
}

static void close_side(side *self)
{
    pml_tool_series_free(&self->series);
    free(self->families);
    promlet_document_free(self->document);
}

/* The other side's sample of the same series; NULL for none. */
static const promlet_parsed_sample *find_sample(const side *self,
                                                const promlet_parsed_sample *sample)
{
    size_t index = pml_tool_series_find(&self->series, sample);
    return index == SIZE_MAX ? NULL : promlet_document_sample(self->document, index);
}

/* ---- printing -------------------------------------------------------------------------------- */

static void print_line(difference *self)
{
    (void)pml_print_line(&self->line);
    self->count++;
}

static void put_value(pml_buffer *to, const promlet_parsed_sample *sample)
{
    if (sample->composite == NULL) {
        pml_figure_put(to, &sample->value);
        return;
    }
    pml_buffer_text(to, "count ");
    pml_figure_put(to, &sample->composite->count);
    pml_buffer_text(to, " sum ");
    pml_figure_put(to, &sample->composite->sum);
}

static void print_sample(difference *self, const char *sign, const promlet_parsed_sample *sample)
{
    pml_buffer_text(&self->line, sign);
    pml_tool_series_put(&self->line, sample);
    if (!self->arguments->names_only) {
        pml_buffer_text(&self->line, " ");
        put_value(&self->line, sample);
    }
    print_line(self);
}

static void print_family(difference *self, const char *sign, const promlet_parsed_family *family,
                         size_t samples)
{
    pml_buffer_format(&self->line, "%s# TYPE ", sign);
    pml_tool_name_put(&self->line, &family->name);
    pml_buffer_format(&self->line, " %s (%zu %s)", promlet_parsed_type_text(family->type), samples,
                      samples == 1 ? "sample" : "samples");
    print_line(self);
}

/* As a line `# HELP` has it: it may have line feeds of its own, and each line here says one thing.
 */
static void put_escaped(pml_buffer *to, const promlet_parsed_text *text)
{
    for (size_t i = 0; i < text->size; i++) {
        char c = text->bytes[i];
        pml_buffer_text(to, c == '\n' || c == '\\' ? "\\" : "");
        c = c == '\n' ? 'n' : c;
        pml_buffer_put(to, &c, 1);
    }
}

static void print_changed_text(difference *self, const char *word,
                               const promlet_parsed_family *family,
                               const promlet_parsed_text *before, const promlet_parsed_text *after)
{
    if (pml_text_is_same(before, after)) {
        return;
    }
    bool is_change = before->size > 0 && after->size > 0;
    pml_buffer_format(&self->line, "%s # %s ",
                      is_change           ? "!"
                      : before->size == 0 ? "+"
                                          : "-",
                      word);
    pml_tool_name_put(&self->line, &family->name);
    pml_buffer_text(&self->line, " ");
    put_escaped(&self->line, before);
    pml_buffer_text(&self->line, is_change ? " -> " : "");
    put_escaped(&self->line, after);
    print_line(self);
}

static promlet_parsed_text type_of(const promlet_parsed_family *family)
{
    const char *word = promlet_parsed_type_text(family->type);
    return (promlet_parsed_text){word, strlen(word)};
}

/* ---- comparing ------------------------------------------------------------------------------- */

static bool is_same_number(const promlet_parsed_number *one, const promlet_parsed_number *other)
{
    if (one->is_whole && other->is_whole) {
        return one->whole == other->whole;
    }
    return one->real == other->real || (isnan(one->real) && isnan(other->real));
}

static bool is_same_value(const promlet_parsed_sample *one, const promlet_parsed_sample *other)
{
    if (one->composite == NULL || other->composite == NULL) {
        return one->composite == other->composite && is_same_number(&one->value, &other->value);
    }
    return is_same_number(&one->composite->count, &other->composite->count) &&
           is_same_number(&one->composite->sum, &other->composite->sum);
}

static void compare_values(difference *self, const promlet_parsed_sample *before,
                           const promlet_parsed_sample *after)
{
    if (self->arguments->names_only || is_same_value(before, after)) {
        return;
    }
    pml_buffer_text(&self->line, "! ");
    pml_tool_series_put(&self->line, after);
    pml_buffer_text(&self->line, " ");
    put_value(&self->line, before);
    pml_buffer_text(&self->line, " -> ");
    put_value(&self->line, after);
    if (self->arguments->interval_seconds > 0 && after->composite == NULL) {
        double change = after->value.real - before->value.real;
        pml_buffer_text(&self->line, " (");
        pml_figure_put_real(&self->line, change / self->arguments->interval_seconds);
        pml_buffer_text(&self->line, "/s)");
    }
    print_line(self);
}

/* How many families from here on have the same name. */
static size_t count_pieces(const side *self)
{
    size_t count = 1;
    while (self->at + count < self->count &&
           pml_text_is_same(&self->families[self->at]->name,
                            &self->families[self->at + count]->name)) {
        count++;
    }
    return count;
}

/* What the pieces say, and how many samples they have. The first with a type says it for all. */
static promlet_parsed_family sum_up(const side *self, size_t pieces)
{
    promlet_parsed_family sum = *self->families[self->at];
    for (size_t i = 1; i < pieces; i++) {
        const promlet_parsed_family *piece = self->families[self->at + i];
        sum.type = sum.has_type ? sum.type : piece->type;
        sum.help = sum.has_help ? sum.help : piece->help;
        sum.unit = sum.has_unit ? sum.unit : piece->unit;
        sum.has_type |= piece->has_type;
        sum.has_help |= piece->has_help;
        sum.has_unit |= piece->has_unit;
        sum.sample_count += piece->sample_count;
    }
    return sum;
}

typedef void (*sample_fn)(difference *self, const promlet_parsed_sample *sample);

static void for_samples(difference *self, const side *of, size_t pieces, sample_fn act)
{
    for (size_t i = 0; i < pieces; i++) {
        const promlet_parsed_family *piece = of->families[of->at + i];
        for (size_t j = 0; j < piece->sample_count; j++) {
            act(self, promlet_document_sample(of->document, piece->first_sample + j));
        }
    }
}

static void compare_old(difference *self, const promlet_parsed_sample *sample)
{
    const promlet_parsed_sample *now = find_sample(&self->new, sample);
    if (now == NULL) {
        print_sample(self, "- ", sample);
    } else {
        compare_values(self, sample, now);
    }
}

static void compare_new(difference *self, const promlet_parsed_sample *sample)
{
    if (find_sample(&self->old, sample) == NULL) {
        print_sample(self, "+ ", sample);
    }
}

/* The family that comes next on both sides. */
static void compare_family(difference *self, size_t old_pieces, size_t new_pieces)
{
    promlet_parsed_family before = sum_up(&self->old, old_pieces);
    promlet_parsed_family after = sum_up(&self->new, new_pieces);
    promlet_parsed_text types[] = {type_of(&before), type_of(&after)};
    print_changed_text(self, "TYPE", &after, &types[0], &types[1]);
    print_changed_text(self, "HELP", &after, &before.help, &after.help);
    print_changed_text(self, "UNIT", &after, &before.unit, &after.unit);
    for_samples(self, &self->old, old_pieces, compare_old);
    for_samples(self, &self->new, new_pieces, compare_new);
}

static void compare_sides(difference *self)
{
    side *old = &self->old;
    side *new = &self->new;
    while (old->at < old->count || new->at < new->count) {
        int order = old->at == old->count   ? 1
                    : new->at == new->count ? -1
                                            : compare_names(&old->families[old->at]->name,
                                                            &new->families[new->at]->name);
        size_t old_pieces = order <= 0 ? count_pieces(old) : 0;
        size_t new_pieces = order >= 0 ? count_pieces(new) : 0;
        if (order == 0) {
            compare_family(self, old_pieces, new_pieces);
        } else {
            side *only = order < 0 ? old : new;
            promlet_parsed_family family = sum_up(only, old_pieces + new_pieces);
            print_family(self, order < 0 ? "- " : "+ ", &family, family.sample_count);
        }
        old->at += old_pieces;
        new->at += new_pieces;
    }
}

/* Nobody knows what lines that can't be read would have said. */
static int status_of(const difference *self)
{
    if (!self->old.has_all || !self->new.has_all) {
        return PML_TOOL_TROUBLE;
    }
    return self->count > 0 ? PML_TOOL_FOUND : PML_TOOL_OK;
}

static int diff(const pml_arguments *arguments)
{
    difference self = {.arguments = arguments};
    int status = PML_TOOL_TROUBLE;
    if (strcmp(arguments->places[0], "-") == 0 && strcmp(arguments->places[1], "-") == 0) {
        return pml_trouble("diff: only one of the two can be standard input");
    }
    if (open_side(&self.old, arguments->places[0], &arguments->source) &&
        open_side(&self.new, arguments->places[1], &arguments->source)) {
        compare_sides(&self);
        status = status_of(&self);
    }
    close_side(&self.old);
    close_side(&self.new);
    pml_buffer_free(&self.line);
    return status;
}

const pml_command pml_command_diff = {
    .name = "diff",
    .purpose = "Compare two documents",
    .synopsis = "[OPTION...] A B",
    .text =
        "A and B are files, URLs or -. Lines that begin with - are of A only, + of B only, and !\n"
        "says what changed. A family of one document only is one line with the number of its\n"
        "samples. The order of families, series and labels does not matter, nor do timestamps.\n"
        "\n"
        "Exit status: 0 no difference, 1 some, 2 trouble, also with a line that can't be read.",
    .options = "srftmuHC",
    .needed = {"A", "B"},
    .max_places = 2,
    .run = diff,
};
