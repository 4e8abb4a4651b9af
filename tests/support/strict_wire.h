/* SPDX-License-Identifier: Apache-2.0 */
/*
 * For strict_protobuf.h: the wire format of protobuf read by a description of the messages, and
 * what was read as text, to the letter as `protoc --decode` prints it. Stricter than protobuf: no
 * unknown field, fields in the order of their numbers, varints as short as they can be.
 */
#ifndef TESTS_SUPPORT_STRICT_WIRE_H
#define TESTS_SUPPORT_STRICT_WIRE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define WIRE_MAX_FIELD 16

/* A piece of the document. */
typedef struct wire_bytes {
    const unsigned char *at;
    const unsigned char *end;
} wire_bytes;

typedef enum wire_kind {
    WIRE_UNSIGNED,
    WIRE_SIGNED, /* a varint in two's complement */
    WIRE_ZIGZAG,
    WIRE_ENUM,
    WIRE_DOUBLE,
    WIRE_STRING,
    WIRE_MESSAGE,
    WIRE_PACKED_ZIGZAG
} wire_kind;

typedef struct wire_field {
    unsigned number;
    const char *name;
    wire_kind kind;
    bool is_repeated;
    const void *details; /* the message of a message, the names of an enum; NULL ends those */
} wire_field;

/* What was read of one message, by the numbers of its fields: the last value of each, and how many
   there were. Some rules are about all values of a field; those add them up as they come. */
typedef struct wire_values {
    size_t count[WIRE_MAX_FIELD + 1];
    double real[WIRE_MAX_FIELD + 1];
    uint64_t whole[WIRE_MAX_FIELD + 1];
    int64_t sign[WIRE_MAX_FIELD + 1];
    wire_bytes bytes[WIRE_MAX_FIELD + 1];
    uint64_t sum[WIRE_MAX_FIELD + 1]; /* of a packed field: the running values, added up */
    wire_bytes labels;                /* from the first label to the last */
    struct wire_values *parent;
} wire_values;

typedef struct wire_message {
    const char *name;
    const wire_field *fields; /* number 0 ends them */
    /* NULL if all is well, else the rule that is broken. */
    const char *(*check)(wire_values *values);
} wire_message;

typedef struct wire_reading {
    char *text; /* what was read, as protoc prints it */
    size_t size;
    size_t capacity;
    int depth;
    char why[200];
} wire_reading;

/* Says what is wrong; always false. */
bool wire_refuse(wire_reading *reading, const char *rule, const char *where);

/* Add to the text, and print into it. */
void wire_add(wire_reading *reading, const char *bytes, size_t size);

__attribute__((format(printf, 2, 3))) void wire_print(wire_reading *reading, const char *format,
                                                      ...);

/* As protoc prints them, with a line feed. */
void wire_print_string(wire_reading *reading, wire_bytes bytes);

void wire_print_double(wire_reading *reading, double value);

/* A varint, and what stands behind its size. They move *from on. */
bool wire_read_varint(wire_reading *reading, wire_bytes *from, uint64_t *value);

bool wire_read_sized(wire_reading *reading, wire_bytes *from, wire_bytes *part);

/* A message that fills its piece of the document. */
bool wire_read_message(wire_reading *reading, const wire_message *message, wire_bytes from,
                       wire_values *parent);

#endif
