/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Keys of samples: the same text for the same series, however it is written. A label whose value is
 * empty is the same as none, and is left out.
 */
#include "expose/testing_key.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static pml_testing_part part_of(const char *string)
{
    return (pml_testing_part){string, strlen(string)};
}

int pml_testing_compare_parts(pml_testing_part a, pml_testing_part b)
{
    size_t size = a.size < b.size ? a.size : b.size;
    int difference = memcmp(a.bytes, b.bytes, size);
    return difference != 0 ? difference : (a.size > b.size) - (a.size < b.size);
}

static int compare_labels(const void *a, const void *b)
{
    return pml_testing_compare_parts(((const pml_testing_label *)a)->name,
                                     ((const pml_testing_label *)b)->name);
}

/* Bounds and quantiles are numbers: "1" and "1.0" are one series to Prometheus. */
static size_t write_value(const pml_testing_label *label, char *out, size_t size)
{
    double number;
    bool is_number = pml_testing_is(label->name, "le") || pml_testing_is(label->name, "quantile");
    if (is_number && pml_testing_number(label->value, &number)) {
        return (size_t)snprintf(out, size, "%.17g", number);
    }
    memcpy(out, label->value.bytes, label->value.size);
    return label->value.size;
}

char *pml_testing_make_key(pml_testing_part name, pml_testing_label *labels, size_t count)
{
    enum { NUMBER_SIZE = 32 };
    size_t size = name.size + 3;
    for (size_t i = 0; i < count; i++) {
        size += labels[i].name.size + labels[i].value.size + NUMBER_SIZE + 4;
    }
    char *key = malloc(size);
    if (key == NULL) {
        return NULL;
    }
    qsort(labels, count, sizeof *labels, compare_labels);
    memcpy(key, name.bytes, name.size);
    char *at = key + name.size;
    *at++ = '{';
    for (size_t i = 0; i < count; i++) {
        if (labels[i].value.size == 0) {
            continue;
        }
        memcpy(at, labels[i].name.bytes, labels[i].name.size);
        at += labels[i].name.size;
        *at++ = '=';
        *at++ = '"';
        at += write_value(&labels[i], at, labels[i].value.size + NUMBER_SIZE);
        *at++ = '"';
        *at++ = ',';
    }
    *at++ = '}';
    *at = '\0';
    return key;
}

/* A copy with the escapes of a label value; NULL when out of memory. */
static char *escape(const char *value)
{
    size_t size = strlen(value);
    char *escaped = size > SIZE_MAX / 2 - 1 ? NULL : malloc(2 * size + 1);
    char *at = escaped;
    for (; at != NULL && *value != '\0'; value++) {
        if (strchr("\\\"\n", *value) != NULL) {
            *at++ = '\\';
        }
        *at++ = *value == '\n' ? 'n' : *value;
    }
    if (at != NULL) {
        *at = '\0';
    }
    return escaped;
}

static const char *find_fault(const char *const *sample, size_t count)
{
    if (sample == NULL || count == 0 || sample[0] == NULL) {
        return "a sample's name is NULL";
    }
    if (count % 2 == 0) {
        return "a label has no value: give a name, then pairs of label names and values";
    }
    if (count / 2 > PML_TESTING_LABELS) {
        return "a sample has too many labels";
    }
    for (size_t i = 0; i < count; i++) {
        if (sample[i] == NULL) {
            return "a label of a sample is NULL";
        }
    }
    return NULL;
}

char *pml_testing_key(const char *const *sample, size_t count, const char **fault)
{
    *fault = find_fault(sample, count);
    if (*fault != NULL) {
        return NULL;
    }
    pml_testing_label labels[PML_TESTING_LABELS];
    char *values[PML_TESTING_LABELS];
    size_t label_count = count / 2;
    bool is_escaped = true;
    for (size_t i = 0; i < label_count; i++) {
        values[i] = escape(sample[2 * i + 2]);
        is_escaped = is_escaped && values[i] != NULL;
        labels[i] =
            (pml_testing_label){part_of(sample[2 * i + 1]), part_of(is_escaped ? values[i] : "")};
    }
    char *key = is_escaped ? pml_testing_make_key(part_of(sample[0]), labels, label_count) : NULL;
    for (size_t i = 0; i < label_count; i++) {
        free(values[i]);
    }
    return key;
}
