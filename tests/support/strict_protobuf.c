/* SPDX-License-Identifier: Apache-2.0 */
/* Reads delimited protobuf, and checks what stands side by side. */
#include "support/strict_protobuf.h"

#include <stdlib.h>

/* ---- what stands side by side ---------------------------------------------------------------- */

/* The next field of a message that was read before. False at its end. */
static bool wire_next_part(wire_bytes *from, uint64_t *field, wire_bytes *part)
{
    wire_reading ignored = {.text = NULL};
    uint64_t tag;
    if (from->at == from->end) {
        return false;
    }
    (void)wire_read_varint(&ignored, from, &tag);
    *field = tag >> 3;
    *part = (wire_bytes){NULL, NULL};
    if ((tag & 7) == 2) {
        return wire_read_sized(&ignored, from, part);
    }
    if ((tag & 7) == 1) {
        from->at += 8;
        return true;
    }
    return wire_read_varint(&ignored, from, &tag);
}

/* From the first label of a metric to the last. */
static wire_bytes wire_labels_of(wire_bytes metric)
{
    wire_bytes labels = {metric.at, metric.at};
    wire_bytes part;
    uint64_t field;
    while (wire_next_part(&metric, &field, &part) && field == 1) {
        labels.end = metric.at;
    }
    return labels;
}

/* No two metrics of a family have the same labels. */
static bool strict_check_metrics(strict_protobuf *document, wire_bytes family)
{
    wire_bytes metric;
    uint64_t field;
    while (wire_next_part(&family, &field, &metric)) {
        wire_bytes rest = family;
        wire_bytes other;
        uint64_t other_field;
        while (field == 4 && wire_next_part(&rest, &other_field, &other)) {
            if (other_field == 4 &&
                wire_same_bytes(wire_labels_of(metric), wire_labels_of(other))) {
                return wire_refuse(&document->reading, "stands twice", "metric");
            }
        }
    }
    return true;
}

static wire_bytes wire_name_of(wire_bytes family)
{
    wire_bytes name = {NULL, NULL};
    uint64_t field;
    (void)wire_next_part(&family, &field, &name);
    return name;
}

static bool strict_add_family_bytes(strict_protobuf *document, wire_bytes family)
{
    for (size_t i = 0; i < document->family_count; i++) {
        if (wire_same_bytes(wire_name_of(document->families[i]), wire_name_of(family))) {
            return wire_refuse(&document->reading, "stands twice", "family");
        }
    }
    size_t size = (document->family_count + 1) * sizeof *document->families;
    wire_bytes *grown = realloc(document->families, size);
    if (grown == NULL) {
        abort();
    }
    document->families = grown;
    document->families[document->family_count++] = family;
    return strict_check_metrics(document, family);
}

bool strict_protobuf_read(strict_protobuf *document, const char *bytes, size_t size)
{
    const unsigned char *begin = (const unsigned char *)bytes;
    wire_bytes rest = {begin, begin + size};
    *document = (strict_protobuf){.families = NULL};
    wire_add(&document->reading, "", 0);
    while (rest.at < rest.end) {
        wire_bytes family;
        wire_values none = {.parent = NULL};
        if (!wire_read_sized(&document->reading, &rest, &family) ||
            !wire_read_message(&document->reading, &wire_family_message, family, &none) ||
            !strict_add_family_bytes(document, family)) {
            return false;
        }
    }
    return true;
}

void strict_protobuf_free(strict_protobuf *document)
{
    free(document->reading.text);
    free(document->families);
}
