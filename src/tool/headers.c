/* SPDX-License-Identifier: Apache-2.0 */
/* A list of headers. What is wrong with one is told without it, as it may be a secret. */
#include "tool/headers.h"

#include "tool/memory.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Of a file; servers take less. */
#define MOST_BYTES 65536

/* What names of headers are made of, RFC 9110 section 5.6.2. */
#define NAME_BYTES "!#$%&'*+-.^_`|~0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"

static bool is_control(char c)
{
    return ((unsigned char)c < ' ' && c != '\t') || c == 0x7f;
}

/* Why a line is no header; NULL if it is one. No blank follows the line. */
static const char *fault_of(const char *line, size_t size)
{
    for (size_t i = 0; i < size; i++) {
        if (is_control(line[i])) {
            return "it has a control character; a header is one line of text";
        }
    }
    const char *colon = memchr(line, ':', size);
    if (colon == NULL) {
        return "it has no ':'; a header is written as Name: value";
    }
    if (colon == line) {
        return "there is no name before its ':'; a header is written as Name: value";
    }
    if (line + strspn(line, NAME_BYTES) != colon) {
        return "there is more than a name before its ':'; a header is written as Name: value";
    }
    /* libcurl sends none that is empty; it was to be a token that is missing, mostly. */
    const char *value = colon + 1;
    return value + strspn(value, " \t") < line + size
               ? NULL
               : "there is no value behind its ':', so it would not be sent";
}

static void add_line(pml_source_options *source, const char *line, size_t size)
{
    size_t capacity = source->header_count;
    source->headers = pml_tool_grow(source->headers, &capacity, source->header_count + 1,
                                    sizeof *source->headers);
    source->headers[source->header_count++] = pml_tool_copy(line, size);
}

/* ---- files ----------------------------------------------------------------------------------- */

/* The whole file, which has up to MOST_BYTES; NULL with *why. */
static char *read_file(const char *path, size_t *size, pml_buffer *why)
{
    char *text = pml_tool_new(MOST_BYTES + 1, 1);
    FILE *file = fopen(path, "re");
    *size = file != NULL ? fread(text, 1, MOST_BYTES + 1, file) : 0;
    if (file == NULL || ferror(file)) {
        pml_buffer_format(why, "%s: %s", path, strerror(errno));
    } else if (*size > MOST_BYTES) {
        pml_buffer_format(why, "%s: it is larger than %d bytes", path, MOST_BYTES);
    }
    if (file != NULL) {
        (void)fclose(file);
    }
    if (why->size > 0) {
        free(text);
        return NULL;
    }
    return text;
}

/* Lines may end as on Windows, and may be empty, but not all of them: a file that was made without
   its token would make a request without it. */
static bool add_lines(pml_source_options *source, const char *path, const char *text, size_t size,
                      pml_buffer *why)
{
    const char *end = text + size;
    size_t count_before = source->header_count;
    for (int number = 1; text < end; number++) {
        const char *feed = memchr(text, '\n', (size_t)(end - text));
        size_t line_size = (size_t)((feed != NULL ? feed : end) - text);
        line_size -= line_size > 0 && text[line_size - 1] == '\r';
        const char *fault = line_size > 0 ? fault_of(text, line_size) : NULL;
        if (fault != NULL) {
            pml_buffer_format(why, "%s:%d: %s", path, number, fault);
            return false;
        }
        if (line_size > 0) {
            add_line(source, text, line_size);
        }
        text = feed != NULL ? feed + 1 : end;
    }
    if (source->header_count == count_before) {
        pml_buffer_format(why, "%s: there is no header in it", path);
    }
    return why->size == 0;
}

static bool add_file(pml_source_options *source, const char *path, pml_buffer *why)
{
    size_t size;
    if (*path == '\0') {
        pml_buffer_text(why, "there is no file's name behind the @");
        return false;
    }
    char *text = read_file(path, &size, why);
    bool is_added = text != NULL && add_lines(source, path, text, size, why);
    free(text);
    return is_added;
}

/* ---- calls ----------------------------------------------------------------------------------- */

bool pml_headers_add(pml_source_options *source, const char *value, pml_buffer *why)
{
    if (*value == '@') {
        return add_file(source, value + 1, why);
    }
    const char *fault = fault_of(value, strlen(value));
    if (fault != NULL) {
        pml_buffer_text(why, fault);
        return false;
    }
    add_line(source, value, strlen(value));
    return true;
}

void pml_headers_free(pml_source_options *source)
{
    for (size_t i = 0; i < source->header_count; i++) {
        free(source->headers[i]);
    }
    free(source->headers);
}
