/* SPDX-License-Identifier: Apache-2.0 */
/* Reads a text document, and checks what its lines say together. */
#include "support/strict_document.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

/* ---- what belongs together ------------------------------------------------------------------- */

const char *strict_label_value(const strict_point *point, const char *name)
{
    for (size_t i = 0; i < point->label_count; i++) {
        if (strcmp(point->labels[i].name, name) == 0) {
            return point->labels[i].value;
        }
    }
    return NULL;
}

/* The same labels with the same values, whatever their order; one label may be left out. An empty
   value is the same as no label. */
static bool strict_has_labels_of(const strict_point *a, const strict_point *b, const char *but)
{
    for (size_t i = 0; i < a->label_count; i++) {
        const strict_label *label = &a->labels[i];
        const char *other = strict_label_value(b, label->name);
        if ((but == NULL || strcmp(label->name, but) != 0) &&
            strcmp(label->value, other != NULL ? other : "") != 0) {
            return false;
        }
    }
    return true;
}

bool strict_same_labels(const strict_point *a, const strict_point *b, const char *but)
{
    return strict_has_labels_of(a, b, but) && strict_has_labels_of(b, a, but);
}

bool strict_has_suffix(const strict_family *family, const strict_point *point, const char *suffix)
{
    size_t size = strlen(family->name);
    return strncmp(point->name, family->name, size) == 0 && strcmp(point->name + size, suffix) == 0;
}

/* One histogram or summary from `first` on: parts with a label `le` or `quantile`, then _sum and
   _count. Returns the point behind it, NULL if something is wrong. */
static const strict_point *strict_check_compound(strict_document *document,
                                                 const strict_family *family,
                                                 const strict_point *first, const strict_point *end)
{
    bool is_histogram = strcmp(family->type, "histogram") == 0;
    const char *label = is_histogram ? "le" : "quantile";
    const strict_point *at = first;
    for (; at < end && strict_has_suffix(family, at, is_histogram ? "_bucket" : ""); at++) {
        const char *text = strict_label_value(at, label);
        const char *before = at == first ? NULL : strict_label_value(at - 1, label);
        if (text == NULL || !strict_is_number(text) || !strict_same_labels(first, at, label)) {
            (void)strict_refuse(document, "not a part of what it stands in", at->name);
            return NULL;
        }
        if (before != NULL && !(strtold(text, NULL) > strtold(before, NULL))) {
            (void)strict_refuse(document, "bounds or quantiles do not rise", at->name);
            return NULL;
        }
        if (before != NULL && is_histogram && !(at->value >= (at - 1)->value)) {
            (void)strict_refuse(document, "buckets fall", at->name);
            return NULL;
        }
    }
    if (is_histogram && (at == first || strcmp(strict_label_value(at - 1, "le"), "+Inf") != 0)) {
        (void)strict_refuse(document, "no bucket +Inf", first->name);
        return NULL;
    }
    if (end - at < 2 || !strict_has_suffix(family, at, "_sum") ||
        !strict_has_suffix(family, at + 1, "_count") || !strict_same_labels(first, at, label) ||
        !strict_same_labels(first, at + 1, label) || strict_label_value(at, label) != NULL ||
        strict_label_value(at + 1, label) != NULL) {
        (void)strict_refuse(document, "no _sum and _count of the same labels", first->name);
        return NULL;
    }
    if (is_histogram && ((at + 1)->value < (at - 1)->value || (at + 1)->value > (at - 1)->value)) {
        (void)strict_refuse(document, "_count differs from +Inf", first->name);
        return NULL;
    }
    return at + 2;
}

static bool strict_check_family(strict_document *document, const strict_family *family)
{
    const strict_point *at = document->points + family->first;
    const strict_point *end = at + family->count;
    bool is_compound =
        strcmp(family->type, "histogram") == 0 || strcmp(family->type, "summary") == 0;
    bool is_counter = strcmp(family->type, "counter") == 0;
    while (at < end) {
        if (is_compound) {
            at = strict_check_compound(document, family, at, end);
            if (at == NULL) {
                return false;
            }
            continue;
        }
        if (strcmp(at->name, family->name) != 0) {
            return strict_refuse(document, "a sample of another family", at->name);
        }
        if (is_counter && !(at->value >= 0)) {
            return strict_refuse(document, "a counter that is not 0 or more", at->name);
        }
        at++;
    }
    return true;
}

/* ---- what stands twice ----------------------------------------------------------------------- */

/* A hash of a series brings those that may be the same together: a comparison of all with all takes
   seconds for a document that a fuzzer made. */
typedef struct {
    uint64_t hash;
    const strict_point *point;
} strict_hashed_point;

static uint64_t strict_hash_text(uint64_t hash, const char *text)
{
    for (const char *at = text; *at != '\0'; at++) {
        hash = (hash ^ (unsigned char)*at) * UINT64_C(1099511628211);
    }
    return hash * UINT64_C(1099511628211);
}

/* The same for the same series: labels are summed up in any order, but for empty ones. */
static uint64_t strict_hash_point(const strict_point *point)
{
    uint64_t sum = strict_hash_text(0, point->name);
    for (size_t i = 0; i < point->label_count; i++) {
        const strict_label *label = &point->labels[i];
        if (label->value[0] != '\0') {
            sum += strict_hash_text(strict_hash_text(1, label->name), label->value);
        }
    }
    return sum;
}

static int strict_compare_hashes(const void *a, const void *b)
{
    uint64_t first = ((const strict_hashed_point *)a)->hash;
    uint64_t second = ((const strict_hashed_point *)b)->hash;
    return (first > second) - (first < second);
}

/* Looks only at those of the same hash, which stand side by side. */
static bool strict_check_sorted(strict_document *document, const strict_hashed_point *points)
{
    for (size_t i = 0; i < document->point_count; i++) {
        const strict_point *a = points[i].point;
        for (size_t j = i; j > 0 && points[j - 1].hash == points[i].hash; j--) {
            const strict_point *b = points[j - 1].point;
            if (strcmp(a->name, b->name) == 0 && strict_same_labels(a, b, NULL)) {
                return strict_refuse(document, "a series stands twice", a->name);
            }
        }
    }
    return true;
}

bool strict_check_unique(strict_document *document)
{
    strict_hashed_point *points = malloc((document->point_count + 1) * sizeof *points);
    if (points == NULL) {
        abort();
    }
    for (size_t i = 0; i < document->point_count; i++) {
        const strict_point *point = &document->points[i];
        points[i] = (strict_hashed_point){.hash = strict_hash_point(point), .point = point};
    }
    qsort(points, document->point_count, sizeof *points, strict_compare_hashes);
    bool is_unique = strict_check_sorted(document, points);
    free(points);
    return is_unique;
}

/* ---- whole documents ------------------------------------------------------------------------- */

static bool strict_read_lines(strict_document *document)
{
    for (char *line = document->text; *line != '\0';) {
        char *end = strchr(line, '\n');
        if (end == NULL) {
            return strict_refuse(document, "the last line is cut short", line);
        }
        *end = '\0';
        if (!strict_read_line(document, line)) {
            return false;
        }
        line = end + 1;
    }
    return true;
}

bool strict_document_read_as(strict_document *document, const char *text, enum strict_end end,
                             bool has_quotes)
{
    /* Not strdup(), which would go round a test that counts what is allocated. */
    size_t size = strlen(text) + 1;
    *document = (strict_document){.text = malloc(size), .has_quotes = has_quotes};
    if (document->text == NULL) {
        abort();
    }
    memcpy(document->text, text, size);
    if (!strict_is_utf8(text)) {
        return strict_refuse(document, "not UTF-8", "the document");
    }
    if (!strict_read_lines(document)) {
        return false;
    }
    if (document->has_ended != (end == STRICT_WITH_EOF)) {
        return strict_refuse(document, "# EOF is missing or not wanted", "the document");
    }
    strict_family *last = strict_last_family(document);
    if (last != NULL && last->type == NULL) {
        return strict_refuse(document, "HELP without TYPE", last->name);
    }
    for (size_t i = 0; i < document->family_count; i++) {
        const strict_family *family = &document->families[i];
        if (family->count > 0 && !strict_check_family(document, family)) {
            return false;
        }
    }
    return strict_check_unique(document);
}

bool strict_document_read(strict_document *document, const char *text, enum strict_end end)
{
    return strict_document_read_as(document, text, end, false);
}

bool strict_document_read_quoted(strict_document *document, const char *text)
{
    return strict_document_read_as(document, text, STRICT_WITHOUT_EOF, true);
}

void strict_document_free(strict_document *document)
{
    free(document->text);
    free(document->families);
    free(document->points);
    free(document->exemplars);
}
