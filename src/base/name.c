/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Escaping of names. Where the code of other libraries differs from the specification, this follows
 * the specification: under `dots` any other character is one underscore, the digits of `values`
 * are upper-case, and names that are plain stay what they are under each scheme.
 */
#include "base/name.h"

#include "base/utf8.h"

#include <stdint.h>
#include <string.h>

const char *pml_scheme_text(pml_scheme scheme)
{
    static const char *const texts[] = {[PML_SCHEME_UNDERSCORES] = "underscores",
                                        [PML_SCHEME_DOTS] = "dots",
                                        [PML_SCHEME_VALUES] = "values"};
    return texts[scheme];
}

/* ---- plain names ----------------------------------------------------------------------------- */

/* <ctype.h> would ask the locale. */
static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static bool is_plain_start(pml_name_role role, char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' ||
           (c == ':' && role == PML_NAME_METRIC);
}

bool pml_name_is_plain(pml_name_role role, const char *name, size_t size)
{
    if (size == 0 || is_digit(name[0])) {
        return false;
    }
    for (size_t i = 0; i < size; i++) {
        if (!is_plain_start(role, name[i]) && !is_digit(name[i])) {
            return false;
        }
    }
    return true;
}

/* ---- escaping -------------------------------------------------------------------------------- */

pml_escaper pml_escaper_start(pml_name_role role, const char *name, size_t size, pml_scheme scheme)
{
    return (pml_escaper){.at = name,
                         .end = name + size,
                         .role = role,
                         .scheme = scheme,
                         .is_plain = pml_name_is_plain(role, name, size)};
}

pml_escaper pml_escaper_start_quoted(pml_name_role role, const char *name, size_t size,
                                     pml_scheme scheme)
{
    return (pml_escaper){
        .at = name, .end = name + size, .role = role, .scheme = scheme, .is_quoted = true};
}

static bool stays(const pml_escaper *self, bool is_first, char c)
{
    if (is_digit(c)) {
        /* Behind the U__ of `values` a digit is never the first character. */
        return !is_first || self->scheme == PML_SCHEME_VALUES;
    }
    return is_plain_start(self->role, c) && (c != '_' || self->scheme == PML_SCHEME_UNDERSCORES);
}

/* The code of the next character, which is then behind. */
static uint32_t read_code(pml_escaper *self)
{
    if (self->is_quoted && *self->at == '\\') {
        self->at += 2;
        return self->at[-1] == 'n' ? '\n' : (uint32_t)(unsigned char)self->at[-1];
    }
    size_t size;
    uint32_t code = pml_utf8_decode(self->at, (size_t)(self->end - self->at), &size);
    self->at += size;
    return code;
}

static size_t write_code(char *out, uint32_t code)
{
    int shift = 0;
    while (code >> shift >= 16) {
        shift += 4;
    }
    char *at = out;
    *at++ = '_';
    for (; shift >= 0; shift -= 4) {
        *at++ = "0123456789ABCDEF"[code >> shift & 15];
    }
    *at++ = '_';
    return (size_t)(at - out);
}

static size_t own_piece(pml_escaper *self, const char *text, const char **piece)
{
    *piece = text;
    self->is_begun = true;
    return strlen(text);
}

/* What stands for a character that does not stay. */
static size_t escape_one(pml_escaper *self, const char **piece)
{
    uint32_t code = read_code(self);
    switch (self->scheme) {
    case PML_SCHEME_DOTS:
        return own_piece(self, code == '.' ? "_dot_" : code == '_' ? "__" : "_", piece);
    case PML_SCHEME_VALUES:
        if (code != '_') {
            *piece = self->own;
            return write_code(self->own, code);
        }
        return own_piece(self, "__", piece);
    default:
        return own_piece(self, "_", piece);
    }
}

size_t pml_escaper_next(pml_escaper *self, const char **piece)
{
    if (self->scheme == PML_SCHEME_VALUES && !self->is_plain && !self->is_begun) {
        return own_piece(self, "U__", piece);
    }
    const char *first = self->at;
    bool is_first = !self->is_begun;
    while (self->at < self->end && (self->is_plain || stays(self, is_first, *self->at))) {
        self->at++;
        is_first = false;
    }
    if (self->at == first && self->at < self->end) {
        return escape_one(self, piece);
    }
    self->is_begun = true;
    *piece = first;
    return (size_t)(self->at - first);
}

size_t pml_escaper_size(pml_escaper escaper)
{
    const char *piece;
    size_t total = 0;
    for (size_t size; (size = pml_escaper_next(&escaper, &piece)) > 0;) {
        total += size;
    }
    return total;
}

char *pml_escaper_write(pml_escaper escaper, char *out)
{
    const char *piece;
    for (size_t size; (size = pml_escaper_next(&escaper, &piece)) > 0;) {
        memcpy(out, piece, size);
        out += size;
    }
    return out;
}

bool pml_escaper_are_same(pml_escaper a, pml_escaper b)
{
    const char *a_piece = NULL;
    const char *b_piece = NULL;
    size_t a_size = 0;
    size_t b_size = 0;
    for (;;) {
        a_size = a_size > 0 ? a_size : pml_escaper_next(&a, &a_piece);
        b_size = b_size > 0 ? b_size : pml_escaper_next(&b, &b_piece);
        size_t size = a_size < b_size ? a_size : b_size;
        if (size == 0) {
            return a_size == b_size;
        }
        if (memcmp(a_piece, b_piece, size) != 0) {
            return false;
        }
        a_piece += size;
        b_piece += size;
        a_size -= size;
        b_size -= size;
    }
}
