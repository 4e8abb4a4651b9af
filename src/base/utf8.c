/* SPDX-License-Identifier: Apache-2.0 */
/* Checks and repairs UTF-8. Nearly all text is ASCII, so that is skipped a word at a time and the
 * rest is written for the reader. */
#include "base/utf8.h"

#include <string.h>

#define REPLACEMENT "\xef\xbf\xbd"
#define REPLACEMENT_SIZE 3

/* What a first byte says about its sequence: how long it is and which second bytes it may have.
 * Bytes after the second are always 80..BF. */
struct lead {
    unsigned char first;
    unsigned char last;
    unsigned char size;
    unsigned char second_min;
    unsigned char second_max;
};

/* Unicode, table 3-7. A lead byte that is in no row is never part of well-formed text. */
static const struct lead leads[] = {
    {0x00, 0x7f, 1, 0x00, 0x00}, {0xc2, 0xdf, 2, 0x80, 0xbf}, {0xe0, 0xe0, 3, 0xa0, 0xbf},
    {0xe1, 0xec, 3, 0x80, 0xbf}, {0xed, 0xed, 3, 0x80, 0x9f}, {0xee, 0xef, 3, 0x80, 0xbf},
    {0xf0, 0xf0, 4, 0x90, 0xbf}, {0xf1, 0xf3, 4, 0x80, 0xbf}, {0xf4, 0xf4, 4, 0x80, 0x8f},
};

/* The longest start of some text that is either one well-formed sequence, or a maximal ill-formed
 * subpart: the bytes up to the first one that no well-formed sequence could go on with. */
struct subpart {
    size_t size;
    bool is_valid;
};

static const struct lead *find_lead(unsigned char byte)
{
    for (size_t i = 0; i < sizeof leads / sizeof leads[0]; i++) {
        if (leads[i].first <= byte && byte <= leads[i].last) {
            return &leads[i];
        }
    }
    return NULL;
}

static bool continues(const struct lead *lead, size_t index, unsigned char byte)
{
    if (index == 1) {
        return lead->second_min <= byte && byte <= lead->second_max;
    }
    return 0x80 <= byte && byte <= 0xbf;
}

/* size is not zero. */
static struct subpart first_subpart(const char *text, size_t size)
{
    const struct lead *lead = find_lead((unsigned char)text[0]);
    if (lead == NULL) {
        return (struct subpart){.size = 1, .is_valid = false};
    }
    size_t index = 1;
    while (index < lead->size && index < size &&
           continues(lead, index, (unsigned char)text[index])) {
        index++;
    }
    return (struct subpart){.size = index, .is_valid = index == lead->size};
}

/* How many bytes at the start of text are certainly ASCII: whole words only. */
static size_t ascii_words_size(const char *text, size_t size)
{
    size_t done = 0;
    uint64_t word;
    while (size - done >= sizeof word) {
        memcpy(&word, text + done, sizeof word);
        if ((word & UINT64_C(0x8080808080808080)) != 0) {
            break;
        }
        done += sizeof word;
    }
    return done;
}

size_t pml_utf8_valid_size(const char *text, size_t size)
{
    size_t done = 0;
    while (done < size) {
        size_t skipped = ascii_words_size(text + done, size - done);
        done += skipped;
        if (done == size) {
            break;
        }
        struct subpart part = first_subpart(text + done, size - done);
        if (!part.is_valid) {
            break;
        }
        done += part.size;
    }
    return done;
}

bool pml_utf8_is_valid(const char *text, size_t size)
{
    return pml_utf8_valid_size(text, size) == size;
}

/* Appends at out + at unless there is nothing to write to, and returns the new end. */
static size_t append(char *out, size_t at, const char *text, size_t size)
{
    if (out != NULL && size != 0) {
        memcpy(out + at, text, size);
    }
    return at + size;
}

static bool is_inside_character(char byte)
{
    return ((unsigned char)byte & 0xc0) == 0x80;
}

/* The longest start of valid text, which is longer, that has so many bytes and ends where a
   character does. */
static size_t cut_size(const char *text, size_t most)
{
    while (most > 0 && is_inside_character(text[most])) {
        most--;
    }
    return most;
}

size_t pml_utf8_fit(const char *text, size_t size, size_t most, char *out, bool *is_cut)
{
    size_t written = 0;
    size_t done = 0;
    *is_cut = false;
    while (done < size) {
        size_t valid = pml_utf8_valid_size(text + done, size - done);
        if (valid > most - written) {
            *is_cut = true;
            return append(out, written, text + done, cut_size(text + done, most - written));
        }
        written = append(out, written, text + done, valid);
        done += valid;
        if (done < size && most - written < REPLACEMENT_SIZE) {
            *is_cut = true;
            return written;
        }
        if (done < size) {
            written = append(out, written, REPLACEMENT, REPLACEMENT_SIZE);
            done += first_subpart(text + done, size - done).size;
        }
    }
    return written;
}

size_t pml_utf8_repair(const char *text, size_t size, char *out)
{
    bool is_cut;
    return pml_utf8_fit(text, size, SIZE_MAX, out, &is_cut);
}

uint32_t pml_utf8_decode(const char *text, size_t size, size_t *code_size)
{
    static const unsigned char masks[] = {0x7f, 0x1f, 0x0f, 0x07};
    size_t end = 1;
    while (end < size && end < sizeof masks && is_inside_character(text[end])) {
        end++;
    }
    uint32_t code = (unsigned char)text[0] & masks[end - 1];
    for (size_t i = 1; i < end; i++) {
        code = code << 6 | ((unsigned char)text[i] & 0x3f);
    }
    *code_size = end;
    return code;
}
