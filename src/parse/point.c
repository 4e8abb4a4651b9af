/* SPDX-License-Identifier: Apache-2.0 */
/* Order and totals. */
#include "parse/point.h"

#include "parse/sample_rules.h"

#include <math.h>

static pml_shown show(const promlet_parsed_text *text)
{
    return pml_show(text->bytes, text->size);
}

static bool has(const pml_point *point, promlet_parsed_role role)
{
    return (point->roles & 1u << role) != 0;
}

void pml_point_begin(pml_point *point, const promlet_parsed_sample *sample)
{
    *point = (pml_point){.line = sample->line,
                         .has_timestamp = sample->has_timestamp,
                         .timestamp = sample->timestamp};
}

/* ---- samples --------------------------------------------------------------------------------- */

/* The text format counts with any number but NaN; each bucket holds those below. */
static bool take_bucket(pml_point *point, pml_reader *reader, const promlet_parsed_sample *sample,
                        double at)
{
    bool is_first = !has(point, PROMLET_PARSED_BUCKET);
    if (!is_first && !(at > point->bound)) {
        return pml_reader_fail(reader, NULL, "the bounds of %s do not rise",
                               show(&sample->name).text);
    }
    const promlet_parsed_number *least = is_first ? &sample->value : &point->bucket;
    if (!pml_number_is_at_least(&sample->value, least)) {
        return pml_reader_fail(reader, NULL, "%s is below the bucket before",
                               show(&sample->name).text);
    }
    point->bound = at;
    point->bucket = sample->value;
    point->has_negative_bound = point->has_negative_bound || at < 0;
    return true;
}

/* OpenMetrics 1.0 gives quantiles no order. */
static bool take_quantile(pml_point *point, pml_reader *reader, const promlet_parsed_sample *sample,
                          double at)
{
    bool has_order = reader->format == PROMLET_PARSE_TEXT;
    if (has_order && has(point, PROMLET_PARSED_QUANTILE) && !(at > point->bound)) {
        return pml_reader_fail(reader, NULL, "the quantiles of %s do not rise",
                               show(&sample->name).text);
    }
    point->bound = at;
    return true;
}

static bool take_once(pml_point *point, pml_reader *reader, const promlet_parsed_sample *sample)
{
    if (has(point, sample->role)) {
        return pml_reader_fail(reader, NULL, "%s stands twice with the same labels",
                               show(&sample->name).text);
    }
    if (sample->role == PROMLET_PARSED_COUNT) {
        point->count = sample->value;
        point->count_line = sample->line;
    }
    point->has_negative_sum =
        point->has_negative_sum || (sample->role == PROMLET_PARSED_SUM && sample->value.real < 0);
    return true;
}

bool pml_point_take(pml_point *point, pml_reader *reader, const promlet_parsed_sample *sample,
                    double at)
{
    bool is_right = true;
    switch (sample->role) {
    case PROMLET_PARSED_BUCKET:
        is_right = take_bucket(point, reader, sample, at);
        break;
    case PROMLET_PARSED_QUANTILE:
        is_right = take_quantile(point, reader, sample, at);
        break;
    case PROMLET_PARSED_STATE:
        break;
    default:
        is_right = take_once(point, reader, sample);
        break;
    }
    point->roles |= is_right ? 1u << sample->role : 0;
    return is_right;
}

/* ---- the whole ------------------------------------------------------------------------------- */

/* What is wrong with sum and count of a histogram; NULL if nothing is. */
static const char *wrong_sum(const pml_point *point, bool is_text, bool is_gauge)
{
    if (is_text) {
        return has(point, PROMLET_PARSED_COUNT) ? NULL : "has no _count";
    }
    if (has(point, PROMLET_PARSED_SUM) != has(point, PROMLET_PARSED_COUNT)) {
        return has(point, PROMLET_PARSED_SUM) ? "has a sum, but no count"
                                              : "has a count, but no sum";
    }
    if (is_gauge) {
        return point->has_negative_sum && !point->has_negative_bound
                   ? "has a negative sum, but no negative bound"
                   : NULL;
    }
    return point->has_negative_bound && has(point, PROMLET_PARSED_SUM)
               ? "has a negative bound, and a sum"
               : NULL;
}

static const char *wrong_histogram(const pml_point *point, bool is_text, bool is_gauge)
{
    if (!has(point, PROMLET_PARSED_BUCKET) || point->bound != INFINITY) {
        return "has no bucket +Inf";
    }
    return wrong_sum(point, is_text, is_gauge);
}

static const char *wrong_point(const pml_point *point, promlet_parse_format format,
                               promlet_parsed_type type)
{
    if (format == PROMLET_PARSE_OPENMETRICS2) {
        return NULL;
    }
    switch (type) {
    case PROMLET_PARSED_HISTOGRAM:
    case PROMLET_PARSED_GAUGE_HISTOGRAM:
        return wrong_histogram(point, format == PROMLET_PARSE_TEXT,
                               type == PROMLET_PARSED_GAUGE_HISTOGRAM);
    case PROMLET_PARSED_COUNTER:
        return has(point, PROMLET_PARSED_VALUE) ? NULL : "has no _total";
    default:
        return NULL;
    }
}

/* Of a histogram that has both. */
static bool check_count(const pml_point *point, pml_reader *reader,
                        const promlet_parsed_family *family)
{
    if (!has(point, PROMLET_PARSED_COUNT) || !has(point, PROMLET_PARSED_BUCKET) ||
        (pml_number_is_at_least(&point->count, &point->bucket) &&
         pml_number_is_at_least(&point->bucket, &point->count))) {
        return true;
    }
    (void)pml_reader_fail(reader, NULL, "the count of the %s %s is not that of its bucket +Inf",
                          promlet_parsed_type_text(family->type), show(&family->name).text);
    reader->error->line = point->count_line;
    return false;
}

bool pml_point_end(const pml_point *point, pml_reader *reader, const promlet_parsed_family *family)
{
    const char *wrong = wrong_point(point, reader->format, family->type);
    if (wrong == NULL) {
        return check_count(point, reader, family);
    }
    (void)pml_reader_fail(reader, NULL, "the %s %s that begins here %s",
                          promlet_parsed_type_text(family->type), show(&family->name).text, wrong);
    reader->error->line = point->line;
    return false;
}
