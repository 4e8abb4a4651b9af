/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The wire format of protobuf (protobuf.dev, "Encoding"). Each field goes to an output or is only
 * counted, since the length of a message stands before it: what puts the fields of a message is run
 * twice, or its length is put behind them, where all of it is in memory.
 */
#ifndef PML_ENCODE_WIRE_H
#define PML_ENCODE_WIRE_H

#include "base/output.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

typedef struct pml_wire {
    pml_output *output;            /* NULL: the bytes are counted */
    uint64_t size;                 /* how many were; of no meaning when they are written */
    const struct pml_names *names; /* how names are written; NULL: they are plain */
} pml_wire;

enum pml_wire_type { PML_WIRE_VARINT = 0, PML_WIRE_FIXED64 = 1, PML_WIRE_SIZED = 2 };

#define PML_VARINT_SIZE 10

/* A tag and a number behind it. */
#define PML_WIRE_FIELD_SIZE (2 * PML_VARINT_SIZE)

/* The highest bit / 7 + 1, without a division: 9 / 64 is near enough up to 63. */
static inline size_t pml_varint_size(uint64_t value)
{
    unsigned highest_bit = 63 ^ (unsigned)__builtin_clzll(value | 1);
    return (highest_bit * 9 + 73) / 64;
}

static inline char *pml_varint_write(char *out, uint64_t value)
{
    for (; value >= 0x80; value >>= 7) {
        *out++ = (char)(value | 0x80);
    }
    *out++ = (char)value;
    return out;
}

/* Signed numbers of either sign and small size as small unsigned ones. */
static inline uint64_t pml_zigzag(int64_t value)
{
    return value < 0 ? ~(uint64_t)value << 1 | 1 : (uint64_t)value << 1;
}

static inline uint64_t pml_wire_tag(unsigned field, enum pml_wire_type type)
{
    return (uint64_t)field << 3 | type;
}

/* ---- fields in memory ------------------------------------------------------------------------ */

/* Each returns where it ends. */
static inline char *pml_tagged_write(char *out, unsigned field, enum pml_wire_type type,
                                     uint64_t value)
{
    return pml_varint_write(pml_varint_write(out, pml_wire_tag(field, type)), value);
}

static inline char *pml_fixed64_write(char *out, unsigned field, uint64_t bits)
{
    out = pml_varint_write(out, pml_wire_tag(field, PML_WIRE_FIXED64));
#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
    bits = __builtin_bswap64(bits);
#endif
    memcpy(out, &bits, sizeof bits);
    return out + sizeof bits;
}

static inline char *pml_bytes_write(char *out, unsigned field, const char *bytes, size_t size)
{
    out = pml_tagged_write(out, field, PML_WIRE_SIZED, size);
    memcpy(out, bytes, size);
    return out + size;
}

/* Where so many bytes can be written: in the output, or else in the spare memory. Small fields are
   most of a document, and copying each would take longer than making it. */
static inline char *pml_wire_room(const pml_output *output, size_t size, char *spare)
{
    return output->capacity - output->size >= size ? output->data + output->size : spare;
}

/* Where they were written up to, and where the room was. */
static inline void pml_wire_advance(pml_output *output, const char *end, const char *room,
                                    const char *spare)
{
    size_t size = (size_t)(end - room);
    if (room == spare) {
        pml_output_append(output, spare, size);
    } else {
        output->size += size;
    }
}

/* ---- fields of an output, or counted --------------------------------------------------------- */

/* A number without a tag. */
static inline void pml_wire_put_varint(pml_wire *wire, uint64_t value)
{
    if (wire->output == NULL) {
        wire->size += pml_varint_size(value);
        return;
    }
    char spare[PML_VARINT_SIZE];
    char *room = pml_wire_room(wire->output, sizeof spare, spare);
    pml_wire_advance(wire->output, pml_varint_write(room, value), room, spare);
}

static inline void pml_wire_put_tagged(pml_wire *wire, unsigned field, enum pml_wire_type type,
                                       uint64_t value)
{
    if (wire->output == NULL) {
        wire->size += pml_varint_size(pml_wire_tag(field, type)) + pml_varint_size(value);
        return;
    }
    char spare[PML_WIRE_FIELD_SIZE];
    char *room = pml_wire_room(wire->output, sizeof spare, spare);
    pml_wire_advance(wire->output, pml_tagged_write(room, field, type, value), room, spare);
}

/* Fields of the types uint64, uint32, int64 and enum; the others by pml_zigzag(). */
static inline void pml_wire_put_u64(pml_wire *wire, unsigned field, uint64_t value)
{
    pml_wire_put_tagged(wire, field, PML_WIRE_VARINT, value);
}

/* The head of a field of so many bytes: a string, a message, packed numbers. They come next. */
static inline void pml_wire_put_head(pml_wire *wire, unsigned field, uint64_t size)
{
    pml_wire_put_tagged(wire, field, PML_WIRE_SIZED, size);
}

/* The same for what a function would put next, whose size is known. True if it is to be put: when
   bytes are counted, these are already. */
static inline bool pml_wire_begin(pml_wire *wire, unsigned field, uint64_t size)
{
    pml_wire_put_head(wire, field, size);
    wire->size += size;
    return wire->output != NULL;
}

static inline void pml_wire_put_fixed64(pml_wire *wire, unsigned field, uint64_t bits)
{
    if (wire->output == NULL) {
        wire->size += pml_varint_size(pml_wire_tag(field, PML_WIRE_FIXED64)) + sizeof bits;
        return;
    }
    char spare[PML_WIRE_FIELD_SIZE];
    char *room = pml_wire_room(wire->output, sizeof spare, spare);
    pml_wire_advance(wire->output, pml_fixed64_write(room, field, bits), room, spare);
}

static inline void pml_wire_put_bytes(pml_wire *wire, unsigned field, const char *bytes,
                                      size_t size)
{
    if (pml_wire_begin(wire, field, size)) {
        pml_output_append(wire->output, bytes, size);
    }
}

/* ---- messages written in place --------------------------------------------------------------- */

/* A tag below 128 and a length below it: most heads. */
#define PML_SHORT_HEAD 2

/* Writes the head of a message whose fields stand PML_SHORT_HEAD behind it, up to `end`; if it
   needs more, they move on. Returns where they end. */
static inline char *pml_head_write(char *head, unsigned field, char *end)
{
    char *fields = head + PML_SHORT_HEAD;
    size_t size = (size_t)(end - fields);
    size_t more = pml_varint_size(size) - 1;
    if (more > 0) {
        memmove(fields + more, fields, size);
    }
    (void)pml_tagged_write(head, field, PML_WIRE_SIZED, size);
    return end + more;
}

/* Leaves room for the head of a message whose fields are put next, and says where it is. The output
   is memory of the caller; what did not fit there has no meaning. */
static inline size_t pml_wire_open(pml_output *output)
{
    size_t head = output->size;
    pml_output_append(output, "\0\0", PML_SHORT_HEAD);
    return head;
}

/* Behind the fields: puts the head where it belongs. */
static inline void pml_wire_shut(pml_output *output, unsigned field, size_t head)
{
    size_t size = output->size;
    /* Room for a longer one. */
    pml_output_append(output, "\0\0\0\0\0\0\0\0\0", pml_varint_size(size - head) - 1);
    if (output->passed == 0) { /* else it did not fit */
        char *end = pml_head_write(output->data + head, field, output->data + size);
        output->size = (size_t)(end - output->data);
    }
}

#endif
