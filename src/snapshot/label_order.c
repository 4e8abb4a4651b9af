/* SPDX-License-Identifier: Apache-2.0 */
/* Comparing two escaped label texts as if they were not escaped. */
#include "snapshot/label_order.h"

#include "registry/names.h"

#include <stdbool.h>
#include <string.h>

/* Where reading of name="value","a name"="value2" stands. */
typedef struct reader {
    const char *at;
    const char *end;
} reader;

static reader begin(const pml_snapshot_series *series)
{
    return (reader){series->labels, series->labels + series->labels_size};
}

static const char *closing_quote(const char *at)
{
    while (*at != '"') {
        at += *at == '\\' ? 2 : 1;
    }
    return at;
}

/* The name that comes next, in its quotes if it has some; `at` is then behind its =". */
static size_t read_name(reader *labels, const char **name)
{
    labels->at += *labels->at == ',';
    *name = labels->at;
    const char *equals = *labels->at == '"'
                             ? closing_quote(labels->at + 1) + 1
                             : memchr(labels->at, '=', (size_t)(labels->end - labels->at));
    labels->at = equals + 2;
    return (size_t)(equals - *name);
}

/* The next byte of a value; -1 at its end, which is then behind. */
static int read_byte(reader *labels)
{
    char byte = *labels->at++;
    if (byte == '"') {
        return -1;
    }
    if (byte == '\\') {
        byte = *labels->at++;
        return byte == 'n' ? '\n' : (unsigned char)byte;
    }
    return (unsigned char)byte;
}

static bool is_overflow(const char *name, size_t size)
{
    return size == strlen(PML_OVERFLOW_LABEL) && memcmp(name, PML_OVERFLOW_LABEL, size) == 0;
}

static int compare_names(reader *a, reader *b)
{
    const char *a_name;
    const char *b_name;
    size_t a_size = read_name(a, &a_name);
    size_t b_size = read_name(b, &b_name);
    int order = memcmp(a_name, b_name, a_size < b_size ? a_size : b_size);
    order = order != 0 ? order : (a_size > b_size) - (a_size < b_size);
    if (order != 0 && (is_overflow(a_name, a_size) || is_overflow(b_name, b_size))) {
        return is_overflow(a_name, a_size) ? 1 : -1;
    }
    return order;
}

static int compare_values(reader *a, reader *b)
{
    int a_byte;
    int b_byte;
    do {
        a_byte = read_byte(a);
        b_byte = read_byte(b);
    } while (a_byte == b_byte && a_byte != -1);
    return (a_byte > b_byte) - (a_byte < b_byte);
}

int pml_compare_labels(const pml_snapshot_series *a, const pml_snapshot_series *b)
{
    reader left = begin(a);
    reader right = begin(b);
    while (left.at < left.end && right.at < right.end) {
        int order = compare_names(&left, &right);
        order = order != 0 ? order : compare_values(&left, &right);
        if (order != 0) {
            return order;
        }
    }
    return (left.at < left.end) - (right.at < right.end);
}
