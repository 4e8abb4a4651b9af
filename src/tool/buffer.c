/* SPDX-License-Identifier: Apache-2.0 */
/* Text that grows. */
#include "tool/buffer.h"

#include "tool/memory.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void make_room(pml_buffer *buffer, size_t size)
{
    buffer->bytes = pml_tool_grow(buffer->bytes, &buffer->capacity, buffer->size + size + 1, 1);
}

void pml_buffer_put(pml_buffer *buffer, const char *bytes, size_t size)
{
    make_room(buffer, size);
    memcpy(buffer->bytes + buffer->size, bytes, size);
    buffer->size += size;
    buffer->bytes[buffer->size] = '\0';
}

void pml_buffer_text(pml_buffer *buffer, const char *text)
{
    pml_buffer_put(buffer, text, strlen(text));
}

void pml_buffer_repeat(pml_buffer *buffer, char c, size_t count)
{
    make_room(buffer, count);
    memset(buffer->bytes + buffer->size, c, count);
    buffer->size += count;
    buffer->bytes[buffer->size] = '\0';
}

void pml_buffer_format_list(pml_buffer *buffer, const char *format, va_list arguments)
{
    va_list again;
    va_copy(again, arguments);
    int size = vsnprintf(NULL, 0, format, arguments);
    if (size > 0) {
        make_room(buffer, (size_t)size);
        (void)vsnprintf(buffer->bytes + buffer->size, (size_t)size + 1, format, again);
        buffer->size += (size_t)size;
    }
    va_end(again);
}

void pml_buffer_format(pml_buffer *buffer, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    pml_buffer_format_list(buffer, format, arguments);
    va_end(arguments);
}

const char *pml_buffer_peek(const pml_buffer *buffer)
{
    return buffer->bytes != NULL ? buffer->bytes : "";
}

void pml_buffer_clear(pml_buffer *buffer)
{
    buffer->size = 0;
    if (buffer->bytes != NULL) {
        buffer->bytes[0] = '\0';
    }
}

void pml_buffer_free(pml_buffer *buffer)
{
    free(buffer->bytes);
    *buffer = (pml_buffer){.bytes = NULL};
}
