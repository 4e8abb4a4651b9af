/* SPDX-License-Identifier: Apache-2.0 */
/* For strict_document.h: names, numbers and texts as the text format 0.0.4 writes them. */
#ifndef TESTS_SUPPORT_STRICT_WORDS_H
#define TESTS_SUPPORT_STRICT_WORDS_H

#include <stdbool.h>
#include <stddef.h>
#include <string.h>

static inline bool strict_is_letter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}

static inline bool strict_is_digit(char c)
{
    return c >= '0' && c <= '9';
}

/* Where the name at the start of a text ends; the text itself when there is none. */
static inline char *strict_end_of_name(char *text, bool colon_allowed)
{
    char *at = text;
    while (strict_is_letter(*at) || (colon_allowed && *at == ':') ||
           (at > text && strict_is_digit(*at))) {
        at++;
    }
    return at;
}

static inline const char *strict_skip_digits(const char *at)
{
    while (strict_is_digit(*at)) {
        at++;
    }
    return at;
}

/* A number as promlet writes it: what Go's ParseFloat reads, without its hexadecimal forms,
   underscores and other spellings of the infinities. */
static inline bool strict_is_number(const char *text)
{
    if (strcmp(text, "NaN") == 0 || strcmp(text, "+Inf") == 0 || strcmp(text, "-Inf") == 0) {
        return true;
    }
    const char *at = text + (*text == '-');
    const char *digits = at;
    at = strict_skip_digits(at);
    bool has_digits = at > digits;
    if (*at == '.') {
        digits = at + 1;
        at = strict_skip_digits(digits);
        has_digits = has_digits && at > digits;
    }
    if (has_digits && *at == 'e') {
        digits = at + 1 + (at[1] == '+' || at[1] == '-');
        at = strict_skip_digits(digits);
        has_digits = at > digits;
    }
    return has_digits && *at == '\0';
}

static inline bool strict_is_integer(const char *text)
{
    const char *digits = text + (*text == '-');
    const char *end = strict_skip_digits(digits);
    return end > digits && *end == '\0';
}

/* The code point that well-formed UTF-8 has at the start of a text, and its size; 0 if it is not
   well-formed. Computed from the bits, unlike the library's table. */
static inline size_t strict_utf8_size(const unsigned char *text)
{
    static const unsigned long least[] = {0, 0, 0x80, 0x800, 0x10000};
    size_t size = text[0] < 0x80             ? 1
                  : (text[0] & 0xe0) == 0xc0 ? 2
                  : (text[0] & 0xf0) == 0xe0 ? 3
                  : (text[0] & 0xf8) == 0xf0 ? 4
                                             : 0;
    unsigned long code = size == 1 ? text[0] : size == 0 ? 0 : text[0] & (0xffu >> (size + 1));
    for (size_t i = 1; i < size; i++) {
        if ((text[i] & 0xc0) != 0x80) {
            return 0;
        }
        code = code << 6 | (text[i] & 0x3f);
    }
    bool is_allowed =
        size > 0 && code >= least[size] && code <= 0x10ffff && (code < 0xd800 || code > 0xdfff);
    return is_allowed ? size : 0;
}

static inline bool strict_is_utf8(const char *text)
{
    const unsigned char *at = (const unsigned char *)text;
    while (*at != '\0') {
        size_t size = strict_utf8_size(at);
        if (size == 0) {
            return false;
        }
        at += size;
    }
    return true;
}

/* Undoes the escaping in place, up to the closing quote, or to the end when there is none to be.
   Returns where the text went on; NULL for an escape that the format does not know. */
static inline char *strict_unescape(char *text, bool is_quoted)
{
    char *out = text;
    char *at = text;
    for (; *at != '\0' && !(is_quoted && *at == '"'); at++) {
        if (*at != '\\') {
            *out++ = *at;
            continue;
        }
        at++;
        if (*at != '\\' && *at != 'n' && !(is_quoted && *at == '"')) {
            return NULL;
        }
        *out++ = *at == 'n' ? '\n' : *at;
    }
    bool is_closed = !is_quoted || *at == '"';
    char *rest = is_closed ? at + is_quoted : NULL;
    *out = '\0';
    return rest;
}

#endif
