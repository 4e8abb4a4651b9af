/* SPDX-License-Identifier: Apache-2.0 */
/* Reading exemplars, whose labels become text here: they change too often to keep that. */
#include "snapshot/exemplars.h"

#include "series/exemplars.h"
#include "series/label_set.h"

#include <string.h>

bool pml_snapshot_reserve_exemplars(const pml_definition *definition, size_t series_count,
                                    pml_snapshot_family *to)
{
    size_t count = pml_definition_exemplar_count(definition);
    if (count == 0) {
        return true;
    }
    to->exemplars_a_series = count;
    to->exemplars = pml_arena_take_array(to->memory, series_count, count * sizeof *to->exemplars);
    return to->exemplars != NULL;
}

/* The names and values of a note, which must be as many as there is room for. */
static size_t find_labels(const pml_exemplar_note *note, const char **names, const char **values)
{
    size_t count = 0;
    const char *at = note->labels.bytes;
    while (at < note->labels.bytes + note->size) {
        names[count] = at;
        values[count] = at + strlen(at) + 1;
        at = values[count] + strlen(values[count]) + 1;
        count++;
    }
    return count;
}

static bool write_labels(const pml_exemplar_note *note, pml_arena *memory, pml_exemplar *to)
{
    const char *names[PROMLET_MAX_EXEMPLAR_LABELS];
    const char *values[PROMLET_MAX_EXEMPLAR_LABELS];
    size_t count = find_labels(note, names, values);
    pml_labels labels = {NULL, names, values, count, false};
    size_t size = (size_t)pml_label_text_size(&labels);
    char *text = pml_arena_take(memory, size);
    if (text == NULL) {
        return false;
    }
    (void)pml_label_text_write(text, &labels);
    to->labels = text;
    to->labels_size = size;
    return true;
}

static bool read_exemplar(pml_exemplar_slot *slot, pml_arena *memory, pml_exemplar *to)
{
    pml_exemplar_note note;
    *to = (pml_exemplar){.labels = NULL};
    if (!pml_exemplar_read(slot, &note)) {
        return true;
    }
    to->value = note.value;
    to->time_ns = (int64_t)note.time_ns;
    return write_labels(&note, memory, to);
}

bool pml_snapshot_read_exemplars(pml_series *series, size_t at, pml_snapshot_family *to)
{
    bool is_read = true;
    for (size_t i = 0; is_read && i < to->exemplars_a_series; i++) {
        pml_exemplar *exemplar = &to->exemplars[at * to->exemplars_a_series + i];
        is_read = read_exemplar(pml_exemplar_slot_of(series, i), to->memory, exemplar);
    }
    return is_read;
}
