/* SPDX-License-Identifier: Apache-2.0 */
/* Checking and repairing label values. */
#include "registry/label_values.h"

#include "base/alloc.h"
#include "base/report.h"
#include "base/utf8.h"

#include <stdint.h>
#include <stdio.h>
#include <string.h>

/* ---- for users ------------------------------------------------------------------------------- */

const char *promlet_label_value(char *buffer, size_t size, const char *text, size_t length)
{
    if (buffer == NULL || size == 0) {
        return "";
    }
    size_t written = 0;
    size_t done = 0;
    bool is_cut = text == NULL;
    while (!is_cut && done < length) {
        /* A NUL, which would end the value, is replaced like a byte that is never UTF-8. */
        bool is_nul = text[done] == '\0';
        size_t part = is_nul ? 1 : strnlen(text + done, length - done);
        written += pml_utf8_fit(is_nul ? "\xff" : text + done, part, size - 1 - written,
                                buffer + written, &is_cut);
        done += part;
    }
    buffer[written] = '\0';
    return buffer;
}

/* ---- for the registry ------------------------------------------------------------------------ */

/* The names of a metric's labels, as many as there is room for. */
static void list_names(const pml_definition *definition, char *names, size_t room)
{
    size_t size = 0;
    bool fits = true;
    for (size_t i = 0; i < definition->label_count && fits; i++) {
        const char *name = definition->label_names[i];
        fits = size + strlen(name) + sizeof ", , ..." <= room;
        size += (size_t)snprintf(names + size, room - size, "%s%s", i == 0 ? "" : ", ",
                                 fits ? name : "...");
    }
}

static promlet_status fail_count(const pml_definition *definition, size_t count)
{
    const char *name = definition->name.bytes;
    if (definition->label_count == 0) {
        return pml_fail(PROMLET_ERROR_LABELS, "%.100s: needs no label values, got %zu", name,
                        count);
    }
    char names[100];
    list_names(definition, names, sizeof names);
    return pml_fail(PROMLET_ERROR_LABELS, "%.100s: needs %zu label value%s (%s), got %zu", name,
                    definition->label_count, definition->label_count == 1 ? "" : "s", names, count);
}

promlet_status pml_label_values_check(const pml_definition *definition, const char *const *values,
                                      size_t count)
{
    if (count != definition->label_count || (values == NULL && count > 0)) {
        return fail_count(definition, values == NULL ? 0 : count);
    }
    for (size_t i = 0; i < count; i++) {
        if (values[i] == NULL) {
            return pml_fail(PROMLET_ERROR_LABELS, "%.100s: the value of label \"%.60s\" is NULL",
                            definition->name.bytes, definition->label_names[i]);
        }
    }
    return PROMLET_OK;
}

bool pml_label_values_are_utf8(const char *const *values, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (!pml_utf8_is_valid(values[i], strlen(values[i]))) {
            return false;
        }
    }
    return true;
}

bool pml_label_values_are_short(const char *const *values, size_t count, size_t most)
{
    for (size_t i = 0; i < count; i++) {
        if (strlen(values[i]) > most) {
            return false;
        }
    }
    return true;
}

char *pml_label_values_fit(const char *const *values, size_t count, size_t most,
                           const char **fitted, size_t *cut)
{
    bool is_cut;
    size_t sizes = 0;
    *cut = count;
    for (size_t i = 0; i < count; i++) {
        sizes += pml_utf8_fit(values[i], strlen(values[i]), most, NULL, &is_cut) + 1;
        *cut = is_cut && *cut == count ? i : *cut;
    }
    char *memory = pml_alloc(sizes);
    char *next = memory;
    for (size_t i = 0; memory != NULL && i < count; i++) {
        fitted[i] = next;
        next += pml_utf8_fit(values[i], strlen(values[i]), most, next, &is_cut);
        *next++ = '\0';
    }
    return memory;
}

char *pml_label_values_repair(const char *const *values, size_t count, const char **repaired)
{
    size_t cut;
    return pml_label_values_fit(values, count, SIZE_MAX, repaired, &cut);
}

bool pml_label_value_is(const char *own, const char *value, size_t most)
{
    size_t size = strlen(value);
    if (size <= most || strcmp(own, value) == 0) {
        return strcmp(own, value) == 0;
    }
    bool is_cut;
    size_t cut_size = pml_utf8_fit(value, size, most, NULL, &is_cut);
    return strlen(own) == cut_size && memcmp(own, value, cut_size) == 0;
}
