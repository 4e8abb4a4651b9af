/* SPDX-License-Identifier: Apache-2.0 */
/* Ordering and escaping of label values. */
#include "series/label_set.h"

#include "base/name.h"

#include <string.h>

int pml_label_set_compare(const pml_label_set *a, const pml_label_set *b)
{
    const char *a_value = pml_label_set_values(a);
    const char *b_value = pml_label_set_values(b);
    while (a_value < a->text && b_value < b->text) {
        int order = strcmp(a_value, b_value);
        if (order != 0) {
            return order;
        }
        a_value += strlen(a_value) + 1;
        b_value += strlen(b_value) + 1;
    }
    return (a_value < a->text) - (b_value < b->text);
}

/* What a byte of a label value becomes in the text formats (0.0.4, 1.0.0 and OpenMetrics alike):
   the second byte of its escape, or 0 if it stands for itself. */
static char escape_of(char byte)
{
    switch (byte) {
    case '\\':
        return '\\';
    case '"':
        return '"';
    case '\n':
        return 'n';
    default:
        return 0;
    }
}

size_t pml_label_value_size(const char *value)
{
    size_t size = 0;
    for (; *value != '\0'; value++) {
        size += escape_of(*value) != 0 ? 2 : 1;
    }
    return size;
}

char *pml_label_value_write(char *out, const char *value)
{
    for (; *value != '\0'; value++) {
        char escape = escape_of(*value);
        if (escape != 0) {
            *out++ = '\\';
            *out++ = escape;
        } else {
            *out++ = *value;
        }
    }
    return out;
}

static char *write_bytes(char *out, const char *bytes, size_t size)
{
    memcpy(out, bytes, size);
    return out + size;
}

/* A name that is not plain stands in quotes, with the escapes of a value. */
static bool is_quoted(const pml_labels *labels, const char *name)
{
    return labels->has_utf8_names && !pml_name_is_plain(PML_NAME_LABEL, name, strlen(name));
}

static size_t name_size(const pml_labels *labels, const char *name)
{
    return is_quoted(labels, name) ? pml_label_value_size(name) + 2 : strlen(name);
}

static char *write_name(char *out, const pml_labels *labels, const char *name)
{
    if (!is_quoted(labels, name)) {
        return write_bytes(out, name, strlen(name));
    }
    *out++ = '"';
    out = pml_label_value_write(out, name);
    *out++ = '"';
    return out;
}

static bool has_constant(const pml_labels *labels)
{
    return labels->constant != NULL && labels->constant->size > 0;
}

uint64_t pml_label_text_size(const pml_labels *labels)
{
    uint64_t size = has_constant(labels) ? (uint64_t)labels->constant->size + 1 : 0;
    for (size_t i = 0; i < labels->count; i++) {
        size += name_size(labels, labels->names[i]) + pml_label_value_size(labels->values[i]) +
                4; /* ="", */
    }
    return size > 0 ? size - 1 : 0; /* no comma behind the last one */
}

char *pml_label_text_write(char *out, const pml_labels *labels)
{
    bool is_first = !has_constant(labels);
    if (!is_first) {
        out = write_bytes(out, labels->constant->bytes, labels->constant->size);
    }
    for (size_t i = 0; i < labels->count; i++, is_first = false) {
        out = write_bytes(out, ",", is_first ? 0 : 1);
        out = write_name(out, labels, labels->names[i]);
        out = write_bytes(out, "=\"", 2);
        out = pml_label_value_write(out, labels->values[i]);
        out = write_bytes(out, "\"", 1);
    }
    return out;
}

size_t pml_label_set_size(const pml_labels *labels)
{
    uint64_t values_size = 0;
    for (size_t i = 0; i < labels->count; i++) {
        values_size += strlen(labels->values[i]) + 1;
    }
    uint64_t text_size = pml_label_text_size(labels);
    if (values_size > UINT32_MAX || text_size > UINT32_MAX) {
        return SIZE_MAX / 2;
    }
    /* The last value of a set may have only its NUL, and 16 bytes are read from there. */
    uint64_t readable = labels->count == 0 ? 0 : values_size - 1 + PML_BLOCK_SIZE;
    uint64_t written = values_size + text_size;
    return (size_t)(written > readable ? written : readable);
}

void pml_label_set_write(pml_label_set *set, char *memory, const pml_labels *labels)
{
    const char *first = memory;
    for (size_t i = 0; i < labels->count; i++) {
        memory = write_bytes(memory, labels->values[i], strlen(labels->values[i]) + 1);
    }
    char *text = memory;
    memory = pml_label_text_write(memory, labels);
    set->text = text;
    set->text_size = (uint32_t)(memory - text);
    set->values_size = (uint32_t)(text - first);
}
