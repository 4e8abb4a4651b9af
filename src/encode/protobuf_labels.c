/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Labels, from their text. Nearly all need no closer look: their names are plain, nothing in them
 * is escaped, and their lengths take one byte. Of those only the quotes are searched.
 */
#include "encode/protobuf_labels.h"

#include <string.h>

/* The numbers of fields. */
enum { PAIR_NAME = 1, PAIR_VALUE };

/* The same number in metrics and in exemplars. */
enum { ANY_LABEL = 1 };

/* The greatest length that takes one byte. */
#define SHORT_LENGTH 127

/* ---- labels that need no closer look --------------------------------------------------------- */

/* The fields of one: two tags and two lengths take the place of ="" */
static inline size_t fields_of(const pml_plain_label *label)
{
    return label->size + 2;
}

size_t pml_plain_labels_size(const char *text, size_t size)
{
    pml_plain_labels labels = pml_plain_labels_begin(text, size);
    pml_plain_label label;
    size_t fields_size = 0;
    bool is_short = true;
    while (pml_plain_labels_next(&labels, &label)) {
        is_short &= fields_of(&label) <= SHORT_LENGTH;
        fields_size += 2 + fields_of(&label);
    }
    return is_short && pml_plain_labels_are_read(&labels) ? fields_size : PML_NOT_PLAIN;
}

/* Copies up to SHORT_LENGTH bytes. */
static inline void copy_few(char *to, const char *from, size_t size)
{
    if (size >= 16) {
        for (size_t i = 0; i + 16 < size; i += 16) {
            memcpy(to + i, from + i, 16);
        }
        memcpy(to + size - 16, from + size - 16, 16);
    } else if (size >= 8) {
        memcpy(to, from, 8);
        memcpy(to + size - 8, from + size - 8, 8);
    } else {
        for (size_t i = 0; i < size; i++) {
            to[i] = from[i];
        }
    }
}

/* Writes one. Its text is copied as a whole: two bytes are between name and value in both forms. */
static inline char *write_plain_label(char *to, const pml_plain_label *label)
{
    to[0] = ANY_LABEL << 3 | PML_WIRE_SIZED;
    to[1] = (char)fields_of(label);
    to[2] = PAIR_NAME << 3 | PML_WIRE_SIZED;
    to[3] = (char)label->name_size;
    to += 4;
    copy_few(to, label->text, label->size);
    to[label->name_size] = PAIR_VALUE << 3 | PML_WIRE_SIZED;
    to[label->name_size + 1] = (char)(label->size - label->name_size - 2);
    return to + label->size;
}

char *pml_plain_labels_write(char *to, const char *text, size_t size)
{
    pml_plain_labels labels = pml_plain_labels_begin(text, size);
    pml_plain_label label;
    while (pml_plain_labels_next(&labels, &label)) {
        if (fields_of(&label) > SHORT_LENGTH) {
            return NULL;
        }
        to = write_plain_label(to, &label);
    }
    return pml_plain_labels_are_read(&labels) ? to : NULL;
}

/* False if it takes a closer look, or there is no room. */
static bool put_plain_labels(pml_wire *wire, const char *labels, size_t size)
{
    pml_output *output = wire->output;
    if (output == NULL) {
        size_t fields_size = pml_plain_labels_size(labels, size);
        wire->size += fields_size != PML_NOT_PLAIN ? fields_size : 0;
        return fields_size != PML_NOT_PLAIN;
    }
    if (output->capacity - output->size < pml_plain_labels_room(size)) {
        return false;
    }
    char *end = pml_plain_labels_write(output->data + output->size, labels, size);
    output->size = end != NULL ? (size_t)(end - output->data) : output->size;
    return end != NULL;
}

/* ---- all others ------------------------------------------------------------------------------ */

static void put_escaped(pml_wire *wire, unsigned field, const pml_escaped *text)
{
    if (pml_wire_begin(wire, field, text->plain_size)) {
        pml_escaped_append(wire->output, text);
    }
}

void pml_protobuf_put_escaped_name(pml_wire *wire, unsigned field, pml_escaper name)
{
    if (!pml_wire_begin(wire, field, pml_escaper_size(name))) {
        return;
    }
    const char *piece;
    for (size_t size; (size = pml_escaper_next(&name, &piece)) > 0;) {
        pml_output_append(wire->output, piece, size);
    }
}

static void put_pair_fields(pml_wire *wire, const pml_rendered_label *label)
{
    put_escaped(wire, PAIR_NAME, &label->name);
    put_escaped(wire, PAIR_VALUE, &label->value);
}

static pml_escaper escape_name(const pml_wire *wire, const pml_rendered_label *label)
{
    return (label->is_name_quoted ? pml_escaper_start_quoted : pml_escaper_start)(
        PML_NAME_LABEL, label->name.bytes, label->name.size, wire->names->scheme);
}

/* The same with the name escaped as an encoding asks for. */
static void put_escaped_pair(pml_wire *wire, const pml_rendered_label *label)
{
    pml_escaper name = escape_name(wire, label);
    pml_wire pair = {NULL, 0, NULL};
    pml_protobuf_put_escaped_name(&pair, PAIR_NAME, name);
    put_escaped(&pair, PAIR_VALUE, &label->value);
    if (pml_wire_begin(wire, ANY_LABEL, pair.size)) {
        pml_protobuf_put_escaped_name(wire, PAIR_NAME, name);
        put_escaped(wire, PAIR_VALUE, &label->value);
    }
}

void pml_protobuf_put_label(pml_wire *wire, const pml_rendered_label *label)
{
    if (wire->names != NULL && !wire->names->are_raw) {
        put_escaped_pair(wire, label);
        return;
    }
    size_t name_size = label->name.plain_size;
    size_t value_size = label->value.plain_size;
    uint64_t size = 2 /* tags */ + pml_varint_size(name_size) + name_size +
                    pml_varint_size(value_size) + value_size;
    if (wire->output == NULL) {
        wire->size += 1 + pml_varint_size(size) + size;
    } else {
        pml_wire_put_head(wire, ANY_LABEL, size);
        put_pair_fields(wire, label);
    }
}

/* ---- all labels of a text -------------------------------------------------------------------- */

void pml_protobuf_put_labels(pml_wire *wire, const char *labels, size_t size)
{
    if (wire->names == NULL && put_plain_labels(wire, labels, size)) {
        return;
    }
    pml_label_text text = pml_label_text_begin(labels, size);
    pml_rendered_label label;
    while (pml_label_text_next(&text, &label)) {
        pml_protobuf_put_label(wire, &label);
    }
}
