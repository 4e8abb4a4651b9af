/* SPDX-License-Identifier: Apache-2.0 */
/* How a text grows, and how what users wrote is quoted and repaired. */
#include "instrument/dashboard_draft.h"

#include <promlet/labels.h>

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define FIRST_CAPACITY 4096

/* ---- growing --------------------------------------------------------------------------------- */

/* Makes room for so many bytes and a NUL. */
static bool make_room(pml_draft *draft, size_t size)
{
    size_t capacity = draft->capacity > 0 ? draft->capacity : FIRST_CAPACITY;
    while (!draft->is_out_of_memory && capacity - draft->size <= size) {
        draft->is_out_of_memory = capacity > SIZE_MAX / 2;
        capacity *= 2;
    }
    if (draft->is_out_of_memory || capacity == draft->capacity) {
        return !draft->is_out_of_memory;
    }
    char *bytes = realloc(draft->bytes, capacity);
    if (bytes == NULL) {
        draft->is_out_of_memory = true;
        return false;
    }
    draft->bytes = bytes;
    draft->capacity = capacity;
    return true;
}

void pml_draft_put(pml_draft *draft, const char *bytes, size_t size)
{
    if (make_room(draft, size)) {
        memcpy(draft->bytes + draft->size, bytes, size);
        draft->size += size;
    }
}

void pml_draft_text(pml_draft *draft, const char *text)
{
    pml_draft_put(draft, text, strlen(text));
}

void pml_draft_clear(pml_draft *draft)
{
    draft->size = 0;
}

const char *pml_draft_peek(pml_draft *draft)
{
    if (!make_room(draft, 0)) {
        return "";
    }
    draft->bytes[draft->size] = '\0';
    return draft->bytes;
}

void pml_draft_free(pml_draft *draft)
{
    free(draft->bytes);
    *draft = (pml_draft){.bytes = NULL};
}

/* ---- quoting --------------------------------------------------------------------------------- */

/* A character that needs an escape, from what valid UTF-8 begins with; 0: it needs none. YAML takes
   no control characters, breaks lines at two more, and has no byte order mark within a document;
   the last two are no characters. */
static unsigned special(const unsigned char *at, size_t *size)
{
    static const struct {
        const char *bytes;
        unsigned code;
    } others[] = {{"\xe2\x80\xa8", 0x2028},
                  {"\xe2\x80\xa9", 0x2029},
                  {"\xef\xbb\xbf", 0xfeff},
                  {"\xef\xbf\xbe", 0xfffe},
                  {"\xef\xbf\xbf", 0xffff}};
    *size = 1;
    if (at[0] < ' ' || at[0] == '"' || at[0] == '\\' || at[0] == 0x7f) {
        return at[0];
    }
    if (at[0] == 0xc2 && at[1] < 0xa0) {
        *size = 2;
        return at[1];
    }
    for (size_t i = 0; i < sizeof others / sizeof others[0]; i++) {
        if (strncmp((const char *)at, others[i].bytes, 3) == 0) {
            *size = 3;
            return others[i].code;
        }
    }
    return 0;
}

static void put_escape(pml_draft *draft, unsigned code)
{
    char escape[8];
    if (code == '"' || code == '\\') {
        (void)snprintf(escape, sizeof escape, "\\%c", (int)code);
    } else if (code == '\n') {
        (void)snprintf(escape, sizeof escape, "\\n");
    } else {
        (void)snprintf(escape, sizeof escape, "\\u%04x", code & 0xffff);
    }
    pml_draft_text(draft, escape);
}

void pml_draft_quoted(pml_draft *draft, const char *text)
{
    pml_draft_text(draft, "\"");
    const char *plain = text;
    while (*text != '\0') {
        size_t size;
        unsigned code = special((const unsigned char *)text, &size);
        if (code == 0) {
            text++;
            continue;
        }
        pml_draft_put(draft, plain, (size_t)(text - plain));
        put_escape(draft, code);
        text += size;
        plain = text;
    }
    pml_draft_put(draft, plain, (size_t)(text - plain));
    pml_draft_text(draft, "\"");
}

/* ---- numbers and repair ---------------------------------------------------------------------- */

static bool is_of_number(char c)
{
    return (c >= '0' && c <= '9') || c == '-' || c == '+' || c == 'e';
}

void pml_draft_number(pml_draft *draft, double number)
{
    char digits[40];
    int precision = 15;
    do {
        (void)snprintf(digits, sizeof digits, "%.*g", precision, number);
        precision++;
    } while (precision <= 17 && strtod(digits, NULL) != number);
    /* What is no part of a number is the decimal point of the locale, in one byte or more. */
    bool has_point = false;
    for (const char *at = digits; *at != '\0'; at++) {
        bool is_point = !is_of_number(*at);
        if (!is_point || !has_point) {
            pml_draft_put(draft, is_point ? "." : at, 1);
        }
        has_point = has_point || is_point;
    }
}

char *pml_repaired_copy(const char *text)
{
    size_t length = strlen(text);
    size_t most = length <= (SIZE_MAX - 1) / 3 ? 3 * length + 1 : 0;
    char *copy = most > 0 ? malloc(most) : NULL;
    return copy != NULL ? (char *)promlet_label_value(copy, most, text, length) : NULL;
}

/* ---- what leaves ----------------------------------------------------------------------------- */

char *pml_draft_take(pml_draft *draft)
{
    (void)pml_draft_peek(draft);
    if (draft->is_out_of_memory) {
        pml_draft_free(draft);
        (void)promlet_set_last_error(PROMLET_ERROR_MEMORY, NULL);
        return NULL;
    }
    char *text = draft->bytes;
    *draft = (pml_draft){.bytes = NULL};
    return text;
}

promlet_status pml_draft_write(char *text, promlet_status status, promlet_write_fn write, void *ctx)
{
    size_t left = text != NULL ? strlen(text) : 0;
    for (const char *at = text; status == PROMLET_OK && left > 0;) {
        size_t size = left < PROMLET_PIECE_SIZE ? left : PROMLET_PIECE_SIZE;
        if (!write(at, size, ctx)) {
            status = promlet_set_last_error(PROMLET_ERROR_WRITER, "the writer asked to stop");
        }
        at += size;
        left -= size;
    }
    promlet_free(text);
    return status;
}
