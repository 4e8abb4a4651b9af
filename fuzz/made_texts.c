/* SPDX-License-Identifier: Apache-2.0 */
/* Texts as a snapshot holds them, each in memory of its own that is no larger than it. */
#include "made.h"

#include "support/strict_lines.h"

#include <stdio.h>
#include <stdlib.h>

static void **blocks;
static size_t block_count;

void *made_take(size_t size)
{
    void *block = malloc(size);
    if (block == NULL) {
        abort();
    }
    blocks = strict_grow(blocks, block_count, sizeof *blocks);
    blocks[block_count++] = block;
    return block;
}

size_t made_mark(void)
{
    return block_count;
}

void made_free(size_t mark)
{
    while (block_count > mark) {
        free(blocks[--block_count]);
    }
    if (mark == 0) {
        free(blocks);
        blocks = NULL;
    }
}

bool made_is_plain(const char *name, bool is_label)
{
    char copy[1000];
    (void)snprintf(copy, sizeof copy, "%s", name);
    return *strict_end_of_name(copy, !is_label) == '\0' && copy[0] != '\0';
}

pml_text *made_text(char *bytes)
{
    pml_text *text = made_take(sizeof *text);
    *text = (pml_text){bytes, strlen(bytes)};
    return text;
}

static size_t put_escaped(char *out, const char *text)
{
    size_t size = 0;
    for (; *text != '\0'; text++) {
        if (*text == '\\' || *text == '"' || *text == '\n') {
            out[size++] = '\\';
        }
        out[size++] = *text == '\n' ? 'n' : *text;
    }
    return size;
}

char *made_escaped(const char *text, size_t *size)
{
    char *room = malloc(2 * strlen(text) + 1);
    if (room == NULL) {
        abort();
    }
    *size = put_escaped(room, text);
    char *exact = memcpy(made_take(*size + 1), room, *size);
    exact[*size] = '\0';
    free(room);
    return exact;
}

static size_t put_name(char *out, const char *name)
{
    size_t size = 0;
    bool is_plain = made_is_plain(name, true);
    if (!is_plain) {
        out[size++] = '"';
    }
    size += put_escaped(out + size, name);
    if (!is_plain) {
        out[size++] = '"';
    }
    return size;
}

static size_t put_label(char *out, const char *name, const char *value)
{
    size_t size = put_name(out, name);
    out[size++] = '=';
    out[size++] = '"';
    size += put_escaped(out + size, value);
    out[size++] = '"';
    return size;
}

const char *made_render(const made_labels *labels, size_t *size)
{
    size_t most = 1;
    for (size_t i = 0; i < labels->count; i++) {
        most += 2 * strlen(labels->names[i]) + 2 * strlen(labels->values[i]) + 8;
    }
    char *room = malloc(most);
    if (room == NULL) {
        abort();
    }
    *size = 0;
    for (size_t i = 0; i < labels->count; i++) {
        if (i > 0) {
            room[(*size)++] = ',';
        }
        *size += put_label(room + *size, labels->names[i], labels->values[i]);
    }
    char *exact = memcpy(made_take(*size), room, *size);
    free(room);
    return exact;
}
