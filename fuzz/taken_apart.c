/* SPDX-License-Identifier: Apache-2.0 */
/* The names and texts of a snapshot, from what is rendered in it. */
#include "made.h"
#include "session.h"

/* Up to one of two bytes, without the escaping; moves on behind it. */
static char *take_text(const char **at, const char *end, char last)
{
    char *text = made_take((size_t)(end - *at) + 1);
    size_t size = 0;
    while (*at < end && **at != last) {
        bool is_escaped = **at == '\\' && end - *at >= 2;
        *at += is_escaped;
        text[size++] = is_escaped && **at == 'n' ? '\n' : **at;
        (*at)++;
    }
    text[size] = '\0';
    *at += *at < end;
    return text;
}

static made_labels take_labels(const char *at, size_t size)
{
    made_labels labels = {.count = 0};
    const char *end = at + size;
    while (at < end) {
        bool is_quoted = *at == '"';
        at += is_quoted;
        labels.names[labels.count] = take_text(&at, end, is_quoted ? '"' : '=');
        at += is_quoted;
        if (at >= end || *at != '"') {
            finding("labels: %.*s", (int)size, end - size);
        }
        at++;
        labels.values[labels.count++] = take_text(&at, end, '"');
        at += at < end; /* the comma */
    }
    return labels;
}

static void take_family(const pml_snapshot_family *shown, made_family *made)
{
    size_t exemplar_count =
        shown->exemplars != NULL ? shown->series_count * shown->exemplars_a_series : 0;
    *made = (made_family){.shown = shown};
    made->series = made_take(shown->series_count * sizeof *made->series);
    made->exemplars = made_take(exemplar_count * sizeof *made->exemplars);
    for (size_t i = 0; i < shown->series_count; i++) {
        made->series[i] = take_labels(shown->series[i].labels, shown->series[i].labels_size);
    }
    for (size_t i = 0; i < exemplar_count; i++) {
        const pml_exemplar *exemplar = &shown->exemplars[i];
        made->exemplars[i] = exemplar->labels != NULL
                                 ? take_labels(exemplar->labels, exemplar->labels_size)
                                 : (made_labels){.count = 0};
    }
    if (shown->shape == PML_SHAPE_STATES) {
        made->states = made_take(shown->bound_count * sizeof *made->states);
        for (size_t i = 0; i < shown->bound_count; i++) {
            const char *at = shown->bounds[i].bytes;
            made->states[i] = take_text(&at, at + shown->bounds[i].size, '\0');
        }
    }
}

made_snapshot made_take_apart(const promlet_snapshot *snapshot)
{
    made_snapshot made = {.shown = snapshot};
    made.families = made_take(snapshot->family_count * sizeof *made.families);
    for (size_t i = 0; i < snapshot->family_count; i++) {
        take_family(&snapshot->families[i], &made.families[i]);
        made.has_utf8_names |= snapshot->families[i].has_utf8_names;
    }
    return made;
}
