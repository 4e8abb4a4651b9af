/* SPDX-License-Identifier: Apache-2.0 */
/* Names of rows: what all rows of a family have in common is said once, or not at all. */
#include "tool/memory.h"
#include "tool/names.h"
#include "tool/rows.h"

#include <stdlib.h>

/* More labels are not said, however many a family has: no screen has room for them. */
#define MOST_LABELS 64

/* The rows of one family. */
typedef struct group {
    const pml_row *rows;
    size_t count;
} group;

static promlet_parsed_text value_of(const pml_row *row, const promlet_parsed_text *label)
{
    const promlet_parsed_sample *sample = row->metric->sample;
    for (size_t i = 0; i < sample->label_count; i++) {
        if (pml_text_is_same(&sample->labels[i].name, label)) {
            return sample->labels[i].value;
        }
    }
    return (promlet_parsed_text){"", 0};
}

/* A label of a family. */
typedef struct met_label {
    promlet_parsed_text name;
    promlet_parsed_text first; /* the value where it was met first */
    size_t rows;               /* that have it */
    bool differs;              /* some of them have another value */
} met_label;

/* All labels of a family, by the number of their names. */
typedef struct met_labels {
    pml_names names;
    met_label *items;
    size_t capacity;
} met_labels;

static void meet(met_labels *met, const promlet_parsed_label *label)
{
    bool is_new;
    size_t number = pml_names_add(&met->names, label->name.bytes, label->name.size, &is_new);
    met->items = pml_tool_grow(met->items, &met->capacity, number + 1, sizeof *met->items);
    met_label *item = &met->items[number];
    if (is_new) {
        *item = (met_label){.name = label->name, .first = label->value};
    }
    item->rows++;
    item->differs = item->differs || !pml_text_is_same(&item->first, &label->value);
}

static void meet_all(met_labels *met, const promlet_parsed_sample *sample)
{
    const char *own = pml_tool_series_own_label(sample);
    for (size_t i = 0; i < sample->label_count; i++) {
        if (own == NULL || !pml_text_is(&sample->labels[i].name, own)) {
            meet(met, &sample->labels[i]);
        }
    }
}

/* The labels that tell the rows apart, in the order in which they are met; a row without a label
   has the empty value. All rows are looked at once: there may be a million. */
static size_t find_labels(const group *of, promlet_parsed_text labels[MOST_LABELS])
{
    met_labels met = {.items = NULL};
    size_t count = 0;
    for (size_t i = 0; i < of->count; i++) {
        meet_all(&met, of->rows[i].metric->sample);
    }
    for (size_t i = 0; i < met.names.count && count < MOST_LABELS; i++) {
        const met_label *item = &met.items[i];
        if (item->differs || (item->rows < of->count && item->first.size > 0)) {
            labels[count++] = item->name;
        }
    }
    pml_names_free(&met.names);
    free(met.items);
    return count;
}

static const char *add_heading(pml_rows *rows, const group *of, const promlet_parsed_text *labels,
                               size_t count)
{
    pml_buffer text = {.bytes = NULL};
    const promlet_parsed_text *name = &of->rows[0].metric->sample->family->name;
    pml_buffer_put(&text, name->bytes, name->size);
    for (size_t i = 0; i < count; i++) {
        pml_buffer_text(&text, i == 0 ? "{" : ",");
        pml_buffer_put(&text, labels[i].bytes, labels[i].size);
    }
    pml_buffer_text(&text, count > 0 ? "}" : "");
    rows->headings = pml_tool_grow(rows->headings, &rows->heading_capacity, rows->heading_count + 1,
                                   sizeof *rows->headings);
    rows->headings[rows->heading_count] = text.bytes;
    return rows->headings[rows->heading_count++];
}

/* The values, an empty one as a dash; those at the end are not said. */
static char *join_values(const pml_row *row, const promlet_parsed_text *labels, size_t count)
{
    pml_buffer text = {.bytes = NULL};
    while (count > 1 && value_of(row, &labels[count - 1]).size == 0) {
        count--;
    }
    for (size_t i = 0; i < count; i++) {
        promlet_parsed_text value = value_of(row, &labels[i]);
        pml_buffer_text(&text, i > 0 ? ", " : "");
        pml_buffer_put(&text, value.size > 0 ? value.bytes : "-", value.size > 0 ? value.size : 1);
    }
    pml_buffer_text(&text, "");
    return text.bytes;
}

static void name_group(pml_rows *rows, size_t first, size_t count)
{
    const group these = {&rows->items[first], count};
    if (count == 1) {
        pml_buffer name = {.bytes = NULL};
        pml_tool_series_put_whole(&name, these.rows[0].metric->sample);
        rows->items[first].name = name.bytes;
        return;
    }
    promlet_parsed_text labels[MOST_LABELS];
    size_t label_count = find_labels(&these, labels);
    const char *heading = add_heading(rows, &these, labels, label_count);
    for (size_t i = first; i < first + count; i++) {
        rows->items[i].heading = heading;
        rows->items[i].name = join_values(&rows->items[i], labels, label_count);
    }
}

static bool is_same_family(const pml_row *one, const pml_row *other)
{
    return one->kind == other->kind && pml_text_is_same(&one->metric->sample->family->name,
                                                        &other->metric->sample->family->name);
}

void pml_rows_name(pml_rows *rows)
{
    for (size_t first = 0, next; first < rows->count; first = next) {
        next = first + 1;
        while (next < rows->count && is_same_family(&rows->items[first], &rows->items[next])) {
            next++;
        }
        name_group(rows, first, next - first);
    }
}
