/* SPDX-License-Identifier: Apache-2.0 */
/* Reads names, numbers and texts letter by letter. */
#include "support/strict_words.h"

#include <string.h>

bool strict_is_letter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}

bool strict_is_digit(char c)
{
    return c >= '0' && c <= '9';
}

char *strict_end_of_name(char *text, bool colon_allowed)
{
    char *at = text;
    while (strict_is_letter(*at) || (colon_allowed && *at == ':') ||
           (at > text && strict_is_digit(*at))) {
        at++;
    }
    return at;
}

const char *strict_skip_digits(const char *at)
{
    while (strict_is_digit(*at)) {
        at++;
    }
    return at;
}

bool strict_is_number(const char *text)
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

bool strict_is_integer(const char *text)
{
    const char *digits = text + (*text == '-');
    const char *end = strict_skip_digits(digits);
    return end > digits && *end == '\0';
}

size_t strict_utf8_size(const unsigned char *text)
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

bool strict_is_utf8(const char *text)
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

char *strict_unescape(char *text, bool is_quoted)
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
