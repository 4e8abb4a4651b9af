/* SPDX-License-Identifier: Apache-2.0 */
/* Hashes and comparisons that don't look at the order of labels. */
#include "tool/series.h"

#include "tool/hash.h"
#include "tool/memory.h"

#include <stdlib.h>
#include <string.h>

bool pml_text_is_same(const promlet_parsed_text *one, const promlet_parsed_text *other)
{
    return one->size == other->size && memcmp(one->bytes, other->bytes, one->size) == 0;
}

bool pml_text_is(const promlet_parsed_text *text, const char *word)
{
    return text->size == strlen(word) && memcmp(text->bytes, word, text->size) == 0;
}

const char *pml_tool_series_own_label(const promlet_parsed_sample *sample)
{
    switch (sample->role) {
    case PROMLET_PARSED_BUCKET:
        return "le";
    case PROMLET_PARSED_QUANTILE:
        return "quantile";
    case PROMLET_PARSED_SUM:
    case PROMLET_PARSED_COUNT:
    case PROMLET_PARSED_CREATED:
    case PROMLET_PARSED_COMPOSITE:
        return ""; /* which no label is called */
    case PROMLET_PARSED_VALUE:
    case PROMLET_PARSED_STATE:
        break;
    }
    return NULL;
}

/* The label says something of the series. */
static bool counts(const promlet_parsed_label *label, const char *own)
{
    return label->value.size > 0 && (own == NULL || !pml_text_is(&label->name, own));
}

static const char *left_out(const promlet_parsed_sample *sample, bool is_whole)
{
    return is_whole ? pml_tool_series_own_label(sample) : NULL;
}

static const promlet_parsed_text *name_of(const promlet_parsed_sample *sample, bool is_whole)
{
    return is_whole && pml_tool_series_own_label(sample) != NULL ? &sample->family->name
                                                                 : &sample->name;
}

/* ---- hashes and comparisons ------------------------------------------------------------------ */

static uint64_t hash_text(uint64_t before, const promlet_parsed_text *text)
{
    return pml_tool_hash(before, text->bytes, text->size);
}

uint64_t pml_tool_series_hash(const promlet_parsed_sample *sample, bool is_whole)
{
    const char *own = left_out(sample, is_whole);
    uint64_t hash = hash_text(0, name_of(sample, is_whole));
    for (size_t i = 0; i < sample->label_count; i++) {
        if (counts(&sample->labels[i], own)) {
            hash += hash_text(hash_text(1, &sample->labels[i].name), &sample->labels[i].value);
        }
    }
    return hash;
}

static size_t count_labels(const promlet_parsed_sample *sample, const char *own)
{
    size_t count = 0;
    for (size_t i = 0; i < sample->label_count; i++) {
        count += counts(&sample->labels[i], own);
    }
    return count;
}

static bool has_label(const promlet_parsed_sample *sample, const promlet_parsed_label *label)
{
    for (size_t i = 0; i < sample->label_count; i++) {
        if (pml_text_is_same(&sample->labels[i].name, &label->name)) {
            return pml_text_is_same(&sample->labels[i].value, &label->value);
        }
    }
    return false;
}

bool pml_tool_series_is_same(const promlet_parsed_sample *one, const promlet_parsed_sample *other,
                             bool is_whole)
{
    const char *own = left_out(one, is_whole);
    const char *others_own = left_out(other, is_whole);
    if (!pml_text_is_same(name_of(one, is_whole), name_of(other, is_whole)) ||
        count_labels(one, own) != count_labels(other, others_own)) {
        return false;
    }
    for (size_t i = 0; i < one->label_count; i++) {
        if (counts(&one->labels[i], own) && !has_label(other, &one->labels[i])) {
            return false;
        }
    }
    return true;
}

/* ---- text ------------------------------------------------------------------------------------ */

static bool is_plain(const promlet_parsed_text *name, bool takes_colons)
{
    for (size_t i = 0; i < name->size; i++) {
        char c = name->bytes[i];
        bool is_letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
        bool is_digit = c >= '0' && c <= '9' && i > 0;
        if (!is_letter && !is_digit && !(c == ':' && takes_colons)) {
            return false;
        }
    }
    return name->size > 0;
}

static void put_quoted(pml_buffer *to, const promlet_parsed_text *text)
{
    pml_buffer_text(to, "\"");
    for (size_t i = 0; i < text->size; i++) {
        char c = text->bytes[i];
        if (c == '\n') {
            pml_buffer_text(to, "\\n");
        } else {
            if (c == '"' || c == '\\') {
                pml_buffer_text(to, "\\");
            }
            pml_buffer_put(to, &c, 1);
        }
    }
    pml_buffer_text(to, "\"");
}

static void put_name(pml_buffer *to, const promlet_parsed_text *name, bool is_label)
{
    if (is_plain(name, !is_label)) {
        pml_buffer_put(to, name->bytes, name->size);
    } else {
        put_quoted(to, name);
    }
}

void pml_tool_name_put(pml_buffer *to, const promlet_parsed_text *name)
{
    put_name(to, name, false);
}

/* Behind a name in quotes, which stands inside the braces, comes a comma. */
static void put_labels(pml_buffer *to, const promlet_parsed_sample *sample, const char *own,
                       const char *opening)
{
    for (size_t i = 0; i < sample->label_count; i++) {
        const promlet_parsed_label *label = &sample->labels[i];
        if (own != NULL && pml_text_is(&label->name, own)) {
            continue;
        }
        pml_buffer_text(to, opening);
        opening = ",";
        put_name(to, &label->name, true);
        pml_buffer_text(to, "=");
        put_quoted(to, &label->value);
    }
    if (*opening == ',') {
        pml_buffer_text(to, "}");
    }
}

static void put_series(pml_buffer *to, const promlet_parsed_sample *sample, bool is_whole)
{
    const promlet_parsed_text *name = name_of(sample, is_whole);
    bool is_quoted = !is_plain(name, true);
    if (is_quoted) {
        pml_buffer_text(to, "{");
    }
    put_name(to, name, false);
    put_labels(to, sample, left_out(sample, is_whole), is_quoted ? "," : "{");
}

void pml_tool_series_put(pml_buffer *to, const promlet_parsed_sample *sample)
{
    put_series(to, sample, false);
}

void pml_tool_series_put_whole(pml_buffer *to, const promlet_parsed_sample *sample)
{
    put_series(to, sample, true);
}

static int compare_labels(const void *a, const void *b)
{
    return strcmp(((const promlet_parsed_label *)a)->name.bytes,
                  ((const promlet_parsed_label *)b)->name.bytes);
}

void pml_tool_series_put_sorted(pml_buffer *to, const promlet_parsed_sample *sample)
{
    promlet_parsed_label *labels = pml_tool_new(sample->label_count, sizeof *labels);
    promlet_parsed_sample sorted = *sample;
    sorted.labels = labels;
    sorted.label_count = 0;
    for (size_t i = 0; i < sample->label_count; i++) {
        if (counts(&sample->labels[i], NULL)) {
            labels[sorted.label_count++] = sample->labels[i];
        }
    }
    if (sorted.label_count > 0) {
        qsort(labels, sorted.label_count, sizeof *labels, compare_labels);
    }
    put_series(to, &sorted, false);
    free(labels);
}

/* ---- the table ------------------------------------------------------------------------------- */

/* The slot of a series, or the free one where it belongs. */
static struct pml_tool_series_slot *find_slot(const pml_tool_series_table *table,
                                              const promlet_parsed_sample *sample)
{
    size_t at = (size_t)pml_tool_series_hash(sample, table->is_whole) & (table->capacity - 1);
    while (table->slots[at].sample != NULL &&
           !pml_tool_series_is_same(table->slots[at].sample, sample, table->is_whole)) {
        at = (at + 1) & (table->capacity - 1);
    }
    return &table->slots[at];
}

size_t pml_tool_series_find(const pml_tool_series_table *table, const promlet_parsed_sample *sample)
{
    if (table->capacity == 0) {
        return SIZE_MAX;
    }
    const struct pml_tool_series_slot *slot = find_slot(table, sample);
    return slot->sample != NULL ? slot->index : SIZE_MAX;
}

static void enlarge(pml_tool_series_table *table)
{
    pml_tool_series_table larger = *table;
    larger.capacity = table->capacity == 0 ? 64 : table->capacity * 2;
    larger.slots = pml_tool_new(larger.capacity, sizeof *larger.slots);
    for (size_t i = 0; i < table->capacity; i++) {
        if (table->slots[i].sample != NULL) {
            *find_slot(&larger, table->slots[i].sample) = table->slots[i];
        }
    }
    free(table->slots);
    *table = larger;
}

void pml_tool_series_add(pml_tool_series_table *table, const promlet_parsed_sample *sample,
                         size_t index)
{
    if (table->count >= table->capacity / 2) {
        enlarge(table);
    }
    *find_slot(table, sample) = (struct pml_tool_series_slot){sample, index};
    table->count++;
}

void pml_tool_series_free(pml_tool_series_table *table)
{
    free(table->slots);
    *table = (pml_tool_series_table){.slots = NULL};
}
