/* SPDX-License-Identifier: Apache-2.0 */
/* Reads OpenMetrics 2.0, whose samples have composite values. */
#include "support/strict_openmetrics2.h"

#include <stdlib.h>
#include <string.h>

/* ---- composite values ------------------------------------------------------------------------ */

/* Skips a literal; false if something else stands there. */
static bool strict_skip(char **at, const char *literal)
{
    size_t size = strlen(literal);
    bool is_there = strncmp(*at, literal, size) == 0;
    *at += is_there ? size : 0;
    return is_there;
}

/* A number up to one of `,:]}`. */
static bool strict_skip_number(char **at, char text[64])
{
    size_t size = strcspn(*at, ",:]}");
    if (size == 0 || size >= 64) {
        return false;
    }
    memcpy(text, *at, size);
    text[size] = '\0';
    *at += size;
    return strict_is_number(text);
}

static bool strict_skip_real(char **at, long double *value)
{
    char text[64];
    bool is_number = strict_skip_number(at, text);
    *value = is_number ? strtold(text, NULL) : 0;
    return is_number;
}

static bool strict_skip_integer(char **at, long long *value)
{
    char text[64];
    bool is_integer = strict_skip_number(at, text) && strict_is_integer(text);
    *value = is_integer ? strtoll(text, NULL, 10) : 0;
    return is_integer;
}

/* Exact, unlike a long double where that is a double, as under valgrind. */
static bool strict_skip_count(char **at, unsigned long long *value)
{
    char text[64];
    bool is_count = strict_skip_number(at, text) && strict_is_integer(text) && text[0] != '-';
    *value = is_count ? strtoull(text, NULL, 10) : 0;
    return is_count;
}

/* `[offset:length,...]`; *length gets the sum of the lengths. */
static bool strict_skip_spans(char **at, unsigned long long *length)
{
    *length = 0;
    if (!strict_skip(at, "[")) {
        return false;
    }
    bool is_first = true;
    do {
        long long offset;
        unsigned long long part;
        if (!strict_skip_integer(at, &offset) || !strict_skip(at, ":") ||
            !strict_skip_count(at, &part) || (!is_first && offset < 0)) {
            return false;
        }
        *length += part;
        is_first = false;
    } while (strict_skip(at, ","));
    return strict_skip(at, "]");
}

/* `[count,...]`, so many; they are added to *total. */
static bool strict_skip_counts(char **at, unsigned long long length, unsigned long long *total)
{
    if (!strict_skip(at, "[")) {
        return false;
    }
    unsigned long long count = 0;
    do {
        unsigned long long value;
        if (!strict_skip_count(at, &value)) {
            return false;
        }
        *total += value;
        count++;
    } while (strict_skip(at, ","));
    return strict_skip(at, "]") && count == length;
}

static bool strict_skip_side(char **at, const char *spans, const char *buckets,
                             unsigned long long *total)
{
    unsigned long long length;
    if (!strict_skip(at, spans)) {
        return true;
    }
    return strict_skip_spans(at, &length) && strict_skip(at, buckets) &&
           strict_skip_counts(at, length, total);
}

/* From `,schema:` on. The buckets are all that was counted. */
static bool strict_skip_native(char **at, unsigned long long count)
{
    long long schema;
    long double threshold;
    unsigned long long total;
    return strict_skip_integer(at, &schema) && schema >= -4 && schema <= 8 &&
           strict_skip(at, ",zero_threshold:") && strict_skip_real(at, &threshold) &&
           threshold > 0 && strict_skip(at, ",zero_count:") && strict_skip_count(at, &total) &&
           strict_skip_side(at, ",negative_spans:", ",negative_buckets:", &total) &&
           strict_skip_side(at, ",positive_spans:", ",positive_buckets:", &total) && total == count;
}

/* From `,bucket:[` on: rising bounds and counts, the last +Inf and all that was counted. */
static bool strict_skip_classic(char **at, unsigned long long count)
{
    long double last_bound = 0;
    unsigned long long last_value = 0;
    bool is_first = true;
    bool is_infinite;
    do {
        char *text = *at;
        long double bound;
        unsigned long long value;
        if (!strict_skip_real(at, &bound) || !strict_skip(at, ":")) {
            return false;
        }
        (*at)[-1] = '\0';
        bool is_bound = strict_is_bound(text);
        is_infinite = strcmp(text, "+Inf") == 0;
        (*at)[-1] = ':';
        if (!is_bound || !strict_skip_count(at, &value) || value < last_value ||
            (!is_first && !(bound > last_bound))) {
            return false;
        }
        is_first = false;
        last_bound = bound;
        last_value = value;
    } while (strict_skip(at, ","));
    return strict_skip(at, "]") && is_infinite && last_value == count;
}

static bool strict_skip_histogram(char **at, bool is_gauge)
{
    unsigned long long count;
    long double sum;
    if (!strict_skip(at, is_gauge ? "{gcount:" : "{count:") || !strict_skip_count(at, &count) ||
        !strict_skip(at, is_gauge ? ",gsum:" : ",sum:") || !strict_skip_real(at, &sum)) {
        return false;
    }
    bool is_native = strict_skip(at, ",schema:");
    if (is_native && !strict_skip_native(at, count)) {
        return false;
    }
    bool is_classic = strict_skip(at, ",bucket:[");
    return (is_native || is_classic) && (!is_classic || strict_skip_classic(at, count)) &&
           strict_skip(at, "}");
}

static bool strict_skip_summary(char **at)
{
    unsigned long long count;
    long double number;
    long double last = -1;
    if (!strict_skip(at, "{count:") || !strict_skip_count(at, &count) ||
        !strict_skip(at, ",sum:") || !strict_skip_real(at, &number) ||
        !strict_skip(at, ",quantile:[")) {
        return false;
    }
    if (strict_skip(at, "]}")) {
        return true;
    }
    do {
        long double value;
        if (!strict_skip_real(at, &number) || !(number > last) || number > 1 ||
            !strict_skip(at, ":") || !strict_skip_real(at, &value) || value < 0) {
            return false;
        }
        last = number;
    } while (strict_skip(at, ","));
    return strict_skip(at, "]}");
}

/* ---- samples --------------------------------------------------------------------------------- */

/* The value, of the kind that the family has. What stands behind it, or NULL if it is wrong. */
static char *strict_skip_value(const strict_family *family, char *at)
{
    bool is_composite = strict_is_type(family, "summary") || strstr(family->type, "histogram");
    if (!is_composite) {
        size_t size = strcspn(at, " ");
        char end = at[size];
        at[size] = '\0';
        bool is_number = strict_is_number(at);
        at[size] = end;
        return is_number ? at + size : NULL;
    }
    bool is_right = strict_is_type(family, "summary")
                        ? strict_skip_summary(&at)
                        : strict_skip_histogram(&at, strict_is_type(family, "gaugehistogram"));
    return is_right && (*at == ' ' || *at == '\0') ? at : NULL;
}

static bool strict_may_have_start(const strict_family *family)
{
    return strict_is_type(family, "counter") || strict_is_type(family, "histogram") ||
           strict_is_type(family, "summary");
}

/* ` time st@time # exemplar # exemplar`, each of which may be missing. */
static bool strict_read_openmetrics2_rest(strict_document *document, strict_point *point, char *at)
{
    const strict_family *family = strict_last_family(document);
    if (at != NULL && *at != '#' && *at != 's') {
        point->timestamp = at;
        at = strict_end_word(at);
    }
    if (at != NULL && strict_skip(&at, "st@")) {
        point->start = at;
        at = strict_end_word(at);
    }
    if ((point->timestamp != NULL && !strict_is_seconds(point->timestamp)) ||
        (point->start != NULL &&
         (!strict_is_seconds(point->start) || !strict_may_have_start(family)))) {
        return strict_refuse(document, "a time or start that is none or may not be", point->name);
    }
    bool may_have_exemplars =
        strict_is_type(family, "counter") || strstr(family->type, "histogram") != NULL;
    while (at != NULL) {
        strict_point exemplar;
        bool is_read = false;
        if (!may_have_exemplars || !strict_skip(&at, "# ")) {
            return strict_refuse(document, "not an exemplar, or where none may be", point->name);
        }
        at = strict_read_exemplar(document, at, true, &exemplar, &is_read);
        if (!is_read) {
            return false;
        }
        strict_add_exemplar(document, point, &exemplar);
    }
    return true;
}

static bool strict_read_openmetrics2_sample(strict_document *document, char *line)
{
    const strict_family *family = strict_last_family(document);
    strict_point point;
    char *at = strict_read_identity(document, line, &point);
    if (at == NULL) {
        return false;
    }
    if (strcmp(point.name, family->name) != 0) {
        return strict_refuse(document, "a sample of another family", point.name);
    }
    point.value_text = at;
    at = strict_skip_value(family, at);
    if (at == NULL) {
        return strict_refuse(document, "a wrong value", point.value_text);
    }
    at = *at != '\0' ? at : NULL;
    if (at != NULL) {
        *at++ = '\0';
    }
    point.value = strtold(point.value_text, NULL);
    if (!strict_read_openmetrics2_rest(document, &point, at)) {
        return false;
    }
    strict_add_point(document, &point);
    return true;
}

/* ---- families -------------------------------------------------------------------------------- */

static bool strict_check_openmetrics2_family(strict_document *document, const strict_family *family)
{
    const char *end = family->name + strlen(family->name);
    bool is_counter = strict_is_type(family, "counter");
    if (!strict_unit_fits(family, is_counter ? end - strlen("_total") : end)) {
        return strict_refuse(document, "the name does not end in the unit", family->name);
    }
    for (size_t i = 0; i < family->count; i++) {
        const strict_point *point = &document->points[family->first + i];
        if (is_counter && !(point->value >= 0)) {
            return strict_refuse(document, "a counter that is not 0 or more", point->name);
        }
        if (strict_is_type(family, "info") && strcmp(point->value_text, "1") != 0) {
            return strict_refuse(document, "an info that is not 1", point->name);
        }
        if (strict_is_type(family, "stateset") && strict_label_value(point, family->name) == NULL) {
            return strict_refuse(document, "a state without a name", point->name);
        }
    }
    return true;
}

bool strict_openmetrics2_read_as(strict_document *document, const char *text, bool has_quotes)
{
    if (!strict_read_openmetrics(document, text, strict_read_openmetrics2_sample, has_quotes)) {
        return false;
    }
    for (size_t i = 0; i < document->family_count; i++) {
        if (!strict_check_openmetrics2_family(document, &document->families[i])) {
            return false;
        }
    }
    return strict_check_unique(document);
}

bool strict_openmetrics2_read(strict_document *document, const char *text)
{
    return strict_openmetrics2_read_as(document, text, false);
}
