/* SPDX-License-Identifier: Apache-2.0 */
/* What is rare in labels: escapes. */
#include "encode/label_text.h"

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
