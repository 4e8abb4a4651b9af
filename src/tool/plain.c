/* SPDX-License-Identifier: Apache-2.0 */
/* Control characters are those below the space, DEL, and U+0080 to U+009F, which some terminals
   take as bytes and others as characters. */
#include "tool/plain.h"

#include <stdio.h>
#include <unistd.h>

/* How many bytes behind the first one a character has; 0 for ASCII and for what begins none. */
static size_t followers_of(unsigned char first)
{
    return first >= 0xf0 && first < 0xf5   ? 3
           : first >= 0xe0 && first < 0xf0 ? 2
           : first >= 0xc2 && first < 0xe0 ? 1
                                           : 0;
}

/* The bytes of the character that begins here and may be shown; 0: there is none. */
static size_t shown_size(const unsigned char *text, size_t size)
{
    size_t followers = followers_of(text[0]);
    if (followers == 0) {
        return text[0] >= ' ' && text[0] < 0x7f;
    }
    for (size_t i = 1; i <= followers; i++) {
        if (i >= size || (text[i] & 0xc0) != 0x80) {
            return 0;
        }
    }
    return text[0] == 0xc2 && text[1] < 0xa0 ? 0 : 1 + followers;
}

void pml_make_plain(char *text, size_t size)
{
    for (size_t i = 0; i < size;) {
        size_t shown = shown_size((const unsigned char *)text + i, size - i);
        if (shown == 0) {
            text[i] = '?';
        }
        i += shown > 0 ? shown : 1;
    }
}

bool pml_print_line(pml_buffer *line)
{
    if (line->size > 0 && isatty(STDOUT_FILENO)) {
        pml_make_plain(line->bytes, line->size);
    }
    pml_buffer_text(line, "\n");
    bool is_written = fwrite(line->bytes, 1, line->size, stdout) == line->size;
    pml_buffer_clear(line);
    return is_written;
}
