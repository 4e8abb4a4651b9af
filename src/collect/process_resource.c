/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The form is that of OpenTelemetry's "Resource SDK": pairs as in W3C Baggage, with escapes in keys
 * and values; one mistake spoils the whole. Labels are made by its "Prometheus and OpenMetrics
 * Compatibility": what a label can't have becomes an underscore, several of which become one, and
 * attributes that then have the same name share a label, in the order of their keys.
 */
#include "collect/process_resource.h"

#include "base/name.h"
#include "base/report.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#define SERVICE_NAME "service.name"

typedef struct attribute {
    char *key;
    char *value;
    size_t number; /* in the order in which they stand; the last one of a key counts */
} attribute;

typedef struct reader {
    const char *whose;
    pml_arena *arena;
    attribute *attributes;
    size_t count;
} reader;

/* ---- pairs ----------------------------------------------------------------------------------- */

static int digit_value(char c)
{
    if (c >= '0' && c <= '9') {
        return c - '0';
    }
    char lower = (char)(c | 0x20);
    return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
}

static promlet_status fail_pair(const reader *self, const char *pair, size_t size, const char *why)
{
    return pml_fail(PROMLET_ERROR_ARGUMENT, "%.60s: \"%.*s\" %s", self->whose,
                    (int)(size < 80 ? size : 80), pair, why);
}

/* Blanks around keys and values are not part of them, unless they are escaped. */
static void trim(const char **text, size_t *size)
{
    while (*size > 0 && ((*text)[0] == ' ' || (*text)[0] == '\t')) {
        (*text)++;
        (*size)--;
    }
    while (*size > 0 && ((*text)[*size - 1] == ' ' || (*text)[*size - 1] == '\t')) {
        (*size)--;
    }
}

/* Decodes what stands between two separators. */
static promlet_status decode(const reader *self, const char *text, size_t size, char **decoded)
{
    trim(&text, &size);
    char *to = pml_arena_copy(self->arena, text, size);
    if (to == NULL) {
        return pml_fail_memory();
    }
    *decoded = to;
    for (size_t i = 0; i < size; i++) {
        if (text[i] != '%') {
            *to++ = text[i];
            continue;
        }
        int high = size - i > 2 ? digit_value(text[i + 1]) : -1;
        int low = size - i > 2 ? digit_value(text[i + 2]) : -1;
        if (high < 0 || low < 0 || high + low == 0) {
            return fail_pair(self, text, size, "has a % without two digits behind it, or %00");
        }
        *to++ = (char)(high * 16 + low);
        i += 2;
    }
    *to = '\0';
    return PROMLET_OK;
}

static promlet_status read_pair(reader *self, const char *pair, size_t size)
{
    const char *trimmed = pair;
    size_t trimmed_size = size;
    trim(&trimmed, &trimmed_size);
    if (trimmed_size == 0) { /* as behind a last comma */
        return PROMLET_OK;
    }
    const char *equals = memchr(pair, '=', size);
    if (equals == NULL) {
        return fail_pair(self, pair, size, "has no =");
    }
    attribute *read = &self->attributes[self->count];
    size_t key_size = (size_t)(equals - pair);
    promlet_status status = decode(self, pair, key_size, &read->key);
    if (status == PROMLET_OK) {
        status = decode(self, equals + 1, size - key_size - 1, &read->value);
    }
    if (status == PROMLET_OK && read->key[0] == '\0') {
        status = fail_pair(self, pair, size, "has no key");
    }
    read->number = self->count++;
    return status;
}

static promlet_status read_pairs(reader *self, const char *attributes)
{
    promlet_status status = PROMLET_OK;
    const char *at = attributes;
    while (status == PROMLET_OK && *at != '\0') {
        size_t size = strcspn(at, ",");
        status = read_pair(self, at, size);
        at += size + (at[size] == ',');
    }
    return status;
}

/* ---- order ----------------------------------------------------------------------------------- */

static int compare(const void *a, const void *b)
{
    const attribute *left = a;
    const attribute *right = b;
    int order = strcmp(left->key, right->key);
    return order != 0 ? order : (left->number > right->number) - (left->number < right->number);
}

/* By rising keys, with one of each. */
static void put_in_order(reader *self)
{
    if (self->count > 0) {
        qsort(self->attributes, self->count, sizeof *self->attributes, compare);
    }
    size_t kept = 0;
    for (size_t i = 0; i < self->count; i++) {
        bool is_again =
            kept > 0 && strcmp(self->attributes[kept - 1].key, self->attributes[i].key) == 0;
        kept -= is_again;
        self->attributes[kept++] = self->attributes[i];
    }
    self->count = kept;
}

/* ---- labels ---------------------------------------------------------------------------------- */

static bool is_reserved(const char *name)
{
    static const char *const reserved[] = {"le", "quantile", "otel_metric_overflow"};
    bool is_found = false;
    for (size_t i = 0; i < sizeof reserved / sizeof reserved[0]; i++) {
        is_found |= strcmp(name, reserved[i]) == 0;
    }
    return is_found;
}

static bool is_plain(char c)
{
    return (c >= '0' && c <= '9') || pml_name_is_plain(PML_NAME_LABEL, &c, 1);
}

/* NULL when out of memory. */
static const char *label_name(pml_arena *arena, const char *key)
{
    char *memory = pml_arena_take(arena, strlen(key) + 2);
    if (memory == NULL) {
        return NULL;
    }
    memory[0] = '_'; /* for a name that would not do without */
    char *name = memory + 1;
    char *to = name;
    for (const char *from = key; *from != '\0'; from++) {
        if (is_plain(*from) && *from != '_') {
            *to++ = *from;
        } else if (to == name || to[-1] != '_') {
            *to++ = '_';
        }
    }
    *to = '\0';
    bool begins_with_digit = name[0] >= '0' && name[0] <= '9';
    return begins_with_digit || is_reserved(name) ? memory : name;
}

/* Both values, in this order. NULL when out of memory. */
static const char *join(pml_arena *arena, const char *first, const char *second)
{
    size_t first_size = strlen(first);
    size_t second_size = strlen(second);
    char *joined = pml_arena_take(arena, first_size + second_size + 2);
    if (joined != NULL) {
        memcpy(joined, first, first_size);
        joined[first_size] = ';';
        memcpy(joined + first_size + 1, second, second_size + 1);
    }
    return joined;
}

static promlet_status add_label(const reader *self, pml_resource *resource, const char *name,
                                const char *value)
{
    for (size_t i = 0; i < resource->count; i++) {
        promlet_label *label = &resource->labels[i];
        if (strcmp(label->name, name) == 0) {
            label->value = join(self->arena, label->value, value);
            return label->value != NULL ? PROMLET_OK : pml_fail_memory();
        }
    }
    resource->labels[resource->count++] = (promlet_label){name, value};
    return PROMLET_OK;
}

/* Of no more than PROMLET_MAX_LABELS attributes. */
static promlet_status make_labels(const reader *self, pml_resource *resource)
{
    promlet_status status = PROMLET_OK;
    for (size_t i = 0; status == PROMLET_OK && i < self->count; i++) {
        const char *name = label_name(self->arena, self->attributes[i].key);
        status = name != NULL ? add_label(self, resource, name, self->attributes[i].value)
                              : pml_fail_memory();
    }
    return status;
}

/* ---- all ------------------------------------------------------------------------------------- */

static size_t count_most_pairs(const char *attributes)
{
    size_t count = 2; /* the one without a comma, and the name of the service */
    for (const char *at = attributes; *at != '\0'; at++) {
        count += *at == ',';
    }
    return count;
}

promlet_status pml_resource_read(pml_resource *resource, pml_arena *arena, const char *service_name,
                                 const char *attributes, const char *whose)
{
    static char name_key[] = SERVICE_NAME;
    const char *text = attributes != NULL ? attributes : "";
    reader self = {.whose = whose, .arena = arena};
    resource->count = 0;
    self.attributes = pml_arena_take(arena, count_most_pairs(text) * sizeof *self.attributes);
    if (self.attributes == NULL) {
        return pml_fail_memory();
    }
    promlet_status status = read_pairs(&self, text);
    if (status == PROMLET_OK && service_name != NULL && service_name[0] != '\0') {
        char *value = pml_arena_copy(arena, service_name, strlen(service_name));
        self.attributes[self.count] = (attribute){name_key, value, self.count};
        self.count++;
        status = value != NULL ? PROMLET_OK : pml_fail_memory();
    }
    if (status != PROMLET_OK) {
        return status;
    }
    put_in_order(&self);
    if (self.count > PROMLET_MAX_LABELS) { /* also when they share labels, which then grow */
        return pml_fail(PROMLET_ERROR_ARGUMENT, "%.60s: more than %d attributes", whose,
                        PROMLET_MAX_LABELS);
    }
    return make_labels(&self, resource);
}
