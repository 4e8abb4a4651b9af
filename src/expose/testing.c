/* SPDX-License-Identifier: Apache-2.0 */
/* The test helpers: a registry is scraped as its users would, and its text read back. */
#include <promlet/testing.h>

#include "expose/testing_text.h"

#include <promlet/metrics.h>

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define SENTENCE_SIZE 256

static promlet_status fail_memory(void)
{
    return promlet_set_last_error(PROMLET_ERROR_MEMORY, NULL);
}

/* ---- one sample ------------------------------------------------------------------------------ */

/* A sample that may have been meant: of the same name, else of one that begins so. */
static const pml_testing_line *find_near(const pml_testing_text *text, const char *name)
{
    const pml_testing_line *near = NULL;
    size_t size = strlen(name);
    for (size_t i = 0; i < text->count; i++) {
        const pml_testing_line *line = &text->lines[i];
        if (line->is_comment || line->name.size < size ||
            memcmp(line->name.bytes, name, size) != 0) {
            continue;
        }
        if (line->name.size == size) {
            return line;
        }
        near = near == NULL ? line : near;
    }
    return near;
}

static promlet_status fail_not_found(const pml_testing_text *text, const char *name)
{
    char sentence[SENTENCE_SIZE];
    const pml_testing_line *near = find_near(text, name);
    if (near == NULL) {
        (void)snprintf(sentence, sizeof sentence, "%.100s: no sample has this name", name);
    } else {
        (void)snprintf(sentence, sizeof sentence,
                       "%.100s: no sample has this name and these labels; there is %.*s", name,
                       (int)near->shown.size, near->shown.bytes);
    }
    return promlet_set_last_error(PROMLET_ERROR_NOT_FOUND, sentence);
}

/* Should never be; with what cannot be read, nothing can be said of the sample. */
static promlet_status fail_unreadable(const pml_testing_text *text)
{
    char sentence[SENTENCE_SIZE];
    (void)snprintf(sentence, sizeof sentence, "line %zu of the registry's text: %s",
                   text->fault_line, text->fault);
    return promlet_set_last_error(PROMLET_ERROR_NOT_FOUND, sentence);
}

static promlet_status find_in(const pml_testing_text *text, const char *key, const char *name,
                              double *value)
{
    const pml_testing_line *line = pml_testing_look_up(text, key);
    if (line == NULL) {
        return fail_not_found(text, name);
    }
    double number = NAN;
    (void)pml_testing_number(line->value, &number);
    if (value != NULL) {
        *value = number;
    }
    return PROMLET_OK;
}

promlet_status promlet_testing_find(promlet_registry *registry, const char *const *sample,
                                    size_t count, double *value)
{
    const char *fault;
    char *key = pml_testing_key(sample, count, &fault);
    if (fault != NULL) {
        return promlet_set_last_error(PROMLET_ERROR_ARGUMENT, fault);
    }
    char *document = key != NULL ? promlet_registry_get_metrics(registry) : NULL;
    promlet_status status;
    pml_testing_text text = {.lines = NULL};
    if (document != NULL && pml_testing_read(&text, document)) {
        status = find_in(&text, key, sample[0], value);
    } else {
        status = text.fault != NULL ? fail_unreadable(&text) : fail_memory();
    }
    pml_testing_free(&text);
    promlet_free(document);
    free(key);
    return status;
}

double promlet_testing_value_of(promlet_registry *registry, const char *const *sample, size_t count)
{
    double value = NAN;
    (void)promlet_testing_find(registry, sample, count, &value);
    return value;
}
