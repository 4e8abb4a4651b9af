/* SPDX-License-Identifier: Apache-2.0 */
/* A list of headers. What is wrong with a line of a file is told without the line, which may be a
   secret. */
#include "tool/headers.h"

#include "tool/memory.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Of a file; servers take less. */
#define MOST_BYTES 65536

static bool add_line(pml_source_options *source, const char *line, size_t size)
{
    size_t capacity = source->header_count;
    if (memchr(line, ':', size) == NULL || memchr(line, '\r', size) != NULL ||
        memchr(line, '\n', size) != NULL || memchr(line, '\0', size) != NULL) {
        return false;
    }
    source->headers = pml_tool_grow(source->headers, &capacity, source->header_count + 1,
                                    sizeof *source->headers);
    source->headers[source->header_count++] = pml_tool_copy(line, size);
    return true;
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

/* Lines may end as on Windows, and may be empty. */
static bool add_lines(pml_source_options *source, const char *path, const char *text, size_t size,
                      pml_buffer *why)
{
    const char *end = text + size;
    for (int number = 1; text < end; number++) {
        const char *feed = memchr(text, '\n', (size_t)(end - text));
        size_t line_size = (size_t)((feed != NULL ? feed : end) - text);
        line_size -= line_size > 0 && text[line_size - 1] == '\r';
        if (line_size > 0 && !add_line(source, text, line_size)) {
            pml_buffer_format(why, "%s:%d: it is no header, as Name: value", path, number);
            return false;
        }
        text = feed != NULL ? feed + 1 : end;
    }
    return true;
}

static bool add_file(pml_source_options *source, const char *path, pml_buffer *why)
{
    size_t size;
    char *text = read_file(path, &size, why);
    bool is_added = text != NULL && add_lines(source, path, text, size, why);
    free(text);
    return is_added;
}

/* ---- calls ----------------------------------------------------------------------------------- */

bool pml_headers_add(pml_source_options *source, const char *value, pml_buffer *why)
{
    return *value == '@' ? add_file(source, value + 1, why)
                         : add_line(source, value, strlen(value));
}

void pml_headers_free(pml_source_options *source)
{
    for (size_t i = 0; i < source->header_count; i++) {
        free(source->headers[i]);
    }
    free(source->headers);
}
