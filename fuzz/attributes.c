/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Bytes are read as attributes of a resource, after a first one that says whether there is a name
 * of the service beside them. A model that goes from character to character says whether they can
 * be read, and which key has which value; labels must be as its keys want them.
 */
#include "collect/process_resource.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define MOST_PAIRS 1100 /* more than an input has room for */
#define MOST_BYTES 1200

static _Noreturn void finding(const char *what, const char *attributes, const char *found)
{
    fprintf(stderr, "finding: %s: \"%s\": %s\n", what, attributes, found);
    abort();
}

/* ---- the model ------------------------------------------------------------------------------- */

typedef struct text {
    char bytes[MOST_BYTES];
    size_t size;
    size_t solid; /* up to the last character that is no blank at an end */
} text;

typedef struct pair {
    text key;
    text value;
} pair;

static struct {
    pair pairs[MOST_PAIRS];
    size_t count;
} model;

static int hex(char c)
{
    static const char digits[] = "0123456789abcdef0123456789ABCDEF";
    const char *at = c != '\0' ? strchr(digits, c) : NULL;
    return at != NULL ? (int)((at - digits) % 16) : -1;
}

/* Blanks count once something solid stands behind them, and only behind something solid. */
static void append(text *to, char c, bool is_escaped)
{
    bool is_blank = !is_escaped && (c == ' ' || c == '\t');
    if (is_blank && to->size == 0) {
        return;
    }
    to->bytes[to->size++] = c;
    to->solid = is_blank ? to->solid : to->size;
}

static void end_text(text *ended)
{
    ended->size = ended->solid;
    ended->bytes[ended->size] = '\0';
}

/* Puts it in order, in the place of one with the same key. */
static void keep_pair(const pair *ended)
{
    size_t at = 0;
    while (at < model.count && strcmp(model.pairs[at].key.bytes, ended->key.bytes) < 0) {
        at++;
    }
    if (at == model.count || strcmp(model.pairs[at].key.bytes, ended->key.bytes) != 0) {
        memmove(&model.pairs[at + 1], &model.pairs[at], (model.count - at) * sizeof *ended);
        model.count++;
    }
    model.pairs[at] = *ended;
}

/* What stands before a comma, or the end. False if it can't be read. */
static bool model_pair(const char *at, const char *end)
{
    static pair read;
    bool has_equals = false;
    bool is_blank = true;
    read.key.size = read.key.solid = read.value.size = read.value.solid = 0;
    for (; at < end; at++) {
        text *to = has_equals ? &read.value : &read.key;
        is_blank = is_blank && (*at == ' ' || *at == '\t');
        if (*at == '=' && !has_equals) {
            has_equals = true;
        } else if (*at != '%') {
            append(to, *at, false);
        } else {
            int code = end - at > 2 && hex(at[1]) >= 0 && hex(at[2]) >= 0
                           ? hex(at[1]) * 16 + hex(at[2])
                           : 0;
            if (code == 0) {
                return false;
            }
            append(to, (char)code, true);
            at += 2;
        }
    }
    end_text(&read.key);
    end_text(&read.value);
    if (has_equals && read.key.size > 0) {
        keep_pair(&read);
        return true;
    }
    return is_blank;
}

static bool model_pairs(const char *attributes)
{
    const char *at = attributes;
    model.count = 0;
    for (;;) {
        const char *end = strchr(at, ',');
        if (!model_pair(at, end != NULL ? end : at + strlen(at))) {
            return false;
        }
        if (end == NULL) {
            return true;
        }
        at = end + 1;
    }
}

/* ---- what is found --------------------------------------------------------------------------- */

static bool is_letter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static bool is_reserved(const char *name)
{
    return strcmp(name, "le") == 0 || strcmp(name, "quantile") == 0 ||
           strcmp(name, "otel_metric_overflow") == 0;
}

static void check_name(const char *attributes, const char *name)
{
    bool is_good = is_letter(name[0]) || name[0] == '_';
    for (const char *at = name; *at != '\0'; at++) {
        is_good &= is_letter(*at) || is_digit(*at) || *at == '_';
    }
    if (!is_good || strstr(name, "__") != NULL || is_reserved(name)) {
        finding("no name for a label", attributes, name);
    }
}

/* Whether a key becomes a label: a run of what a label can't have is one underscore. */
static bool is_name_of(const char *name, const char *key)
{
    static char words[MOST_BYTES + 1];
    size_t size = 0;
    for (; *key != '\0'; key++) {
        bool is_word = is_letter(*key) || is_digit(*key);
        if (is_word || size == 0 || words[size - 1] != '_') {
            words[size++] = (char)(is_word ? *key : '_');
        }
    }
    words[size] = '\0';
    bool is_led = is_digit(words[0]) || is_reserved(words);
    return (!is_led || *name == '_') && strcmp(name + is_led, words) == 0;
}

/* The values of all keys of a label, in order. Counts the keys. */
static void check_label(const char *attributes, const promlet_label *label, size_t *keys)
{
    static char expected[MOST_PAIRS + MOST_BYTES];
    size_t size = 0;
    size_t before = *keys;
    for (size_t i = 0; i < model.count; i++) {
        if (is_name_of(label->name, model.pairs[i].key.bytes)) {
            const text *value = &model.pairs[i].value;
            expected[size] = ';';
            size += *keys > before;
            memcpy(expected + size, value->bytes, value->size);
            size += value->size;
            (*keys)++;
        }
    }
    expected[size] = '\0';
    if (*keys == before || strcmp(expected, label->value) != 0) {
        finding("a label", attributes, label->value);
    }
}

static void check(const char *attributes, const pml_resource *resource, promlet_status status,
                  bool is_readable)
{
    bool is_expected = is_readable && model.count <= PROMLET_MAX_LABELS;
    if ((status == PROMLET_OK) != is_expected) {
        finding("a status", attributes, promlet_status_text(status));
    }
    size_t keys = 0;
    for (size_t i = 0; status == PROMLET_OK && i < resource->count; i++) {
        check_name(attributes, resource->labels[i].name);
        check_label(attributes, &resource->labels[i], &keys);
    }
    if (status == PROMLET_OK && keys != model.count) {
        finding("keys without a label, or with two", attributes, "");
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size == 0 || size >= MOST_BYTES) {
        return 0;
    }
    /* On the heap, as large as it is and no larger, so that a read behind its end is seen. */
    char *attributes = malloc(size);
    if (attributes == NULL) {
        exit(2);
    }
    memcpy(attributes, data + 1, size - 1);
    attributes[size - 1] = '\0';
    const char *service_name = data[0] % 2 == 1 ? "shop" : NULL;
    bool is_readable = model_pairs(attributes);
    if (is_readable && service_name != NULL) {
        static pair name = {.key = {.bytes = "service.name", .size = 12},
                            .value = {.bytes = "shop", .size = 4}};
        keep_pair(&name);
    }
    pml_arena arena = {NULL};
    pml_resource resource;
    promlet_status status =
        pml_resource_read(&resource, &arena, service_name, attributes, "attributes");
    check(attributes, &resource, status, is_readable);
    pml_arena_free(&arena);
    free(attributes);
    return 0;
}
