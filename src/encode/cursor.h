/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Where the next byte of an output goes, in variables of the function that writes a line: a line
 * consists of many small parts, and the compiler can keep these in registers. Open it, put, close
 * it; nothing else appends to the output meanwhile. It must not be handed to a function that is not
 * inlined other than by value, or it would live in memory after all.
 */
#ifndef PML_ENCODE_CURSOR_H
#define PML_ENCODE_CURSOR_H

#include "base/number.h"
#include "base/output.h"
#include "base/text.h"

#include <stdint.h>
#include <string.h>

typedef struct pml_cursor {
    pml_output *output;
    char *at;
    const char *end; /* of the room that the output has */
} pml_cursor;

static inline pml_cursor pml_cursor_open(pml_output *output)
{
    return (pml_cursor){output, output->data + output->size, output->data + output->capacity};
}

static inline void pml_cursor_close(const pml_cursor *to)
{
    to->output->size = (size_t)(to->at - to->output->data);
}

/* For the functions below: the part that does not fit. */
pml_cursor pml_put_slowly(pml_cursor to, const char *bytes, size_t size);

static inline void pml_put(pml_cursor *to, const char *bytes, size_t size)
{
    if (size <= (size_t)(to->end - to->at)) {
        memcpy(to->at, bytes, size);
        to->at += size;
    } else {
        *to = pml_put_slowly(*to, bytes, size);
    }
}

static inline void pml_put_text(pml_cursor *to, const pml_text *text)
{
    pml_put(to, text->bytes, text->size);
}

/* The same for a few bytes: no call, which would take longer than the copy. */
static inline void pml_put_short_text(pml_cursor *to, const pml_text *text)
{
    const char *bytes = text->bytes;
    size_t size = text->size;
    if (size - 1 >= 16 || size > (size_t)(to->end - to->at)) {
        pml_put(to, bytes, size);
        return;
    }
    char *at = to->at;
    if (size >= 8) {
        memcpy(at, bytes, 8);
        memcpy(at + size - 8, bytes + size - 8, 8);
    } else if (size >= 4) {
        memcpy(at, bytes, 4);
        memcpy(at + size - 4, bytes + size - 4, 4);
    } else {
        at[0] = bytes[0];
        at[size / 2] = bytes[size / 2];
        at[size - 1] = bytes[size - 1];
    }
    to->at += size;
}

#define pml_put_literal(to, literal) pml_put((to), "" literal, sizeof(literal) - 1)

/* Room for a number: where the next byte goes, or, at the end of a piece, memory of the caller. */
static inline char *pml_number_room(const pml_cursor *to, char *apart)
{
    return to->end - to->at >= PML_NUMBER_SIZE ? to->at : apart;
}

/* Ends what was formatted there. */
static inline void pml_put_formatted(pml_cursor *to, const char *room, size_t size)
{
    if (room == to->at) {
        to->at += size;
    } else {
        pml_put(to, room, size);
    }
}

static inline void pml_put_u64(pml_cursor *to, uint64_t value)
{
    char apart[PML_NUMBER_SIZE];
    char *room = pml_number_room(to, apart);
    pml_put_formatted(to, room, pml_format_u64(value, room));
}

static inline void pml_put_double(pml_cursor *to, double value)
{
    char apart[PML_NUMBER_SIZE];
    char *room = pml_number_room(to, apart);
    pml_put_formatted(to, room, pml_format_double(value, room));
}

#endif
