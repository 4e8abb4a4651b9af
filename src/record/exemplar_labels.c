/* SPDX-License-Identifier: Apache-2.0 */
/* The rules for the labels of exemplars. Names are ASCII, whatever the registry allows. */
#include "record/exemplar_labels.h"

#include "base/utf8.h"

#include <string.h>

#define ROOM ((size_t)PROMLET_MAX_EXEMPLAR_BYTES)

/* ---- text ------------------------------------------------------------------------------------ */

/* Without its NUL; ROOM if it can't fit anyway. */
static size_t size_of(const char *text)
{
    return strnlen(text, ROOM);
}

static bool has_room(const pml_exemplar_note *note, size_t size)
{
    return size < ROOM - note->size;
}

/* Appends text that has room; with a NUL, which is there. */
static void append(pml_exemplar_note *note, const char *text, size_t size)
{
    memcpy(note->labels.bytes + note->size, text, size);
    note->size += size + 1;
}

/* With U+FFFD for what is not UTF-8. False if there is no room. */
static bool append_value(pml_exemplar_note *note, const char *value)
{
    size_t size = size_of(value);
    size_t repaired_size = pml_utf8_repair(value, size, NULL);
    bool is_appended = size < ROOM && has_room(note, repaired_size);
    if (is_appended) {
        (void)pml_utf8_repair(value, size, note->labels.bytes + note->size);
        note->size += repaired_size + 1;
    }
    return is_appended;
}

/* The Unicode code points of valid UTF-8, and one for each NUL. */
static size_t count_characters(const pml_exemplar_note *note)
{
    size_t count = 0;
    for (size_t i = 0; i < note->size; i++) {
        bool goes_on = ((unsigned char)note->labels.bytes[i] & 0xc0) == 0x80;
        count += goes_on ? 0 : 1;
    }
    return count;
}

/* ---- labels ---------------------------------------------------------------------------------- */

static bool is_letter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}

static bool is_name(const char *name, size_t size)
{
    bool is_right = size > 0 && is_letter(name[0]);
    for (size_t i = 1; is_right && i < size; i++) {
        is_right = is_letter(name[i]) || (name[i] >= '0' && name[i] <= '9');
    }
    return is_right;
}

static bool has_name(const promlet_label *labels, size_t count, const char *name)
{
    for (size_t i = 0; i < count; i++) {
        if (strcmp(labels[i].name, name) == 0) {
            return true;
        }
    }
    return false;
}

/* The label at a place, after those before it. */
static pml_drop_reason note_label(pml_exemplar_note *note, const promlet_label *labels, size_t at)
{
    const promlet_label *label = &labels[at];
    if (label->name == NULL || label->value == NULL) {
        return PML_DROP_EXEMPLAR_LABELS;
    }
    size_t size = size_of(label->name);
    if (!is_name(label->name, size) || has_name(labels, at, label->name)) {
        return PML_DROP_EXEMPLAR_LABELS;
    }
    if (size >= ROOM || !has_room(note, size)) {
        return PML_DROP_EXEMPLAR_SIZE;
    }
    append(note, label->name, size);
    return append_value(note, label->value) ? PML_DROP_REASONS : PML_DROP_EXEMPLAR_SIZE;
}

pml_drop_reason pml_exemplar_note_labels(pml_exemplar_note *note, const promlet_label *labels,
                                         size_t count)
{
    if (labels == NULL && count > 0) {
        return PML_DROP_EXEMPLAR_LABELS;
    }
    if (count > PROMLET_MAX_EXEMPLAR_LABELS) {
        return PML_DROP_EXEMPLAR_SIZE;
    }
    pml_drop_reason reason = PML_DROP_REASONS;
    for (size_t i = 0; reason == PML_DROP_REASONS && i < count; i++) {
        reason = note_label(note, labels, i);
    }
    bool is_too_long = count_characters(note) > PROMLET_MAX_EXEMPLAR_CHARACTERS + 2 * count;
    return reason == PML_DROP_REASONS && is_too_long ? PML_DROP_EXEMPLAR_SIZE : reason;
}

/* ---- traces ---------------------------------------------------------------------------------- */

static void note_id(pml_exemplar_note *note, const char *name, const unsigned char *id, size_t size)
{
    static const char digits[] = "0123456789abcdef";
    append(note, name, strlen(name));
    for (size_t i = 0; i < size; i++) {
        note->labels.bytes[note->size++] = digits[id[i] >> 4];
        note->labels.bytes[note->size++] = digits[id[i] & 15];
    }
    note->size++; /* a NUL is there */
}

void pml_exemplar_note_trace(pml_exemplar_note *note, const promlet_trace_context *context)
{
    note_id(note, "trace_id", context->trace_id, sizeof context->trace_id);
    note_id(note, "span_id", context->span_id, sizeof context->span_id);
}
