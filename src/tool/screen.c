/* SPDX-License-Identifier: Apache-2.0 */
/* Text in columns, and ECMA-48 for what changed. Names of labels and metrics come from elsewhere,
   so no byte of them may steer the terminal. */
#include "tool/screen.h"

#include "tool/memory.h"

#include <stdlib.h>
#include <string.h>

pml_line *pml_screen_add(pml_screen *screen, pml_style style)
{
    size_t capacity = screen->capacity;
    screen->lines =
        pml_tool_grow(screen->lines, &screen->capacity, screen->count + 1, sizeof *screen->lines);
    for (; capacity < screen->capacity; capacity++) {
        screen->lines[capacity] = (pml_line){.style = PML_STYLE_PLAIN};
    }
    pml_line *line = &screen->lines[screen->count++];
    pml_buffer_clear(&line->text); /* it may have been used before */
    line->style = style;
    return line;
}

void pml_screen_clear(pml_screen *screen)
{
    screen->count = 0;
}

void pml_screen_free(pml_screen *screen)
{
    for (size_t i = 0; i < screen->capacity; i++) {
        pml_buffer_free(&screen->lines[i].text);
    }
    free(screen->lines);
    *screen = (pml_screen){.lines = NULL};
}

/* ---- characters ------------------------------------------------------------------------------ */

/* The bytes of the character that begins here; 0: it is none that may be shown. */
static size_t shown_size(const char *text, bool has_utf8)
{
    const unsigned char *bytes = (const unsigned char *)text;
    if (bytes[0] >= ' ' && bytes[0] < 0x7f) {
        return 1;
    }
    size_t size = bytes[0] >= 0xf0 && bytes[0] < 0xf5   ? 4
                  : bytes[0] >= 0xe0 && bytes[0] < 0xf0 ? 3
                  : bytes[0] >= 0xc2 && bytes[0] < 0xe0 ? 2
                                                        : 0;
    for (size_t i = 1; i < size; i++) {
        if ((bytes[i] & 0xc0) != 0x80) {
            return 0;
        }
    }
    bool is_control = bytes[0] == 0xc2 && bytes[1] < 0xa0; /* C1 */
    return has_utf8 && !is_control ? size : 0;
}

/* Behind a character that can't be shown, and behind the rest of its bytes. */
static const char *skip_hidden(const char *text)
{
    do {
        text++;
    } while (((unsigned char)*text & 0xc0) == 0x80);
    return text;
}

/* Puts characters, at most so many; returns what is behind them. */
static const char *put_characters(const pml_screen *screen, pml_buffer *to, const char *text,
                                  size_t count)
{
    for (; *text != '\0' && count > 0; count--) {
        size_t size = shown_size(text, screen->has_utf8);
        if (size > 0) {
            pml_buffer_put(to, text, size);
            text += size;
        } else {
            pml_buffer_text(to, "?");
            text = skip_hidden(text);
        }
    }
    return text;
}

static size_t count_characters(const pml_screen *screen, const char *text)
{
    size_t count = 0;
    for (; *text != '\0'; count++) {
        size_t size = shown_size(text, screen->has_utf8);
        text = size > 0 ? text + size : skip_hidden(text);
    }
    return count;
}

size_t pml_screen_columns(const pml_buffer *text)
{
    size_t count = 0;
    for (size_t i = 0; i < text->size; i++) {
        count += ((unsigned char)text->bytes[i] & 0xc0) != 0x80;
    }
    return count;
}

/* The end of a name says most of the time more than its middle. */
static void put_cut(const pml_screen *screen, pml_buffer *to, const char *text, size_t length,
                    size_t columns)
{
    size_t start = columns * 2 / 3;
    size_t end = columns - start - 1;
    (void)put_characters(screen, to, text, start);
    pml_buffer_text(to, screen->has_utf8 ? "\xe2\x80\xa6" : "~");
    for (size_t skipped = length - end; skipped > 0; skipped--) {
        size_t size = shown_size(text, screen->has_utf8);
        text = size > 0 ? text + size : skip_hidden(text);
    }
    (void)put_characters(screen, to, text, end);
}

static void put(const pml_screen *screen, pml_buffer *to, const char *text, size_t columns,
                bool is_right)
{
    size_t length = count_characters(screen, text);
    size_t blanks = length < columns ? columns - length : 0;
    pml_buffer_repeat(to, ' ', is_right ? blanks : 0);
    if (length > columns && columns > 0) {
        put_cut(screen, to, text, length, columns);
    } else {
        (void)put_characters(screen, to, text, columns);
    }
    pml_buffer_repeat(to, ' ', is_right ? 0 : blanks);
}

void pml_screen_put_left(const pml_screen *screen, pml_buffer *to, const char *text, size_t columns)
{
    put(screen, to, text, columns, false);
}

void pml_screen_put_right(const pml_screen *screen, pml_buffer *to, const char *text,
                          size_t columns)
{
    put(screen, to, text, columns, true);
}

/* ---- painting -------------------------------------------------------------------------------- */

static const pml_line nothing = {.style = PML_STYLE_PLAIN};

static const pml_line *line_at(const pml_screen *screen, size_t index)
{
    return index < screen->count ? &screen->lines[index] : &nothing;
}

static bool is_same_line(const pml_line *one, const pml_line *other)
{
    return one->style == other->style && one->text.size == other->text.size &&
           strcmp(pml_buffer_peek(&one->text), pml_buffer_peek(&other->text)) == 0;
}

static void paint_line(pml_buffer *out, const pml_line *line, size_t row, bool has_styles)
{
    static const char *const begins[] = {
        [PML_STYLE_PLAIN] = "", [PML_STYLE_TITLE] = "\033[1m", [PML_STYLE_ALERT] = "\033[1;31m"};
    bool is_styled = has_styles && line->style != PML_STYLE_PLAIN;
    /* Erased first: behind a full line the cursor stands on its last character. */
    pml_buffer_format(out, "\033[%zu;1H\033[K", row + 1);
    pml_buffer_text(out, is_styled ? begins[line->style] : "");
    pml_buffer_put(out, pml_buffer_peek(&line->text), line->text.size);
    pml_buffer_text(out, is_styled ? "\033[0m" : "");
}

void pml_screen_paint(pml_buffer *out, const pml_screen *shown, const pml_screen *next,
                      size_t height, bool has_styles)
{
    if (shown == NULL) {
        pml_buffer_text(out, "\033[H\033[2J"); /* to the corner, and all empty */
    }
    for (size_t row = 0; row < height; row++) {
        const pml_line *line = line_at(next, row);
        const pml_line *before = shown != NULL ? line_at(shown, row) : &nothing;
        if (!is_same_line(before, line)) {
            paint_line(out, line, row, has_styles);
        }
    }
}
