/* SPDX-License-Identifier: Apache-2.0 */
/* The escaping of names, from the text of its specification (docs/utf8-names.md says where that
   leaves something open). */
#include "expected.h"

#include <stdio.h>

/* More than an escaped character has. */
#define MOST_ESCAPED 12

static unsigned long code_of(const unsigned char *at, size_t size)
{
    unsigned long code = size == 1 ? *at : *at & (0xffu >> (size + 1));
    for (size_t i = 1; i < size; i++) {
        code = code << 6 | (at[i] & 0x3f);
    }
    return code;
}

static void escape_one(char *out, unsigned long code, promlet_escaping escaping)
{
    if (escaping == PROMLET_ESCAPING_VALUES && code != '_') {
        (void)snprintf(out, MOST_ESCAPED, "_%lX_", code);
    } else if (escaping == PROMLET_ESCAPING_DOTS && code == '.') {
        (void)snprintf(out, MOST_ESCAPED, "_dot_");
    } else {
        bool is_doubled = code == '_' && escaping != PROMLET_ESCAPING_UNDERSCORES;
        (void)snprintf(out, MOST_ESCAPED, is_doubled ? "__" : "_");
    }
}

static char *escape(const char *name, bool is_label, promlet_escaping escaping)
{
    char *out = made_take(strlen(name) * MOST_ESCAPED + 4);
    size_t size = 0;
    if (escaping == PROMLET_ESCAPING_VALUES) {
        memcpy(out, "U__", 3);
        size = 3;
    }
    for (const char *at = name; *at != '\0';) {
        bool stays = (strict_is_letter(*at) && *at != '_') || (*at == ':' && !is_label) ||
                     (strict_is_digit(*at) && size > 0);
        if (stays) {
            out[size++] = *at++;
            continue;
        }
        size_t code_size = strict_utf8_size((const unsigned char *)at);
        escape_one(out + size, code_of((const unsigned char *)at, code_size), escaping);
        size += strlen(out + size);
        at += code_size;
    }
    out[size] = '\0';
    return out;
}

char *expect_name(const char *name, bool is_label, const promlet_encoding *encoding)
{
    bool is_old = encoding->format <= PROMLET_FORMAT_TEXT_0_0_4_EOF;
    bool is_raw = encoding->escaping == PROMLET_ESCAPING_ALLOW_UTF8 && !is_old;
    if (is_raw || made_is_plain(name, is_label)) {
        return strcpy(made_take(strlen(name) + 1), name);
    }
    bool is_special = encoding->escaping == PROMLET_ESCAPING_DOTS ||
                      encoding->escaping == PROMLET_ESCAPING_VALUES;
    return escape(name, is_label, is_special ? encoding->escaping : PROMLET_ESCAPING_UNDERSCORES);
}
