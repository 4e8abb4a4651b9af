/* SPDX-License-Identifier: Apache-2.0 */
/* Ordering and escaping of label values. */
#include "series/label_set.h"

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

static size_t escaped_size(const char *value)
{
    size_t size = 0;
    for (; *value != '\0'; value++) {
        size += escape_of(*value) != 0 ? 2 : 1;
    }
    return size;
}

static char *write_escaped(char *out, const char *value)
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

size_t pml_label_set_size(const char *const *names, const char *const *values, size_t count)
{
    uint64_t values_size = 0;
    uint64_t text_size = 0;
    for (size_t i = 0; i < count; i++) {
        values_size += strlen(values[i]) + 1;
        text_size += strlen(names[i]) + escaped_size(values[i]) + 4; /* ="", and a comma */
    }
    if (values_size > UINT32_MAX || text_size > UINT32_MAX) {
        return SIZE_MAX / 2;
    }
    /* The last value of a set may have only its NUL, and 16 bytes are read from there. */
    uint64_t readable = count == 0 ? 0 : values_size - 1 + PML_BLOCK_SIZE;
    uint64_t written = values_size + text_size;
    return (size_t)(written > readable ? written : readable);
}

void pml_label_set_write(pml_label_set *set, char *memory, uint64_t hash, const char *const *names,
                         const char *const *values, size_t count)
{
    const char *first = memory;
    for (size_t i = 0; i < count; i++) {
        memory = write_bytes(memory, values[i], strlen(values[i]) + 1);
    }
    char *text = memory;
    for (size_t i = 0; i < count; i++) {
        memory = write_bytes(memory, ",", i > 0);
        memory = write_bytes(memory, names[i], strlen(names[i]));
        memory = write_bytes(memory, "=\"", 2);
        memory = write_escaped(memory, values[i]);
        memory = write_bytes(memory, "\"", 1);
    }
    set->hash = hash;
    set->text = text;
    set->text_size = (uint32_t)(memory - text);
    set->values_size = (uint32_t)(text - first);
}
