/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Takes rendered labels apart again: name="value",name2="value2", where a name may stand in quotes
 * as well. What is between quotes is escaped as the text formats have it.
 */
#ifndef PML_SNAPSHOT_LABEL_TEXT_H
#define PML_SNAPSHOT_LABEL_TEXT_H

#include "base/output.h"
#include "base/text.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#if defined(__SSE2__)
#include <emmintrin.h>
#endif

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

/* ---- labels that need no closer look --------------------------------------------------------- */

/* A text whose names are plain is looked at in windows of 64 bytes, of which it is learned at once
   where all quotes are. Searching one quote after the other has to wait for each. */
typedef struct pml_plain_labels {
    const char *text;
    size_t size;
    size_t window;      /* where it begins */
    uint64_t quotes;    /* a bit for each in the window that is behind what was read */
    size_t next;        /* where the next label begins */
    bool has_backslash; /* and can't be read on */
} pml_plain_labels;

/* Sixteen bytes; what is done with them is done with each. */
typedef unsigned char pml_bytes __attribute__((vector_size(16)));

enum { PML_BYTES_SIZE = 16, PML_WINDOW_SIZE = 64 };

static inline pml_bytes pml_bytes_load(const char *from)
{
    pml_bytes bytes;
    memcpy(&bytes, from, sizeof bytes);
    return bytes;
}

/* A bit for each byte that is 255, where all others are 0. */
#if defined(__SSE2__)
static inline uint64_t pml_bits_of(pml_bytes bytes)
{
    return (uint64_t)_mm_movemask_epi8((__m128i)bytes);
}
#else
static inline uint64_t pml_bits_of(pml_bytes bytes)
{
    const pml_bytes bits = {1, 2, 4, 8, 16, 32, 64, 128, 1, 2, 4, 8, 16, 32, 64, 128};
    uint64_t halves[2];
    bytes &= bits;
    memcpy(halves, &bytes, sizeof halves);
    /* The highest byte of the product is the sum of all bytes. */
    return halves[0] * PML_EACH_BYTE >> 56 | halves[1] * PML_EACH_BYTE >> 56 << 8;
}
#endif

static inline void pml_plain_labels_look(pml_plain_labels *labels)
{
    const char *window = labels->text + labels->window;
    size_t left = labels->size - labels->window;
    size_t size = left < PML_WINDOW_SIZE ? left : PML_WINDOW_SIZE;
    pml_bytes backslashes = {0};
    uint64_t quotes = 0;
    size_t at = 0;
    for (; size - at >= PML_BYTES_SIZE; at += PML_BYTES_SIZE) {
        pml_bytes bytes = pml_bytes_load(window + at);
        quotes |= pml_bits_of((pml_bytes)(bytes == '"')) << at;
        backslashes |= (pml_bytes)(bytes == '\\');
    }
    size_t rest = size - at;
    if (rest > 0) {
        /* What is less than a block is read with bytes from before it, if there are some. */
        bool is_alone = labels->window + size < PML_BYTES_SIZE;
        char apart[PML_BYTES_SIZE] = {0};
        if (is_alone) {
            memcpy(apart + PML_BYTES_SIZE - size, window, size);
        }
        pml_bytes bytes = pml_bytes_load(is_alone ? apart : window + size - PML_BYTES_SIZE);
        quotes |= pml_bits_of((pml_bytes)(bytes == '"')) >> (PML_BYTES_SIZE - rest) << at;
        backslashes |= (pml_bytes)(bytes == '\\');
    }
    labels->quotes = quotes;
    labels->has_backslash = pml_bits_of(backslashes) != 0;
}

static inline pml_plain_labels pml_plain_labels_begin(const char *text, size_t size)
{
    pml_plain_labels labels = {text, size, 0, 0, 0, false};
    pml_plain_labels_look(&labels);
    return labels;
}

/* The place of the next quote; false if there is none. */
static inline bool pml_plain_labels_quote(pml_plain_labels *labels, size_t *at)
{
    while (labels->quotes == 0) {
        if (labels->has_backslash || labels->size - labels->window <= PML_WINDOW_SIZE) {
            return false;
        }
        labels->window += PML_WINDOW_SIZE;
        pml_plain_labels_look(labels);
    }
    *at = labels->window + (size_t)__builtin_ctzll(labels->quotes);
    labels->quotes &= labels->quotes - 1;
    return !labels->has_backslash;
}

/* A label's text without its last quote: name="value */
typedef struct pml_plain_label {
    const char *text;
    size_t size;
    size_t name_size;
} pml_plain_label;

/* Takes the next label off; false when there is none, or if it takes a closer look. */
static inline bool pml_plain_labels_next(pml_plain_labels *labels, pml_plain_label *label)
{
    size_t begin = labels->next;
    size_t opening;
    size_t closing;
    if (!pml_plain_labels_quote(labels, &opening) || !pml_plain_labels_quote(labels, &closing) ||
        opening <= begin) {
        return false;
    }
    *label = (pml_plain_label){labels->text + begin, closing - begin, opening - 1 - begin};
    labels->next = closing + 2; /* behind ", */
    return true;
}

/* Whether all labels were read. */
static inline bool pml_plain_labels_are_read(const pml_plain_labels *labels)
{
    return labels->next == labels->size + (labels->size > 0); /* no comma behind the last one */
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

/* Rising order of the bytes that are escaped. */
int pml_escaped_compare(const pml_escaped *a, const pml_escaped *b);

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
