/* SPDX-License-Identifier: Apache-2.0 */
/* Labels, values and exemplars by type. */
#include "parse/sample_rules.h"

#include "parse/composite_rules.h"
#include "parse/number.h"

#include <math.h>
#include <string.h>

/* Of the names and values of an exemplar's labels together, in OpenMetrics 1.0. */
#define MAX_EXEMPLAR_CHARACTERS 128u

static bool is_same(const promlet_parsed_text *a, const char *bytes, size_t size)
{
    return a->size == size && memcmp(a->bytes, bytes, size) == 0;
}

static pml_shown show(const promlet_parsed_text *text)
{
    return pml_show(text->bytes, text->size);
}

bool pml_number_is_count(const promlet_parsed_number *number)
{
    return number->is_whole ||
           (number->real >= 0 && isfinite(number->real) && floor(number->real) == number->real);
}

bool pml_number_is_at_least(const promlet_parsed_number *number, const promlet_parsed_number *least)
{
    return number->is_whole && least->is_whole ? number->whole >= least->whole
                                               : number->real >= least->real;
}

/* ---- labels ---------------------------------------------------------------------------------- */

static const promlet_parsed_label *find_label(const promlet_parsed_sample *sample, const char *name,
                                              size_t size)
{
    for (size_t i = 0; i < sample->label_count; i++) {
        if (is_same(&sample->labels[i].name, name, size)) {
            return &sample->labels[i];
        }
    }
    return NULL;
}

const promlet_parsed_label *pml_sample_own_label(const promlet_parsed_sample *sample)
{
    const promlet_parsed_text *family = &sample->family->name;
    switch (sample->role) {
    case PROMLET_PARSED_BUCKET:
        return find_label(sample, "le", strlen("le"));
    case PROMLET_PARSED_QUANTILE:
        return find_label(sample, "quantile", strlen("quantile"));
    case PROMLET_PARSED_STATE:
        return find_label(sample, family->bytes, family->size);
    default:
        return NULL;
    }
}

/* The label of a bucket or a quantile. */
static bool check_bound(pml_reader *reader, const promlet_parsed_sample *sample, const char *name,
                        double *at)
{
    const promlet_parsed_label *own = pml_sample_own_label(sample);
    if (own == NULL) {
        return pml_reader_fail(reader, NULL, "%s has no label %s", show(&sample->name).text, name);
    }
    promlet_parsed_number number;
    const promlet_parsed_text *value = &own->value;
    if (pml_parse_number(value->bytes, value->bytes + value->size, &number) != PML_SPELLING_RIGHT ||
        isnan(number.real)) {
        return pml_reader_fail(reader, NULL, "the label %s=\"%s\" is no number", name,
                               show(value).text);
    }
    *at = number.real;
    return number.real != INFINITY || is_same(value, "+Inf", strlen("+Inf")) ||
           pml_reader_fail(reader, NULL, "the label %s=\"%s\" is spelt +Inf", name,
                           show(value).text);
}

static bool check_quantile(pml_reader *reader, const promlet_parsed_sample *sample, double *at)
{
    return check_bound(reader, sample, "quantile", at) &&
           (reader->format == PROMLET_PARSE_TEXT || (*at >= 0 && *at <= 1) ||
            pml_reader_fail(reader, NULL, "the quantile of %s is not between 0 and 1",
                            show(&sample->name).text));
}

static bool check_state(pml_reader *reader, const promlet_parsed_sample *sample)
{
    return pml_sample_own_label(sample) != NULL ||
           pml_reader_fail(reader, NULL, "the state of %s is not in a label of that name",
                           show(&sample->name).text);
}

/* A label that tells samples of one metric apart is none of the metric itself, but where nothing
   would be told apart. */
static bool check_foreign_label(pml_reader *reader, const promlet_parsed_sample *sample)
{
    const promlet_parsed_composite *composite = sample->composite;
    promlet_parsed_type type = composite != NULL ? composite->type : sample->family->type;
    const char *name = type == PROMLET_PARSED_SUMMARY ? "quantile" : "le";
    bool may_be = reader->format == PROMLET_PARSE_TEXT || type == PROMLET_PARSED_COUNTER ||
                  (composite != NULL && composite->field_count == 0);
    return may_be || find_label(sample, name, strlen(name)) == NULL ||
           pml_reader_fail(reader, NULL, "%s has a label %s, which it must not",
                           show(&sample->name).text, name);
}

static bool check_labels(pml_reader *reader, const promlet_parsed_sample *sample, double *at)
{
    switch (sample->role) {
    case PROMLET_PARSED_BUCKET:
        return check_bound(reader, sample, "le", at);
    case PROMLET_PARSED_QUANTILE:
        return check_quantile(reader, sample, at);
    case PROMLET_PARSED_STATE:
        return check_state(reader, sample);
    case PROMLET_PARSED_VALUE:
        return true;
    default:
        return check_foreign_label(reader, sample);
    }
}

/* ---- values ---------------------------------------------------------------------------------- */

static const char *wrong_number(const promlet_parsed_number *number)
{
    return isnan(number->real) ? "is NaN" : number->real < 0 ? "is negative" : NULL;
}

/* What is wrong with a value; NULL if nothing is. Negative sums of gauge histograms depend on the
   buckets. */
static const char *wrong_value(const promlet_parsed_sample *sample)
{
    const promlet_parsed_number *value = &sample->value;
    promlet_parsed_type type = sample->family->type;
    switch (sample->role) {
    case PROMLET_PARSED_BUCKET:
    case PROMLET_PARSED_COUNT:
        return pml_number_is_count(value) ? NULL : "is no integer from 0 on";
    case PROMLET_PARSED_SUM:
        return type != PROMLET_PARSED_GAUGE_HISTOGRAM ? wrong_number(value)
               : isnan(value->real)                   ? "is NaN"
                                                      : NULL;
    case PROMLET_PARSED_QUANTILE:
        return value->real < 0 ? "is negative" : NULL;
    case PROMLET_PARSED_STATE:
        return value->real == 0 || value->real == 1 ? NULL : "is neither 0 nor 1";
    case PROMLET_PARSED_VALUE:
        return type == PROMLET_PARSED_COUNTER                    ? wrong_number(value)
               : type == PROMLET_PARSED_INFO && value->real != 1 ? "is not 1"
                                                                 : NULL;
    default:
        return NULL;
    }
}

static bool check_value(pml_reader *reader, const promlet_parsed_sample *sample)
{
    const char *wrong = wrong_value(sample);
    return wrong == NULL || pml_reader_fail(reader, NULL, "the value of the %s %s %s",
                                            promlet_parsed_type_text(sample->family->type),
                                            show(&sample->name).text, wrong);
}

/* ---- exemplars ------------------------------------------------------------------------------- */

static size_t count_characters(const promlet_parsed_text *text)
{
    size_t count = 0;
    for (size_t i = 0; i < text->size; i++) {
        count += ((unsigned char)text->bytes[i] & 0xc0) != 0x80;
    }
    return count;
}

static bool check_size(pml_reader *reader, const promlet_parsed_exemplar *exemplar)
{
    size_t count = 0;
    for (size_t i = 0; i < exemplar->label_count; i++) {
        count += count_characters(&exemplar->labels[i].name);
        count += count_characters(&exemplar->labels[i].value);
    }
    return count <= MAX_EXEMPLAR_CHARACTERS ||
           pml_reader_fail(reader, NULL, "the labels of an exemplar have more than %u characters",
                           MAX_EXEMPLAR_CHARACTERS);
}

static bool may_have_exemplars(const promlet_parsed_sample *sample)
{
    switch (sample->family->type) {
    case PROMLET_PARSED_COUNTER:
        return sample->role == PROMLET_PARSED_VALUE;
    case PROMLET_PARSED_HISTOGRAM:
    case PROMLET_PARSED_GAUGE_HISTOGRAM:
        return sample->role == PROMLET_PARSED_BUCKET || sample->role == PROMLET_PARSED_COMPOSITE;
    default:
        return false;
    }
}

static bool check_exemplar(pml_reader *reader, const promlet_parsed_sample *sample,
                           const promlet_parsed_exemplar *exemplar, double at)
{
    if (reader->format == PROMLET_PARSE_OPENMETRICS2) {
        return exemplar->has_timestamp ||
               pml_reader_fail(reader, NULL, "an exemplar of %s has no time",
                               show(&sample->name).text);
    }
    if (sample->role == PROMLET_PARSED_BUCKET && !(exemplar->value.real <= at)) {
        return pml_reader_fail(reader, NULL, "the exemplar of %s is beyond its bucket",
                               show(&sample->name).text);
    }
    return check_size(reader, exemplar);
}

static bool check_exemplars(pml_reader *reader, const promlet_parsed_sample *sample, double at)
{
    if (sample->exemplar_count > 0 && !may_have_exemplars(sample)) {
        return pml_reader_fail(reader, NULL,
                               "%s has an exemplar, which only counters and buckets may",
                               show(&sample->name).text);
    }
    bool is_right = true;
    for (size_t i = 0; i < sample->exemplar_count && is_right; i++) {
        is_right = check_exemplar(reader, sample, &sample->exemplars[i], at);
    }
    return is_right;
}

/* ---- roles ----------------------------------------------------------------------------------- */

bool pml_sample_fit_role(pml_reader *reader, promlet_parsed_sample *sample)
{
    bool has_fields = sample->composite != NULL;
    if (has_fields == (sample->role == PROMLET_PARSED_COMPOSITE)) {
        return true;
    }
    sample->role = has_fields ? PROMLET_PARSED_COMPOSITE : PROMLET_PARSED_VALUE;
    bool may_be = has_fields && sample->family->type == PROMLET_PARSED_UNKNOWN;
    return may_be || reader->is_lenient ||
           pml_reader_fail(reader, NULL, "the value of the %s %s %s",
                           promlet_parsed_type_text(sample->family->type), show(&sample->name).text,
                           has_fields ? "has fields" : "has no fields");
}

/* ---- all of it ------------------------------------------------------------------------------- */

bool pml_sample_check(pml_reader *reader, const promlet_parsed_sample *sample, double *at)
{
    *at = INFINITY;
    if (!check_labels(reader, sample, at)) {
        return false;
    }
    if (reader->format == PROMLET_PARSE_TEXT) {
        return true;
    }
    bool is_right = sample->composite != NULL ? pml_composite_check(reader, sample)
                                              : check_value(reader, sample);
    return is_right && check_exemplars(reader, sample, *at);
}
