/* SPDX-License-Identifier: Apache-2.0 */
/* Reads the wire format by a description of the messages. */
#include "support/strict_wire.h"

#include "support/strict_words.h"

#include <inttypes.h>
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

bool wire_refuse(wire_reading *reading, const char *rule, const char *where)
{
    (void)snprintf(reading->why, sizeof reading->why, "%s: %s", where, rule);
    return false;
}

/* ---- text ------------------------------------------------------------------------------------ */

void wire_add(wire_reading *reading, const char *bytes, size_t size)
{
    while (reading->capacity - reading->size <= size) {
        reading->capacity = reading->capacity == 0 ? 1024 : 2 * reading->capacity;
        reading->text = realloc(reading->text, reading->capacity);
        if (reading->text == NULL) {
            abort();
        }
    }
    memcpy(reading->text + reading->size, bytes, size);
    reading->size += size;
    reading->text[reading->size] = '\0';
}

void wire_print(wire_reading *reading, const char *format, ...)
{
    char line[100];
    va_list arguments;
    va_start(arguments, format);
    int size = vsnprintf(line, sizeof line, format, arguments);
    va_end(arguments);
    wire_add(reading, line, (size_t)size);
}

static void wire_print_name(wire_reading *reading, const wire_field *field)
{
    wire_print(reading, "%*s%s%s ", 2 * reading->depth, "", field->name,
               field->kind == WIRE_MESSAGE ? "" : ":");
}

void wire_print_string(wire_reading *reading, wire_bytes bytes)
{
    static const char escaped[] = "\n\r\t\"'\\";
    static const char letters[] = "nrt\"'\\";
    wire_add(reading, "\"", 1);
    for (; bytes.at < bytes.end; bytes.at++) {
        const char *special = *bytes.at != 0 ? strchr(escaped, *bytes.at) : NULL;
        if (special != NULL) {
            wire_print(reading, "\\%c", letters[special - escaped]);
        } else if (*bytes.at < 0x20 || *bytes.at >= 0x7f) {
            wire_print(reading, "\\%03o", *bytes.at);
        } else {
            wire_add(reading, (const char *)bytes.at, 1);
        }
    }
    wire_add(reading, "\"\n", 2);
}

void wire_print_double(wire_reading *reading, double value)
{
    char text[40];
    (void)snprintf(text, sizeof text, "%.15g", value);
    double read = strtod(text, NULL);
    if (isnan(value)) {
        (void)snprintf(text, sizeof text, "nan");
    } else if (read < value || read > value) {
        (void)snprintf(text, sizeof text, "%.17g", value);
    }
    char *comma = strchr(text, ','); /* of a test's locale; protoc writes a point */
    if (comma != NULL) {
        *comma = '.';
    }
    wire_print(reading, "%s\n", text);
}

/* ---- values ---------------------------------------------------------------------------------- */

bool wire_read_varint(wire_reading *reading, wire_bytes *from, uint64_t *value)
{
    *value = 0;
    for (unsigned shift = 0; shift < 64; shift += 7) {
        if (from->at == from->end) {
            return wire_refuse(reading, "cut short", "a varint");
        }
        uint64_t bits = *from->at & 0x7f;
        if (shift == 63 && bits > 1) {
            return wire_refuse(reading, "more than 64 bits", "a varint");
        }
        *value |= bits << shift;
        bool is_last = (*from->at++ & 0x80) == 0;
        if (is_last && bits == 0 && shift > 0) {
            return wire_refuse(reading, "longer than it need be", "a varint");
        }
        if (is_last) {
            return true;
        }
    }
    return wire_refuse(reading, "more than ten bytes", "a varint");
}

static int64_t wire_unzigzag(uint64_t value)
{
    return (int64_t)(value >> 1 ^ (0 - (value & 1)));
}

bool wire_read_sized(wire_reading *reading, wire_bytes *from, wire_bytes *part)
{
    *part = (wire_bytes){from->at, from->at};
    uint64_t size;
    if (!wire_read_varint(reading, from, &size)) {
        return false;
    }
    if (size > (uint64_t)(from->end - from->at)) {
        return wire_refuse(reading, "longer than what it stands in", "a field");
    }
    *part = (wire_bytes){from->at, from->at + size};
    from->at += size;
    return true;
}

static bool wire_is_utf8(wire_bytes bytes)
{
    while (bytes.at < bytes.end) {
        unsigned char padded[5] = {0};
        size_t left = (size_t)(bytes.end - bytes.at);
        memcpy(padded, bytes.at, left < 4 ? left : 4);
        size_t size = *bytes.at == 0 ? 1 : strict_utf8_size(padded);
        if (size == 0) {
            return false;
        }
        bytes.at += size;
    }
    return true;
}

static bool wire_read_double(wire_reading *reading, wire_bytes *from, double *value)
{
    uint64_t bits = 0;
    if (from->end - from->at < 8) {
        return wire_refuse(reading, "cut short", "a double");
    }
    for (unsigned i = 0; i < 8; i++) {
        bits |= (uint64_t)*from->at++ << 8 * i;
    }
    memcpy(value, &bits, sizeof bits);
    wire_print_double(reading, *value);
    return true;
}

/* Each value is the one before and the number that stands there. */
static bool wire_read_packed(wire_reading *reading, const wire_field *field, wire_bytes part,
                             wire_values *values)
{
    int64_t running = 0;
    if (part.at == part.end) {
        return wire_refuse(reading, "is empty", field->name);
    }
    while (part.at < part.end) {
        uint64_t number;
        if (!wire_read_varint(reading, &part, &number)) {
            return false;
        }
        wire_print_name(reading, field);
        wire_print(reading, "%" PRId64 "\n", wire_unzigzag(number));
        running = (int64_t)((uint64_t)running + (uint64_t)wire_unzigzag(number));
        if (running < 0) {
            return wire_refuse(reading, "falls below 0", field->name);
        }
        values->sum[field->number] += (uint64_t)running;
        values->count[field->number]++;
    }
    return true;
}

static bool wire_read_number(wire_reading *reading, const wire_field *field, wire_bytes *from,
                             wire_values *values)
{
    uint64_t value;
    if (!wire_read_varint(reading, from, &value)) {
        return false;
    }
    int64_t sign = field->kind == WIRE_ZIGZAG ? wire_unzigzag(value) : (int64_t)value;
    values->whole[field->number] = value;
    values->sign[field->number] = sign;
    if (field->kind == WIRE_UNSIGNED) {
        wire_print(reading, "%" PRIu64 "\n", value);
    } else if (field->kind == WIRE_ENUM) {
        const char *const *names = field->details;
        for (uint64_t i = 0; i < value && *names != NULL; i++) {
            names++;
        }
        if (*names == NULL) {
            return wire_refuse(reading, "no value of the enum", field->name);
        }
        wire_print(reading, "%s\n", *names);
    } else {
        wire_print(reading, "%" PRId64 "\n", sign);
    }
    return true;
}

/* ---- messages -------------------------------------------------------------------------------- */

static bool wire_read_part(wire_reading *reading, const wire_field *field, wire_bytes *from,
                           wire_values *values)
{
    wire_bytes *part = &values->bytes[field->number];
    if (!wire_read_sized(reading, from, part)) {
        return false;
    }
    if (field->kind == WIRE_PACKED_ZIGZAG) {
        return wire_read_packed(reading, field, *part, values);
    }
    wire_print_name(reading, field);
    if (field->kind == WIRE_STRING) {
        wire_print_string(reading, *part);
        return wire_is_utf8(*part) || wire_refuse(reading, "not UTF-8", field->name);
    }
    wire_add(reading, "{\n", 2);
    reading->depth++;
    bool is_read = wire_read_message(reading, field->details, *part, values);
    reading->depth--;
    wire_print(reading, "%*s}\n", 2 * reading->depth, "");
    return is_read;
}

static bool wire_read_field(wire_reading *reading, const wire_field *field, unsigned type,
                            wire_bytes *from, wire_values *values)
{
    bool is_sized = field->kind >= WIRE_STRING;
    unsigned expected = is_sized ? 2 : field->kind == WIRE_DOUBLE ? 1 : 0;
    if (type != expected) {
        return wire_refuse(reading, "another wire type", field->name);
    }
    if (values->count[field->number] > 0 && !field->is_repeated) {
        return wire_refuse(reading, "stands twice", field->name);
    }
    bool is_read;
    if (is_sized) {
        is_read = wire_read_part(reading, field, from, values);
    } else {
        wire_print_name(reading, field);
        is_read = field->kind == WIRE_DOUBLE
                      ? wire_read_double(reading, from, &values->real[field->number])
                      : wire_read_number(reading, field, from, values);
    }
    values->count[field->number] += field->kind != WIRE_PACKED_ZIGZAG;
    return is_read;
}

bool wire_read_message(wire_reading *reading, const wire_message *message, wire_bytes from,
                       wire_values *parent)
{
    wire_values values = {.parent = parent};
    uint64_t last = 0;
    while (from.at < from.end) {
        const unsigned char *begin = from.at;
        uint64_t tag;
        if (!wire_read_varint(reading, &from, &tag)) {
            return false;
        }
        const wire_field *field = message->fields;
        while (field->number != 0 && field->number != tag >> 3) {
            field++;
        }
        if (field->number == 0) {
            return wire_refuse(reading, "a field that nobody knows", message->name);
        }
        if (tag >> 3 < last) {
            return wire_refuse(reading, "fields are not in order", message->name);
        }
        last = tag >> 3;
        if (!wire_read_field(reading, field, (unsigned)tag & 7, &from, &values)) {
            return false;
        }
        if (last == 1) { /* labels are field 1 wherever there are any */
            values.labels.at = values.labels.at == NULL ? begin : values.labels.at;
            values.labels.end = from.at;
        }
    }
    const char *broken = message->check != NULL ? message->check(&values) : NULL;
    return broken == NULL || wire_refuse(reading, broken, message->name);
}
