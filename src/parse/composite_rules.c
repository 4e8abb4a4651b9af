/* SPDX-License-Identifier: Apache-2.0 */
/* Composite values of OpenMetrics 2.0. The grammar lets a sum be anything, so nothing is said of
   sums here. */
#include "parse/composite_rules.h"

#include "parse/sample_rules.h"

#include <math.h>

/* What is wrong; NULL if nothing is. */
typedef const char *wrong;

/* ---- fields ---------------------------------------------------------------------------------- */

static wrong check_order(const promlet_parsed_composite *value)
{
    for (size_t i = 0; i < value->field_count; i++) {
        bool is_rising = i == 0 || value->fields[i].at > value->fields[i - 1].at;
        if (!is_rising || isnan(value->fields[i].at)) {
            return value->type == PROMLET_PARSED_SUMMARY ? "has quantiles that do not rise"
                                                         : "has bounds that do not rise";
        }
    }
    return NULL;
}

static wrong check_quantiles(const promlet_parsed_composite *value)
{
    for (size_t i = 0; i < value->field_count; i++) {
        const promlet_parsed_field *field = &value->fields[i];
        if (field->at < 0 || field->at > 1) {
            return "has a quantile that is not between 0 and 1";
        }
        if (field->value.real < 0) {
            return "has a negative value at a quantile";
        }
    }
    return pml_number_is_count(&value->count) ? NULL : "has a count that is no integer from 0 on";
}

static wrong check_buckets(const promlet_parsed_composite *value)
{
    static const promlet_parsed_number zero = {.is_whole = true};
    const promlet_parsed_number *before = &zero;
    for (size_t i = 0; i < value->field_count; i++) {
        if (!pml_number_is_at_least(&value->fields[i].value, before)) {
            return i == 0 ? "has a negative bucket" : "has a bucket below the one before";
        }
        before = &value->fields[i].value;
    }
    if (value->field_count == 0) {
        return value->has_native ? NULL : "has no buckets";
    }
    if (value->fields[value->field_count - 1].at != INFINITY) {
        return "has no bucket +Inf";
    }
    bool is_same = pml_number_is_at_least(before, &value->count) &&
                   pml_number_is_at_least(&value->count, before);
    return is_same ? NULL : "has a count that is not that of the bucket +Inf";
}

/* ---- native buckets -------------------------------------------------------------------------- */

/* The sum of counts as far as they are integers below 2^64. */
typedef struct counted {
    uint64_t sum;
    bool is_known;
    bool is_negative; /* one of them */
} counted;

static void add(counted *total, const promlet_parsed_number *number)
{
    total->is_negative = total->is_negative || number->real < 0;
    total->is_known = total->is_known && number->is_whole &&
                      !__builtin_add_overflow(total->sum, number->whole, &total->sum);
}

static void add_side(counted *total, const promlet_parsed_side *side)
{
    for (size_t i = 0; i < side->count; i++) {
        add(total, &side->counts[i]);
    }
}

/* What was NaN is counted, but in no bucket; then the sum is NaN. */
static wrong check_native(const promlet_parsed_composite *value)
{
    if (!value->has_native) {
        return NULL;
    }
    if (!(value->zero_threshold >= 0)) {
        return "has a negative zero_threshold";
    }
    counted total = {.is_known = value->count.is_whole};
    add(&total, &value->zero_count);
    add_side(&total, &value->negative);
    add_side(&total, &value->positive);
    if (total.is_negative) {
        return "has a negative bucket";
    }
    bool is_right =
        isnan(value->sum.real) ? total.sum <= value->count.whole : total.sum == value->count.whole;
    return !total.is_known || is_right ? NULL : "has a count that is not that of its buckets";
}

/* ---- all of it ------------------------------------------------------------------------------- */

static wrong check_value(const promlet_parsed_composite *value, promlet_parsed_type type)
{
    if (type != PROMLET_PARSED_UNKNOWN && type != value->type) {
        return "has the fields of another type";
    }
    if (value->count.real < 0) {
        return "has a negative count";
    }
    wrong is_wrong = check_order(value);
    if (is_wrong == NULL && value->type == PROMLET_PARSED_SUMMARY) {
        return check_quantiles(value);
    }
    is_wrong = is_wrong != NULL ? is_wrong : check_buckets(value);
    return is_wrong != NULL ? is_wrong : check_native(value);
}

bool pml_composite_check(pml_reader *reader, const promlet_parsed_sample *sample)
{
    wrong is_wrong = check_value(sample->composite, sample->family->type);
    return is_wrong == NULL ||
           pml_reader_fail(reader, NULL, "the value of the %s %s %s",
                           promlet_parsed_type_text(sample->composite->type),
                           pml_show(sample->name.bytes, sample->name.size).text, is_wrong);
}
