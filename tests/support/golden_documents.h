/* SPDX-License-Identifier: Apache-2.0 */
/* The golden documents that the parser reads, and those of other folders, as bytes. */
#ifndef TESTS_SUPPORT_GOLDEN_DOCUMENTS_H
#define TESTS_SUPPORT_GOLDEN_DOCUMENTS_H

#include "support/expect.h"

#include <promlet/parse.h>

#include <glob.h>
#include <stdio.h>
#include <stdlib.h>

typedef struct golden_document {
    promlet_parse_format format;
    const char *path;
    char *bytes;
    size_t size;
} golden_document;

/* The whole file, with its size; to be freed. */
static inline char *read_golden_file(const char *path, size_t *size)
{
    FILE *file = fopen(path, "rb");
    assert_non_null(file);
    assert_int_equal(fseek(file, 0, SEEK_END), 0);
    *size = (size_t)ftell(file);
    rewind(file);
    char *bytes = malloc(*size + 1);
    assert_non_null(bytes);
    assert_int_equal(fread(bytes, 1, *size, file), *size);
    (void)fclose(file);
    return bytes;
}

/* Calls what is given for each document of a folder in each text format. Returns how many there are
   at least in any of them. */
static inline size_t each_document_of(const char *folder,
                                      void (*call)(const golden_document *document))
{
    static const char *const endings[] = {
        [PROMLET_PARSE_TEXT] = "{prom,prom_any}",
        [PROMLET_PARSE_OPENMETRICS] = "{om1,om1_any}",
        [PROMLET_PARSE_OPENMETRICS2] = "om2",
    };
    size_t least = SIZE_MAX;
    for (size_t format = 0; format < COUNT_OF(endings); format++) {
        char pattern[4096];
        glob_t found = {0};
        (void)snprintf(pattern, sizeof pattern, "%s/*.%s", folder, endings[format]);
        int result = glob(pattern, GLOB_BRACE, NULL, &found);
        assert_true(result == 0 || result == GLOB_NOMATCH);
        for (size_t i = 0; i < found.gl_pathc; i++) {
            golden_document document = {.format = (promlet_parse_format)format,
                                        .path = found.gl_pathv[i]};
            document.bytes = read_golden_file(document.path, &document.size);
            call(&document);
            free(document.bytes);
        }
        least = found.gl_pathc < least ? found.gl_pathc : least;
        globfree(&found);
    }
    return least;
}

/* The golden ones, of which there are at least 10 in each format. */
static inline void each_golden_document(void (*call)(const golden_document *document))
{
    assert_true(each_document_of(PROMLET_GOLDEN, call) >= 10);
}

#endif
