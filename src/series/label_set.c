/* SPDX-License-Identifier: Apache-2.0 */
/* Hashing, comparing, ordering and escaping of label values. */
#include "series/label_set.h"

#include "base/hash.h"

#include <string.h>

uint64_t pml_label_hash(uint64_t seed, const char *const *values, size_t count)
{
    uint64_t hash = seed;
    for (size_t i = 0; i < count; i++) {
        hash = pml_hash_bytes(hash, values[i], strlen(values[i]));
    }
    return hash;
}

bool pml_label_set_equals(const pml_label_set *set, uint64_t hash, const char *const *values,
                          size_t count)
{
    if (set->hash != hash || set->count != count) {
        return false;
    }
    /* The hash only saves comparing: two sets are one series if all their bytes are the same. */
    const char *own = set->values;
    for (size_t i = 0; i < count; i++) {
        size_t size = strlen(own) + 1;
        if (strcmp(own, values[i]) != 0) {
            return false;
        }
        own += size;
    }
    return true;
}

int pml_label_set_compare(const pml_label_set *a, const pml_label_set *b)
{
    const char *a_value = a->values;
    const char *b_value = b->values;
    for (size_t i = 0; i < a->count && i < b->count; i++) {
        int order = strcmp(a_value, b_value);
        if (order != 0) {
            return order;
        }
        a_value += strlen(a_value) + 1;
        b_value += strlen(b_value) + 1;
    }
    return (a->count > b->count) - (a->count < b->count);
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
    size_t size = 0;
    for (size_t i = 0; i < count; i++) {
        size += strlen(values[i]) + 1;
        size += strlen(names[i]) + escaped_size(values[i]) + 4; /* ="", and a comma */
    }
    return size;
}

void pml_label_set_write(pml_label_set *set, char *memory, uint64_t hash, const char *const *names,
                         const char *const *values, size_t count)
{
    set->hash = hash;
    set->count = count;
    set->values = memory;
    for (size_t i = 0; i < count; i++) {
        memory = write_bytes(memory, values[i], strlen(values[i]) + 1);
    }
    set->text = memory;
    for (size_t i = 0; i < count; i++) {
        memory = write_bytes(memory, ",", i > 0);
        memory = write_bytes(memory, names[i], strlen(names[i]));
        memory = write_bytes(memory, "=\"", 2);
        memory = write_escaped(memory, values[i]);
        memory = write_bytes(memory, "\"", 1);
    }
    set->text_size = (size_t)(memory - set->text);
}
