/* SPDX-License-Identifier: Apache-2.0 */
/* What differs between a registry and an expected text: two sorted lists of lines, side by side. */
#include "expose/testing_text.h"

#include <promlet/metrics.h>
#include <promlet/testing.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* A string that grows. */
typedef struct report {
    char *text; /* NULL while nothing was printed */
    size_t size;
    size_t capacity;
    bool has_failed; /* out of memory */
} report;

static void print_bytes(report *out, const char *bytes, size_t size)
{
    if (out->capacity - out->size < size + 1) {
        size_t capacity = 2 * (out->size + size) + 256;
        char *text = out->has_failed ? NULL : realloc(out->text, capacity);
        if (text == NULL) {
            out->has_failed = true;
            return;
        }
        out->text = text;
        out->capacity = capacity;
    }
    memcpy(out->text + out->size, bytes, size);
    out->size += size;
    out->text[out->size] = '\0';
}

static void print_part(report *out, pml_testing_part part)
{
    print_bytes(out, part.bytes, part.size);
}

static void print(report *out, const char *text)
{
    print_bytes(out, text, strlen(text));
}

/* ---- two lines ------------------------------------------------------------------------------- */

static bool is_same(const pml_testing_line *expected, const pml_testing_line *found)
{
    if (expected->is_comment) {
        return expected->value.size == found->value.size &&
               memcmp(expected->value.bytes, found->value.bytes, found->value.size) == 0;
    }
    return pml_testing_is_same_number(expected->value, found->value) &&
           (expected->timestamp.size == 0 ||
            pml_testing_is_same_number(expected->timestamp, found->timestamp));
}

/* The value, and the timestamp where the expected line has one. */
static void print_value(report *out, const pml_testing_line *line, bool has_timestamp)
{
    print_part(out, line->value);
    if (has_timestamp) {
        print(out, line->timestamp.size > 0 ? " " : " without a timestamp");
        print_part(out, line->timestamp);
    }
}

static void print_line(report *out, const char *word, const pml_testing_line *line)
{
    print(out, word);
    print(out, ": ");
    print_part(out, line->shown);
    print(out, " ");
    print_value(out, line, line->timestamp.size > 0);
    print(out, "\n");
}

static void print_change(report *out, const pml_testing_line *expected,
                         const pml_testing_line *found)
{
    bool has_timestamp = expected->timestamp.size > 0;
    print(out, "changed: ");
    print_part(out, found->shown);
    print(out, " is ");
    print_value(out, found, has_timestamp);
    print(out, ", expected ");
    print_value(out, expected, has_timestamp);
    print(out, "\n");
}

/* ---- two texts ------------------------------------------------------------------------------- */

static bool is_wanted(const pml_testing_line *found, const char *const *names)
{
    bool is_named = names == NULL;
    for (; !is_named && *names != NULL; names++) {
        is_named = pml_testing_is(found->family, *names);
    }
    return is_named && !found->is_comment;
}

static const pml_testing_line *line_at(const pml_testing_text *text, size_t i)
{
    return i < text->count ? &text->lines[i] : NULL;
}

static void print_differences(report *out, const pml_testing_text *expected,
                              const pml_testing_text *found, const char *const *names)
{
    size_t i = 0;
    size_t j = 0;
    while (i < expected->count || j < found->count) {
        const pml_testing_line *left = line_at(expected, i);
        const pml_testing_line *right = line_at(found, j);
        int order = left == NULL ? 1 : right == NULL ? -1 : strcmp(left->key, right->key);
        if (order < 0) {
            print_line(out, "missing", left);
        } else if (order > 0 && is_wanted(right, names)) {
            print_line(out, "unexpected", right);
        } else if (order == 0 && !is_same(left, right)) {
            print_change(out, left, right);
        }
        i += order <= 0;
        j += order >= 0;
    }
}

static bool has_family(const pml_testing_text *text, const char *name)
{
    for (size_t i = 0; i < text->count; i++) {
        if (pml_testing_is(text->lines[i].family, name)) {
            return true;
        }
    }
    return false;
}

static void print_missing_families(report *out, const pml_testing_text *found,
                                   const char *const *names)
{
    for (; names != NULL && *names != NULL; names++) {
        if (!has_family(found, *names)) {
            print(out, "missing: the metric ");
            print(out, *names);
            print(out, "\n");
        }
    }
}

static void print_fault(report *out, const char *whose, const pml_testing_text *text)
{
    char words[160];
    (void)snprintf(words, sizeof words, "line %zu of the %s text: %s\n", text->fault_line, whose,
                   text->fault);
    print(out, words);
}

/* False when out of memory. */
static bool compare(report *out, const char *expected_text, const char *found_text,
                    const char *const *names)
{
    pml_testing_text expected;
    pml_testing_text found = {.lines = NULL};
    bool is_read = pml_testing_read(&expected, expected_text);
    is_read = is_read && pml_testing_read(&found, found_text);
    if (is_read) {
        print_missing_families(out, &found, names);
        print_differences(out, &expected, &found, names);
    } else if (expected.fault != NULL) {
        print_fault(out, "expected", &expected);
    } else if (found.fault != NULL) {
        print_fault(out, "registry's", &found);
    }
    bool is_done = is_read || expected.fault != NULL || found.fault != NULL;
    pml_testing_free(&expected);
    pml_testing_free(&found);
    return is_done;
}

char *promlet_testing_compare(promlet_registry *registry, const char *expected,
                              const char *const *names)
{
    char *found = promlet_registry_get_metrics(registry);
    report out = {.text = NULL};
    bool is_done = found != NULL && compare(&out, expected != NULL ? expected : "", found, names);
    promlet_free(found);
    if (!is_done || out.has_failed) {
        free(out.text);
        (void)promlet_set_last_error(PROMLET_ERROR_MEMORY, NULL);
        return (char *)promlet_last_error(); /* which promlet_free() leaves alone */
    }
    return out.text;
}
