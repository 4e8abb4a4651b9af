/* SPDX-License-Identifier: Apache-2.0 */
/* What is rare in labels, escapes, and their order. */
#include "snapshot/label_text.h"

const char *pml_escaped_read_on(const char *begin, const char *at, const char *end,
                                pml_escaped *text)
{
    size_t escapes = 0;
    while (end - at >= 2 && *at == '\\') {
        escapes++;
        at = pml_find_either(at + 2, end, '"', '\\');
    }
    size_t size = (size_t)(at - begin);
    *text = (pml_escaped){begin, size, size - escapes};
    return at;
}

pml_escaped pml_escaped_whole(const pml_text *text)
{
    pml_escaped whole;
    (void)pml_escaped_read(text->bytes, text->bytes + text->size, &whole);
    return whole;
}

void pml_escaped_append_slowly(pml_output *output, const pml_escaped *text)
{
    const char *end = text->bytes + text->size;
    for (const char *at = text->bytes; at < end;) {
        const char *escape = pml_find_either(at, end, '\\', '\\');
        pml_output_append(output, at, (size_t)(escape - at));
        at = escape;
        if (at < end) {
            pml_output_append(output, at[1] == 'n' ? "\n" : at + 1, 1);
            at += 2;
        }
    }
}

/* Takes one byte, unescaped, and returns where the next one begins. */
static const char *take_byte(const char *at, unsigned char *byte)
{
    if (*at == '\\') {
        at++;
        *byte = *at == 'n' ? '\n' : (unsigned char)*at;
    } else {
        *byte = (unsigned char)*at;
    }
    return at + 1;
}

int pml_escaped_compare(const pml_escaped *a, const pml_escaped *b)
{
    const char *left = a->bytes;
    const char *right = b->bytes;
    const char *left_end = left + a->size;
    const char *right_end = right + b->size;
    while (left < left_end && right < right_end) {
        unsigned char one;
        unsigned char other;
        left = take_byte(left, &one);
        right = take_byte(right, &other);
        if (one != other) {
            return one < other ? -1 : 1;
        }
    }
    return (left < left_end) - (right < right_end);
}
