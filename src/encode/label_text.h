/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Takes rendered labels apart again: name="value",name2="value2", where a name may stand in quotes
 * as well. What is between quotes is escaped as the text formats have it.
 */
#ifndef PML_ENCODE_LABEL_TEXT_H
#define PML_ENCODE_LABEL_TEXT_H

#include "base/output.h"
#include "base/text.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

/* Text between quotes, or a name without any. Lent; not terminated. */
typedef struct pml_escaped {
    const char *bytes;
    size_t size;
    size_t plain_size; /* without the escaping; the same as size when there is none */
} pml_escaped;

typedef struct pml_rendered_label {
    pml_escaped name;
    pml_escaped value;
    bool is_name_quoted; /* and so not plain (base/name.h) */
} pml_rendered_label;

/* What is left of the labels of one series. */
typedef struct pml_label_text {
    const char *at;
    const char *end;
} pml_label_text;

static inline pml_label_text pml_label_text_begin(const char *labels, size_t size)
{
    return (pml_label_text){labels, labels + size};
}

/* ---- eight bytes at a time ------------------------------------------------------------------- */

#define PML_EACH_BYTE UINT64_C(0x0101010101010101)

/* The bytes of a text as a word whose lowest byte is the first. */
static inline uint64_t pml_load_word(const char *at)
{
    uint64_t word;
    memcpy(&word, at, sizeof word);
#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
    word = __builtin_bswap64(word);
#endif
    return word;
}

/* The highest bit of each byte that is this one, exact up to the first of them. */
static inline uint64_t pml_find_byte(uint64_t word, char byte)
{
    uint64_t differences = word ^ PML_EACH_BYTE * (unsigned char)byte;
    return (differences - PML_EACH_BYTE) & ~differences & PML_EACH_BYTE * 0x80;
}

/* The first of either byte at or behind `at`, or the end. */
static inline const char *pml_find_either(const char *at, const char *end, char a, char b)
{
    for (; (size_t)(end - at) >= sizeof(uint64_t); at += sizeof(uint64_t)) {
        uint64_t word = pml_load_word(at);
        uint64_t found = pml_find_byte(word, a) | pml_find_byte(word, b);
        if (found != 0) {
            return at + __builtin_ctzll(found) / 8;
        }
    }
    while (at < end && *at != a && *at != b) {
        at++;
    }
    return at;
}

/* ---- label by label -------------------------------------------------------------------------- */

/* For the functions below: the part for text with escapes, the first of them at `at`. */
const char *pml_escaped_read_on(const char *begin, const char *at, const char *end,
                                pml_escaped *text);

/* Reads up to the closing quote, or to the end when there is none, and returns where that is. */
static inline const char *pml_escaped_read(const char *begin, const char *end, pml_escaped *text)
{
    const char *at = pml_find_either(begin, end, '"', '\\');
    if (at < end && *at == '\\') {
        return pml_escaped_read_on(begin, at, end, text);
    }
    size_t size = (size_t)(at - begin);
    *text = (pml_escaped){begin, size, size};
    return at;
}

/* The same for the name of a label. Returns where the equals sign stands. */
static inline const char *pml_label_name_read(const char *begin, const char *end, pml_escaped *name)
{
    if (*begin == '"') {
        const char *quote = pml_escaped_read(begin + 1, end, name);
        return quote < end ? quote + 1 : end;
    }
    const char *at = pml_find_either(begin, end, '=', '=');
    size_t size = (size_t)(at - begin);
    *name = (pml_escaped){begin, size, size};
    return at;
}

/* Takes the next label off the text; false when there is none. Inlined, because encoders run
   through all labels more than once. */
static inline bool pml_label_text_next(pml_label_text *text, pml_rendered_label *label)
{
    if (text->at == text->end) {
        return false;
    }
    label->is_name_quoted = *text->at == '"';
    const char *at = pml_label_name_read(text->at, text->end, &label->name);
    if (text->end - at < 2) {
        return false; /* not what was rendered */
    }
    at = pml_escaped_read(at + 2, text->end, &label->value); /* behind =" */
    size_t left = (size_t)(text->end - at);
    text->at = at + (left < 2 ? left : 2); /* behind ", */
    return true;
}

/* ---- text by text ---------------------------------------------------------------------------- */

/* A text that stands for itself, such as a name of the family. */
static inline pml_escaped pml_escaped_plain(const pml_text *text)
{
    return (pml_escaped){text->bytes, text->size, text->size};
}

/* A text that was escaped as a whole, such as the name of a state. */
pml_escaped pml_escaped_whole(const pml_text *text);

/* For the function below: the part for text with escapes. */
void pml_escaped_append_slowly(pml_output *output, const pml_escaped *text);

/* Appends plain_size bytes: the text as it was before it was escaped. */
static inline void pml_escaped_append(pml_output *output, const pml_escaped *text)
{
    if (text->plain_size == text->size) {
        pml_output_append(output, text->bytes, text->size);
    } else {
        pml_escaped_append_slowly(output, text);
    }
}

#endif
