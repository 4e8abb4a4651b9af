/* SPDX-License-Identifier: Apache-2.0 */
/* Lines of a screen, and what has to be written so that a terminal shows them. */
#ifndef PML_TOOL_SCREEN_H
#define PML_TOOL_SCREEN_H

#include "tool/buffer.h"

#include <stdbool.h>
#include <stddef.h>

typedef enum pml_style { PML_STYLE_PLAIN, PML_STYLE_TITLE, PML_STYLE_ALERT } pml_style;

typedef struct pml_line {
    pml_buffer text;
    pml_style style;
} pml_line;

typedef struct pml_screen {
    size_t width; /* columns that are used of each line */
    bool has_utf8;
    pml_line *lines;
    size_t count;
    size_t capacity;
} pml_screen;

/* A new line at the end; lent until the next one. */
pml_line *pml_screen_add(pml_screen *screen, pml_style style);

/* How many columns a text takes, and puts it in so many of them: with spaces behind it or before
   it, or cut in its middle. What would move the cursor or is no UTF-8 is shown as a question mark,
   and so is what the terminal can't show. Each character is taken for one column wide. */
size_t pml_screen_columns(const pml_buffer *text);
void pml_screen_put_left(const pml_screen *screen, pml_buffer *to, const char *text,
                         size_t columns);
void pml_screen_put_right(const pml_screen *screen, pml_buffer *to, const char *text,
                          size_t columns);

void pml_screen_clear(pml_screen *screen);
void pml_screen_free(pml_screen *screen);

/* What turns one screen, which is shown, into another, by writing each line that differs. Only
   height lines of both are there. shown may be NULL: nobody knows what is shown. */
void pml_screen_paint(pml_buffer *out, const pml_screen *shown, const pml_screen *next,
                      size_t height, bool has_styles);

#endif
