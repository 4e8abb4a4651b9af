/* SPDX-License-Identifier: Apache-2.0 */
/* What a writer was given, as one string. */
#ifndef TESTS_SUPPORT_GRAPHITE_TEXT_H
#define TESTS_SUPPORT_GRAPHITE_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <string.h>

typedef struct graphite_text {
    size_t size;
    char bytes[100000];
} graphite_text;

/* A promlet_write_fn; ctx: the text. */
static inline bool take_graphite_piece(const char *data, size_t size, void *ctx)
{
    graphite_text *text = (graphite_text *)ctx;
    if (size >= sizeof text->bytes - text->size) {
        return false;
    }
    memcpy(text->bytes + text->size, data, size);
    text->size += size;
    text->bytes[text->size] = '\0';
    return true;
}

#endif
