/* SPDX-License-Identifier: Apache-2.0 */
/* Composite values. Their fields have one order, and no spaces between them. */
#include "parse/composite.h"

#include "parse/number.h"

#include <string.h>

/* Goes on behind a literal if it is next. */
static bool skip(pml_reader *reader, const char *literal)
{
    size_t size = strlen(literal);
    bool is_next =
        (size_t)(reader->end - reader->at) >= size && memcmp(reader->at, literal, size) == 0;
    reader->at += is_next ? size : 0;
    return is_next;
}

static bool expect(pml_reader *reader, const char *literal)
{
    return skip(reader, literal) ||
           pml_reader_fail(reader, reader->at, "the value goes on with %s here", literal);
}

static bool take_number(pml_reader *reader, promlet_parsed_number *number)
{
    return pml_sample_take_number(reader, ",:]}", "a number in the value", number);
}

static bool take_integer(pml_reader *reader, int64_t least, int64_t most, int64_t *value)
{
    const char *end = pml_reader_word_end(reader, ",:]}");
    if (pml_parse_integer(reader->at, end, value) != PML_SPELLING_RIGHT || *value < least ||
        *value > most) {
        return pml_reader_fail(reader, reader->at, "here is an integer from %lld to %lld",
                               (long long)least, (long long)most);
    }
    reader->at = end;
    return true;
}

static bool check_limit(pml_reader *reader, const pml_sample_parts *parts, size_t count)
{
    return count < parts->limits.fields ||
           pml_reader_fail_limit(reader, reader->at, "a value has more than %zu fields of a kind",
                                 parts->limits.fields);
}

/* ---- lists ----------------------------------------------------------------------------------- */

/* What follows an item: a comma, or the end of the list. */
static bool goes_on(pml_reader *reader, bool *is_right)
{
    if (pml_reader_take(reader, ',')) {
        return true;
    }
    *is_right = expect(reader, "]");
    return false;
}

static bool take_field(pml_reader *reader, pml_sample_parts *parts)
{
    promlet_parsed_number at;
    if (!check_limit(reader, parts, parts->field_count) ||
        !pml_sample_grow(reader, &parts->fields, &parts->field_room, parts->field_count,
                         sizeof *parts->fields)) {
        return false;
    }
    promlet_parsed_field *field = &parts->fields[parts->field_count];
    if (!take_number(reader, &at) || !expect(reader, ":") || !take_number(reader, &field->value)) {
        return false;
    }
    field->at = at.real;
    parts->field_count++;
    return true;
}

/* Behind the bracket; there is one at least. */
static bool take_fields(pml_reader *reader, pml_sample_parts *parts)
{
    bool is_right = true;
    do {
        if (!take_field(reader, parts)) {
            return false;
        }
    } while (goes_on(reader, &is_right));
    return is_right;
}

/* The first offset is an index and may be negative. */
static bool take_span(pml_reader *reader, pml_sample_parts *parts, bool is_first)
{
    int64_t offset;
    int64_t length;
    if (!check_limit(reader, parts, parts->span_count) ||
        !pml_sample_grow(reader, &parts->spans, &parts->span_room, parts->span_count,
                         sizeof *parts->spans) ||
        !take_integer(reader, is_first ? INT32_MIN : 0, INT32_MAX, &offset) ||
        !expect(reader, ":") || !take_integer(reader, 0, UINT32_MAX, &length)) {
        return false;
    }
    parts->spans[parts->span_count++] =
        (promlet_parsed_span){.offset = (int32_t)offset, .length = (uint32_t)length};
    return true;
}

static bool take_spans(pml_reader *reader, pml_sample_parts *parts, promlet_parsed_side *side)
{
    bool is_right = true;
    size_t before = parts->span_count;
    if (skip(reader, "]")) {
        return true;
    }
    do {
        if (!take_span(reader, parts, parts->span_count == before)) {
            return false;
        }
    } while (goes_on(reader, &is_right));
    side->span_count = parts->span_count - before;
    return is_right;
}

static bool take_counts(pml_reader *reader, pml_sample_parts *parts, promlet_parsed_side *side)
{
    bool is_right = true;
    size_t before = parts->count_count;
    if (skip(reader, "]")) {
        return true;
    }
    do {
        if (!check_limit(reader, parts, parts->count_count) ||
            !pml_sample_grow(reader, &parts->counts, &parts->count_room, parts->count_count,
                             sizeof *parts->counts) ||
            !take_number(reader, &parts->counts[parts->count_count])) {
            return false;
        }
        parts->count_count++;
    } while (goes_on(reader, &is_right));
    side->count = parts->count_count - before;
    return is_right;
}

/* ---- native buckets -------------------------------------------------------------------------- */

/* As many counts as the spans have buckets. */
static bool check_side(pml_reader *reader, const char *where, const pml_sample_parts *parts,
                       const promlet_parsed_side *side, size_t first_span)
{
    uint64_t length = 0;
    for (size_t i = 0; i < side->span_count; i++) {
        length += parts->spans[first_span + i].length;
    }
    return length == side->count ||
           pml_reader_fail(reader, where, "the spans have %llu buckets, but %zu are counted",
                           (unsigned long long)length, side->count);
}

static bool take_side(pml_reader *reader, pml_sample_parts *parts, bool is_negative)
{
    promlet_parsed_side *side =
        is_negative ? &parts->composite.negative : &parts->composite.positive;
    const char *where = reader->at;
    size_t first_span = parts->span_count;
    if (!skip(reader, is_negative ? ",negative_spans:[" : ",positive_spans:[")) {
        return true;
    }
    return take_spans(reader, parts, side) &&
           expect(reader, is_negative ? ",negative_buckets:[" : ",positive_buckets:[") &&
           take_counts(reader, parts, side) && check_side(reader, where, parts, side, first_span);
}

/* Behind `,schema:`. */
static bool take_native(pml_reader *reader, pml_sample_parts *parts)
{
    promlet_parsed_composite *composite = &parts->composite;
    promlet_parsed_number threshold;
    int64_t schema;
    if (!take_integer(reader, -4, 8, &schema) || !expect(reader, ",zero_threshold:") ||
        !take_number(reader, &threshold) || !expect(reader, ",zero_count:") ||
        !take_number(reader, &composite->zero_count) || !take_side(reader, parts, true) ||
        !take_side(reader, parts, false)) {
        return false;
    }
    composite->has_native = true;
    composite->schema = (int32_t)schema;
    composite->zero_threshold = threshold.real;
    return true;
}

/* ---- the whole ------------------------------------------------------------------------------- */

static void place(pml_sample_parts *parts)
{
    promlet_parsed_composite *composite = &parts->composite;
    composite->fields = parts->fields;
    composite->field_count = parts->field_count;
    composite->negative.spans = parts->spans;
    composite->negative.counts = parts->counts;
    composite->positive.spans =
        parts->span_count > 0 ? parts->spans + composite->negative.span_count : NULL;
    composite->positive.counts =
        parts->count_count > 0 ? parts->counts + composite->negative.count : NULL;
}

static bool take_all(pml_reader *reader, pml_sample_parts *parts)
{
    promlet_parsed_composite *composite = &parts->composite;
    bool is_gauge = skip(reader, "{gcount:");
    composite->type = is_gauge ? PROMLET_PARSED_GAUGE_HISTOGRAM : PROMLET_PARSED_HISTOGRAM;
    if ((!is_gauge && !expect(reader, "{count:")) || !take_number(reader, &composite->count) ||
        !expect(reader, is_gauge ? ",gsum:" : ",sum:") || !take_number(reader, &composite->sum)) {
        return false;
    }
    if (!is_gauge && skip(reader, ",quantile:[")) {
        composite->type = PROMLET_PARSED_SUMMARY;
        return (skip(reader, "]") || take_fields(reader, parts)) && expect(reader, "}");
    }
    if (skip(reader, ",schema:") && !take_native(reader, parts)) {
        return false;
    }
    if (skip(reader, ",bucket:[") && !take_fields(reader, parts)) {
        return false;
    }
    return expect(reader, "}");
}

bool pml_composite_read(pml_reader *reader, pml_sample_parts *parts)
{
    parts->composite = (promlet_parsed_composite){.has_native = false};
    parts->field_count = 0;
    parts->span_count = 0;
    parts->count_count = 0;
    bool is_read = take_all(reader, parts);
    place(parts);
    return is_read;
}
