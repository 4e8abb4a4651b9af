/* SPDX-License-Identifier: Apache-2.0 */
/* Text that grows. It always ends with a NUL that is not counted, once something was put. */
#ifndef PML_TOOL_BUFFER_H
#define PML_TOOL_BUFFER_H

#include <stdarg.h>
#include <stddef.h>

typedef struct pml_buffer {
    char *bytes; /* NULL: nothing was put yet */
    size_t size;
    size_t capacity;
} pml_buffer;

void pml_buffer_put(pml_buffer *buffer, const char *bytes, size_t size);
void pml_buffer_text(pml_buffer *buffer, const char *text);
void pml_buffer_repeat(pml_buffer *buffer, char c, size_t count);
void pml_buffer_format(pml_buffer *buffer, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
void pml_buffer_format_list(pml_buffer *buffer, const char *format, va_list arguments)
    __attribute__((format(printf, 2, 0)));

/* The text, "" when nothing was put; lent until the next change. */
const char *pml_buffer_peek(const pml_buffer *buffer);

void pml_buffer_clear(pml_buffer *buffer);
void pml_buffer_free(pml_buffer *buffer);

#endif
