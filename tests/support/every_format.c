/* SPDX-License-Identifier: Apache-2.0 */
/* Has each format written, and reads it. */
#include "support/every_format.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* To be freed. */
static char *encode_or_abort(const promlet_snapshot *snapshot, const promlet_encoding *encoding)
{
    char *text = promlet_snapshot_string_as(snapshot, encoding, NULL);
    if (text == NULL) {
        abort();
    }
    return text;
}

bool is_read(const char *text, bool (*read)(strict_document *, const char *))
{
    strict_document document;
    bool is_strict = read(&document, text);
    if (!is_strict) {
        (void)fprintf(stderr, "%s\n%s\n", document.why, text);
    }
    strict_document_free(&document);
    return is_strict;
}

/* The protobuf document, kept with what the strict reader reads in it, if it has a name. */
static bool protobuf_is_read(const promlet_snapshot *snapshot, const char *name)
{
    size_t size;
    char *bytes = promlet_snapshot_string(snapshot, PROMLET_FORMAT_PROTOBUF, &size);
    if (bytes == NULL) {
        abort();
    }
    strict_protobuf document;
    bool is_strict = strict_protobuf_read(&document, bytes, size);
    if (!is_strict) {
        (void)fprintf(stderr, "%s\n%s\n", document.reading.why, document.reading.text);
    } else if (name != NULL) {
        keep_protobuf(name, bytes, size, document.reading.text);
    }
    strict_protobuf_free(&document);
    promlet_free(bytes);
    return is_strict;
}

bool every_format_is_read(const promlet_snapshot *snapshot, const char *name)
{
    const promlet_encoding text_encoding = {.format = PROMLET_FORMAT_TEXT_0_0_4};
    const promlet_encoding text1_encoding = {.format = PROMLET_FORMAT_TEXT_1_0_0};
    const promlet_encoding encoding1 = {.format = PROMLET_FORMAT_OPENMETRICS_1_0_0,
                                        .with_created = true};
    const promlet_encoding encoding2 = {.format = PROMLET_FORMAT_OPENMETRICS_2_0_0};
    char *text = encode_or_abort(snapshot, &text_encoding);
    char *text1 = encode_or_abort(snapshot, &text1_encoding);
    char *openmetrics1 = encode_or_abort(snapshot, &encoding1);
    char *openmetrics2 = encode_or_abort(snapshot, &encoding2);
    if (name != NULL) {
        keep_as(name, ".om1", openmetrics1);
        keep_as(name, ".om2", openmetrics2);
    }
    bool is_right = strcmp(text, text1) == 0 && is_read(openmetrics1, strict_openmetrics_read) &&
                    is_read(openmetrics2, strict_openmetrics2_read) &&
                    protobuf_is_read(snapshot, name);
    promlet_free(text);
    promlet_free(text1);
    promlet_free(openmetrics1);
    promlet_free(openmetrics2);
    return is_right;
}
