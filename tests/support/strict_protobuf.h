/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A strict reader of the delimited protobuf format, which shares nothing with the encoder. It
 * refuses what breaks a rule of the format, or one that Prometheus relies on; and it tells what it
 * read as `protoc --decode` would, one MetricFamily behind the other.
 *
 *     strict_protobuf document;
 *     if (!strict_protobuf_read(&document, bytes, size)) { ... document.reading.why ... }
 *     ... document.reading.text ...
 *     strict_protobuf_free(&document);
 */
#ifndef TESTS_SUPPORT_STRICT_PROTOBUF_H
#define TESTS_SUPPORT_STRICT_PROTOBUF_H

#include "support/strict_messages.h"

typedef struct strict_protobuf {
    wire_reading reading;
    wire_bytes *families;
    size_t family_count;
} strict_protobuf;

/* True for a document that keeps all rules; else document->reading.why says what is wrong. Free it
   in either case. */
bool strict_protobuf_read(strict_protobuf *document, const char *bytes, size_t size);

void strict_protobuf_free(strict_protobuf *document);

#endif
