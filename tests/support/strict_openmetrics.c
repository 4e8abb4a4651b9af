/* SPDX-License-Identifier: Apache-2.0 */
/* Reads OpenMetrics 1.0, and checks what its lines say together. */
#include "support/strict_openmetrics.h"

#include <stdlib.h>
#include <string.h>

bool strict_is_type(const strict_family *family, const char *type)
{
    return strcmp(family->type, type) == 0;
}

/* ---- samples --------------------------------------------------------------------------------- */

bool strict_is_bound(const char *text)
{
    return strcmp(text, "+Inf") == 0 ||
           (strict_is_number(text) && strpbrk(text, ".e") != NULL && strcmp(text, "-0.0") != 0);
}

/* It stands on a total or in the bucket that its value fell into; the bucket before is the point
   before. */
static bool strict_check_exemplar(strict_document *document, const strict_point *point,
                                  const strict_point *exemplar)
{
    const strict_family *family = strict_last_family(document);
    bool is_total = strict_is_type(family, "counter") && strict_has_suffix(family, point, "_total");
    bool is_bucket =
        strstr(family->type, "histogram") != NULL && strict_has_suffix(family, point, "_bucket");
    if (!is_total && !is_bucket) {
        return strict_refuse(document, "an exemplar where none may be", point->name);
    }
    if (strict_exemplar_size(exemplar) > 128) {
        return strict_refuse(document, "an exemplar that is too long", point->name);
    }
    if (!is_bucket) {
        return true;
    }
    const char *bound = strict_label_value(point, "le");
    const strict_point *before =
        family->count > 0 ? &document->points[document->point_count - 1] : NULL;
    bool has_lower = before != NULL && strcmp(before->name, point->name) == 0 &&
                     strict_same_labels(before, point, "le");
    return bound != NULL && exemplar->value <= strtold(bound, NULL) &&
                   (!has_lower || exemplar->value > strtold(strict_label_value(before, "le"), NULL))
               ? true
               : strict_refuse(document, "an exemplar of another bucket", point->name);
}

/* `# {labels} value time`, and nothing behind it. */
static bool strict_read_lone_exemplar(strict_document *document, strict_point *point, char *at)
{
    strict_point exemplar;
    bool is_read = false;
    if (strncmp(at, "# ", 2) != 0) {
        return strict_refuse(document, "not an exemplar", point->name);
    }
    char *rest = strict_read_exemplar(document, at + 2, false, &exemplar, &is_read);
    if (!is_read) {
        return false;
    }
    if (rest != NULL) {
        return strict_refuse(document, "more than one exemplar", point->name);
    }
    strict_add_exemplar(document, point, &exemplar);
    return strict_check_exemplar(document, point, &exemplar);
}

/* `name{labels} value time # exemplar`. */
static bool strict_read_openmetrics_sample(strict_document *document, char *line)
{
    strict_point point;
    char *at = strict_read_identity(document, line, &point);
    if (at == NULL) {
        return false;
    }
    point.value_text = at;
    at = strict_end_word(at);
    if (at != NULL && *at != '#') {
        point.timestamp = at;
        at = strict_end_word(at);
    }
    if (!strict_is_number(point.value_text) ||
        (point.timestamp != NULL && !strict_is_seconds(point.timestamp))) {
        return strict_refuse(document, "the value or time is no number", point.name);
    }
    point.value = strtold(point.value_text, NULL);
    if (at != NULL && !strict_read_lone_exemplar(document, &point, at)) {
        return false;
    }
    strict_add_point(document, &point);
    return true;
}

/* ---- one metric ------------------------------------------------------------------------------ */

/* Where reading stands in the points of a family. */
typedef struct strict_walk {
    strict_document *document;
    const strict_family *family;
    const strict_point *at;
    const strict_point *end;
} strict_walk;

static bool strict_walk_fails(const strict_walk *walk, const char *rule)
{
    return strict_refuse(walk->document, rule,
                         walk->at < walk->end ? walk->at->name : walk->family->name);
}

/* The next point, if it has this suffix and, but for one label, the labels of the first. */
static const strict_point *strict_take(strict_walk *walk, const strict_point *first,
                                       const char *suffix, const char *but)
{
    if (walk->at == walk->end || !strict_has_suffix(walk->family, walk->at, suffix) ||
        !strict_same_labels(first, walk->at, but) ||
        (walk->at->timestamp == NULL) != (first->timestamp == NULL)) {
        return NULL;
    }
    return walk->at++;
}

/* `_created`, which may be there, in seconds since 1970. */
static bool strict_take_created(strict_walk *walk, const strict_point *first, const char *but)
{
    const strict_point *created = strict_take(walk, first, "_created", but);
    return created == NULL || (strict_is_seconds(created->value_text) && created->value > 0) ||
           strict_walk_fails(walk, "a _created that is no time");
}

static bool strict_is_count(const strict_point *point)
{
    return strict_is_integer(point->value_text) && point->value >= 0;
}

static bool strict_check_buckets(strict_walk *walk, const strict_point *first)
{
    const strict_point *last = NULL;
    for (const strict_point *at = strict_take(walk, first, "_bucket", "le"); at != NULL;
         at = strict_take(walk, first, "_bucket", "le")) {
        const char *bound = strict_label_value(at, "le");
        if (bound == NULL || !strict_is_bound(bound) || !strict_is_count(at)) {
            return strict_walk_fails(walk, "a bucket with a wrong bound or count");
        }
        if (last != NULL &&
            (at->value < last->value ||
             !(strtold(bound, NULL) > strtold(strict_label_value(last, "le"), NULL)))) {
            return strict_walk_fails(walk, "buckets or their bounds do not rise");
        }
        last = at;
        if (strcmp(bound, "+Inf") == 0) {
            return true;
        }
    }
    return strict_walk_fails(walk, "no bucket +Inf");
}

static bool strict_check_histogram(strict_walk *walk)
{
    bool is_gauge = strict_is_type(walk->family, "gaugehistogram");
    const strict_point *first = walk->at;
    if (!strict_check_buckets(walk, first)) {
        return false;
    }
    const strict_point *last = walk->at - 1;
    bool is_negative = strtold(strict_label_value(first, "le"), NULL) < 0;
    const strict_point *sum = strict_take(walk, first, is_gauge ? "_gsum" : "_sum", "le");
    const strict_point *count = strict_take(walk, first, is_gauge ? "_gcount" : "_count", "le");
    if ((sum == NULL) != (count == NULL)) {
        return strict_walk_fails(walk, "a sum without count, or a count without sum");
    }
    if (count != NULL && (!strict_is_count(count) || strcmp(count->value_text, last->value_text))) {
        return strict_walk_fails(walk, "the count differs from +Inf");
    }
    if (sum != NULL && (is_gauge ? !(sum->value >= 0 || (sum->value < 0 && is_negative))
                                 : !(sum->value >= 0 && !is_negative))) {
        return strict_walk_fails(walk, "a sum that is negative, no number, or of negative bounds");
    }
    return is_gauge || strict_take_created(walk, first, "le");
}

static bool strict_check_summary(strict_walk *walk)
{
    const strict_point *first = walk->at;
    long double before = -1;
    for (const strict_point *at = walk->at;
         at < walk->end && strict_has_suffix(walk->family, at, ""); at = walk->at) {
        const char *text = strict_label_value(at, "quantile");
        long double quantile = text != NULL ? strtold(text, NULL) : -1;
        if (strict_take(walk, first, "", "quantile") == NULL) {
            break;
        }
        if (text == NULL || !strict_is_bound(text) || !(quantile > before) || quantile > 1 ||
            at->value < 0) {
            return strict_walk_fails(walk, "a wrong quantile, or a negative value");
        }
        before = quantile;
    }
    const strict_point *sum = strict_take(walk, first, "_sum", "quantile");
    const strict_point *count = strict_take(walk, first, "_count", "quantile");
    if ((sum != NULL && !(sum->value >= 0)) || count == NULL || !strict_is_count(count)) {
        return strict_walk_fails(walk, "a wrong sum, or no count");
    }
    return strict_take_created(walk, first, "quantile");
}

static bool strict_check_counter(strict_walk *walk)
{
    const strict_point *first = walk->at;
    const strict_point *total = strict_take(walk, first, "_total", NULL);
    if (total == NULL || !(total->value >= 0)) {
        return strict_walk_fails(walk, "not a total of 0 or more");
    }
    return strict_take_created(walk, first, NULL);
}

/* One point of a gauge, an unknown, an info, or one state. */
static bool strict_check_lone(strict_walk *walk)
{
    bool is_info = strict_is_type(walk->family, "info");
    const strict_point *point = strict_take(walk, walk->at, is_info ? "_info" : "", NULL);
    if (point == NULL) {
        return strict_walk_fails(walk, "a sample of another family");
    }
    if (is_info && strcmp(point->value_text, "1") != 0) {
        return strict_walk_fails(walk, "an info that is not 1");
    }
    bool is_state = strcmp(point->value_text, "0") == 0 || strcmp(point->value_text, "1") == 0;
    if (strict_is_type(walk->family, "stateset") &&
        (!is_state || strict_label_value(point, walk->family->name) == NULL)) {
        return strict_walk_fails(walk, "a state that is neither 0 nor 1, or has no name");
    }
    return true;
}

/* ---- families -------------------------------------------------------------------------------- */

bool strict_unit_fits(const strict_family *family, const char *stem_end)
{
    size_t size = family->unit != NULL ? strlen(family->unit) : 0;
    size_t stem = (size_t)(stem_end - family->name);
    return size == 0 || (stem > size && stem_end[-(long)size - 1] == '_' &&
                         strncmp(stem_end - size, family->unit, size) == 0);
}

static bool strict_check_openmetrics_family(strict_document *document, const strict_family *family)
{
    if (!strict_unit_fits(family, family->name + strlen(family->name))) {
        return strict_refuse(document, "the name does not end in the unit", family->name);
    }
    if (family->count == 0) {
        return true;
    }
    const strict_point *first = document->points + family->first;
    strict_walk walk = {document, family, first, first + family->count};
    bool (*check)(strict_walk *) = strstr(family->type, "histogram") != NULL
                                       ? strict_check_histogram
                                   : strict_is_type(family, "summary") ? strict_check_summary
                                   : strict_is_type(family, "counter") ? strict_check_counter
                                                                       : strict_check_lone;
    while (walk.at < walk.end) {
        if (!check(&walk)) {
            return false;
        }
    }
    return true;
}

bool strict_openmetrics_read_as(strict_document *document, const char *text, bool has_quotes)
{
    if (!strict_read_openmetrics(document, text, strict_read_openmetrics_sample, has_quotes)) {
        return false;
    }
    for (size_t i = 0; i < document->family_count; i++) {
        if (!strict_check_openmetrics_family(document, &document->families[i])) {
            return false;
        }
    }
    return strict_check_unique(document);
}

bool strict_openmetrics_read(strict_document *document, const char *text)
{
    return strict_openmetrics_read_as(document, text, false);
}
