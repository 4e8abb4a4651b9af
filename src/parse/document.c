/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Documents that are kept. All texts and lists are in an arena; a text that is the same as at the
 * same place of the sample before, as names and most values are, is there once.
 */
#include "base/alloc.h"
#include "base/arena.h"
#include "base/report.h"
#include "parse/parser.h"

#include <string.h>

struct promlet_document {
    pml_arena arena;
    promlet_parsed_family *families;
    size_t family_count;
    size_t family_room;
    promlet_parsed_sample *samples;
    size_t sample_count;
    size_t sample_room;
};

/* A document on its way. */
typedef struct keeper {
    promlet_document *document;
    promlet_parser_opts options; /* the caller's */
    promlet_parse_error *error;
    bool is_out_of_memory;
} keeper;

/* ---- copies ---------------------------------------------------------------------------------- */

static bool is_same(const promlet_parsed_text *a, const promlet_parsed_text *b)
{
    return a->size == b->size && memcmp(a->bytes, b->bytes, a->size) == 0;
}

/* Puts the text into the arena, unless it is like `before`, which may be NULL. */
static bool keep_text(pml_arena *arena, promlet_parsed_text *text,
                      const promlet_parsed_text *before)
{
    if (before != NULL && is_same(text, before)) {
        *text = *before;
        return true;
    }
    text->bytes = pml_arena_copy(arena, text->bytes, text->size);
    return text->bytes != NULL;
}

/* A copy of a list; NULL when out of memory. */
static void *copy_list(pml_arena *arena, const void *list, size_t count, size_t item_size)
{
    void *copy = pml_arena_take_array(arena, count, item_size);
    if (copy != NULL && count > 0) {
        memcpy(copy, list, count * item_size);
    }
    return copy;
}

static bool keep_labels(pml_arena *arena, const promlet_parsed_label **labels, size_t count,
                        const promlet_parsed_sample *before)
{
    if (count == 0) {
        *labels = NULL;
        return true;
    }
    promlet_parsed_label *copy = copy_list(arena, *labels, count, sizeof *copy);
    *labels = copy;
    for (size_t i = 0; i < count && copy != NULL; i++) {
        const promlet_parsed_label *like =
            before != NULL && i < before->label_count ? &before->labels[i] : NULL;
        if (!keep_text(arena, &copy[i].name, like != NULL ? &like->name : NULL) ||
            !keep_text(arena, &copy[i].value, like != NULL ? &like->value : NULL)) {
            return false;
        }
    }
    return copy != NULL;
}

static bool keep_exemplars(pml_arena *arena, promlet_parsed_sample *sample)
{
    if (sample->exemplar_count == 0) {
        sample->exemplars = NULL;
        return true;
    }
    promlet_parsed_exemplar *copy =
        copy_list(arena, sample->exemplars, sample->exemplar_count, sizeof *copy);
    sample->exemplars = copy;
    for (size_t i = 0; i < sample->exemplar_count && copy != NULL; i++) {
        if (!keep_labels(arena, &copy[i].labels, copy[i].label_count, NULL)) {
            return false;
        }
    }
    return copy != NULL;
}

static bool keep_side(pml_arena *arena, promlet_parsed_side *side)
{
    side->spans = copy_list(arena, side->spans, side->span_count, sizeof *side->spans);
    side->counts = copy_list(arena, side->counts, side->count, sizeof *side->counts);
    return side->spans != NULL && side->counts != NULL;
}

static bool keep_composite(pml_arena *arena, promlet_parsed_sample *sample)
{
    if (sample->composite == NULL) {
        return true;
    }
    promlet_parsed_composite *copy = copy_list(arena, sample->composite, 1, sizeof *copy);
    sample->composite = copy;
    if (copy == NULL) {
        return false;
    }
    copy->fields = copy_list(arena, copy->fields, copy->field_count, sizeof *copy->fields);
    return copy->fields != NULL && keep_side(arena, &copy->negative) &&
           keep_side(arena, &copy->positive);
}

static bool keep_sample(promlet_document *document, promlet_parsed_sample *sample)
{
    const promlet_parsed_sample *before =
        document->sample_count > 0 ? &document->samples[document->sample_count - 1] : NULL;
    pml_arena *arena = &document->arena;
    return keep_text(arena, &sample->name, before != NULL ? &before->name : NULL) &&
           keep_labels(arena, &sample->labels, sample->label_count, before) &&
           keep_exemplars(arena, sample) && keep_composite(arena, sample);
}

static bool keep_family(promlet_document *document, promlet_parsed_family *family)
{
    pml_arena *arena = &document->arena;
    family->first_sample = document->sample_count;
    return keep_text(arena, &family->name, NULL) && keep_text(arena, &family->help, NULL) &&
           keep_text(arena, &family->unit, NULL);
}

/* ---- what the parser tells ------------------------------------------------------------------- */

/* Room for one more; array points to a pointer. */
static bool make_room(void *array, size_t *room, size_t count, size_t item_size)
{
    if (count < *room) {
        return true;
    }
    void *old;
    memcpy(&old, array, sizeof old);
    size_t more = *room == 0 ? 64 : 2 * *room;
    void *grown = pml_resize_array(old, more, item_size);
    if (grown != NULL) {
        memcpy(array, &grown, sizeof grown);
        *room = more;
    }
    return grown != NULL;
}

static bool on_family(void *ctx, const promlet_parsed_family *family)
{
    keeper *self = ctx;
    promlet_document *document = self->document;
    promlet_parsed_family copy = *family;
    if (!make_room(&document->families, &document->family_room, document->family_count,
                   sizeof copy) ||
        !keep_family(document, &copy)) {
        self->is_out_of_memory = true;
        return false;
    }
    document->families[document->family_count++] = copy;
    return self->options.on_family == NULL || self->options.on_family(self->options.ctx, family);
}

static bool on_sample(void *ctx, const promlet_parsed_sample *sample)
{
    keeper *self = ctx;
    promlet_document *document = self->document;
    promlet_parsed_sample copy = *sample;
    if (!make_room(&document->samples, &document->sample_room, document->sample_count,
                   sizeof copy) ||
        !keep_sample(document, &copy)) {
        self->is_out_of_memory = true;
        return false;
    }
    document->samples[document->sample_count++] = copy;
    document->families[document->family_count - 1].sample_count++;
    return self->options.on_sample == NULL || self->options.on_sample(self->options.ctx, sample);
}

static void on_error(void *ctx, const promlet_parse_error *error)
{
    keeper *self = ctx;
    if (self->error != NULL && self->error->status == PROMLET_OK) {
        *self->error = *error;
    }
    if (self->options.on_error != NULL) {
        self->options.on_error(self->options.ctx, error);
    }
}

/* ---- calls ----------------------------------------------------------------------------------- */

/* The families have their place now. */
static void connect(promlet_document *document)
{
    for (size_t i = 0; i < document->family_count; i++) {
        const promlet_parsed_family *family = &document->families[i];
        for (size_t k = 0; k < family->sample_count; k++) {
            document->samples[family->first_sample + k].family = family;
        }
    }
}

static promlet_status read_all(keeper *self, const char *text, size_t size)
{
    promlet_parser_opts options = self->options;
    options.on_family = on_family;
    options.on_sample = on_sample;
    options.on_error = on_error;
    options.ctx = self;
    promlet_parser *parser = promlet_parser_new(&options);
    if (parser == NULL) {
        return PROMLET_ERROR_MEMORY;
    }
    promlet_status status = promlet_parser_feed(parser, text, size);
    if (status == PROMLET_OK) {
        status = promlet_parser_finish(parser);
    }
    promlet_parser_free(parser);
    return self->is_out_of_memory ? pml_fail_memory() : status;
}

static void set_error(promlet_parse_error *error, promlet_status status)
{
    if (error != NULL && error->status == PROMLET_OK) {
        *error = (promlet_parse_error){.status = status};
        const char *text = promlet_last_error();
        size_t size = strlen(text) < sizeof error->rule ? strlen(text) : sizeof error->rule - 1;
        memcpy(error->rule, text, size);
    }
}

promlet_document *promlet_document_parse_sized(const char *text, size_t size,
                                               const promlet_parser_opts *options,
                                               promlet_parse_error *error, size_t options_size)
{
    keeper self = {.error = error};
    if (error != NULL) {
        *error = (promlet_parse_error){.status = PROMLET_OK};
    }
    promlet_status status = pml_parser_options_read(options, options_size, &self.options);
    if (status == PROMLET_OK) {
        self.document = pml_alloc_zeroed(sizeof *self.document);
        status = self.document == NULL ? pml_fail_memory() : read_all(&self, text, size);
    }
    if (status != PROMLET_OK) {
        set_error(error, status);
        promlet_document_free(self.document);
        return NULL;
    }
    connect(self.document);
    return self.document;
}

size_t promlet_document_family_count(const promlet_document *document)
{
    return document != NULL ? document->family_count : 0;
}

const promlet_parsed_family *promlet_document_family(const promlet_document *document, size_t index)
{
    return index < promlet_document_family_count(document) ? &document->families[index] : NULL;
}

size_t promlet_document_sample_count(const promlet_document *document)
{
    return document != NULL ? document->sample_count : 0;
}

const promlet_parsed_sample *promlet_document_sample(const promlet_document *document, size_t index)
{
    return index < promlet_document_sample_count(document) ? &document->samples[index] : NULL;
}

const char *promlet_parsed_label_value(const promlet_parsed_sample *sample, const char *name)
{
    size_t count = sample != NULL && name != NULL ? sample->label_count : 0;
    for (size_t i = 0; i < count; i++) {
        const promlet_parsed_label *label = &sample->labels[i];
        if (label->name.size == strlen(name) && strcmp(label->name.bytes, name) == 0) {
            return label->value.bytes;
        }
    }
    return NULL;
}

void promlet_document_free(promlet_document *document)
{
    if (document == NULL) {
        return;
    }
    pml_arena_free(&document->arena);
    pml_free(document->families);
    pml_free(document->samples);
    pml_free(document);
}
