/* SPDX-License-Identifier: Apache-2.0 */
/* The metrics of a family, by keys of their labels. */
#include "parse/grouping.h"

#include "base/alloc.h"
#include "parse/sample_rules.h"

void pml_grouping_begin(pml_grouping *grouping)
{
    pml_seen_clear(&grouping->metrics);
    grouping->point.line = 0;
    grouping->ended = 0;
}

void pml_grouping_free(pml_grouping *grouping)
{
    pml_seen_free(&grouping->metrics);
    pml_seen_free(&grouping->parts);
    pml_free(grouping->points);
}

/* ---- keys ------------------------------------------------------------------------------------ */

/* Of the labels in any order, but for the one that tells samples of a metric apart; an empty value
   is the same as no label. */
static pml_key key_of(const pml_grouping *grouping, const promlet_parsed_sample *sample)
{
    const promlet_parsed_label *own = pml_sample_own_label(sample);
    pml_key key = {1, 1};
    for (size_t i = 0; i < sample->label_count; i++) {
        const promlet_parsed_label *label = &sample->labels[i];
        if (label != own && label->value.size > 0) {
            pml_key name = pml_key_of(grouping->seed, label->name.bytes, label->name.size);
            key = pml_key_join(key, pml_key_of(name, label->value.bytes, label->value.size));
        }
    }
    return key;
}

static bool is_current(const pml_grouping *grouping)
{
    if (grouping->point.line == 0) {
        return false;
    }
    const pml_key *key = &grouping->metrics.keys[grouping->at];
    return key->high == grouping->key.high && key->low == grouping->key.low;
}

/* ---- one metric after the other -------------------------------------------------------------- */

static int compare(const promlet_parsed_time *a, const promlet_parsed_time *b)
{
    if (a->seconds != b->seconds) {
        return a->seconds < b->seconds ? -1 : 1;
    }
    return (a->nanoseconds > b->nanoseconds) - (a->nanoseconds < b->nanoseconds);
}

/* Whether the sample is of a later time of the same metric. */
static bool is_later(const pml_point *point, const promlet_parsed_sample *sample)
{
    return point->has_timestamp && sample->has_timestamp &&
           compare(&sample->timestamp, &point->timestamp) > 0;
}

/* The point stays to be compared with, but is judged once. */
static bool end_point(pml_grouping *grouping, pml_reader *reader,
                      const promlet_parsed_family *family)
{
    bool is_judged = grouping->point.line == 0 || grouping->is_point_judged;
    grouping->is_point_judged = true;
    return is_judged || pml_point_end(&grouping->point, reader, family);
}

static void begin_point(pml_grouping *grouping, const promlet_parsed_sample *sample)
{
    pml_seen_clear(&grouping->parts);
    pml_point_begin(&grouping->point, sample);
    grouping->is_point_judged = false;
}

bool pml_grouping_turn(pml_grouping *grouping, pml_reader *reader,
                       const promlet_parsed_sample *sample)
{
    grouping->key = key_of(grouping, sample);
    bool goes_on = reader->format == PROMLET_PARSE_TEXT ||
                   (is_current(grouping) && !is_later(&grouping->point, sample));
    return goes_on || end_point(grouping, reader, sample->family);
}

static bool fail_twice(pml_reader *reader, const promlet_parsed_sample *sample)
{
    return pml_reader_fail(reader, NULL, "%s stands twice with the same labels",
                           pml_show(sample->name.bytes, sample->name.size).text);
}

static bool add(pml_grouping *grouping, pml_reader *reader, size_t max_series, bool *is_new)
{
    size_t index;
    pml_seen_result result = pml_seen_add(&grouping->metrics, grouping->key, max_series, &index);
    if (result == PML_SEEN_TOO_MANY) {
        return pml_reader_fail_limit(reader, NULL, "the family has more than %zu series",
                                     max_series);
    }
    if (result == PML_SEEN_NO_MEMORY) {
        return pml_reader_fail_memory(reader);
    }
    *is_new = result == PML_SEEN_NEW;
    grouping->at = index;
    return true;
}

static bool begin_metric(pml_grouping *grouping, pml_reader *reader,
                         const promlet_parsed_sample *sample, size_t max_series)
{
    bool is_new = false;
    if (!add(grouping, reader, max_series, &is_new)) {
        grouping->point.line = 0;
        return false;
    }
    begin_point(grouping, sample);
    return is_new || pml_reader_fail(reader, NULL,
                                     "%s stands twice with the same labels, or not in one piece",
                                     pml_show(sample->name.bytes, sample->name.size).text);
}

/* The times of a metric rise, if it has any. */
static bool go_on(pml_grouping *grouping, pml_reader *reader, const promlet_parsed_sample *sample)
{
    const pml_point *point = &grouping->point;
    if (point->has_timestamp != sample->has_timestamp) {
        return pml_reader_fail(reader, NULL, "some samples of %s have a time, and some have none",
                               pml_show(sample->name.bytes, sample->name.size).text);
    }
    if (is_later(point, sample)) {
        begin_point(grouping, sample);
        return true;
    }
    return !point->has_timestamp || compare(&sample->timestamp, &point->timestamp) == 0 ||
           pml_reader_fail(reader, NULL, "the time of %s goes back",
                           pml_show(sample->name.bytes, sample->name.size).text);
}

/* A state and, in OpenMetrics 1.0, a quantile stand once. */
static bool take_part(pml_grouping *grouping, pml_reader *reader,
                      const promlet_parsed_sample *sample)
{
    if (sample->role != PROMLET_PARSED_STATE && sample->role != PROMLET_PARSED_QUANTILE) {
        return true;
    }
    const promlet_parsed_text *part = &pml_sample_own_label(sample)->value;
    size_t index;
    pml_key key = pml_key_of(grouping->seed, part->bytes, part->size);
    pml_seen_result result = pml_seen_add(&grouping->parts, key, SIZE_MAX, &index);
    return result == PML_SEEN_NEW || (result == PML_SEEN_BEFORE ? fail_twice(reader, sample)
                                                                : pml_reader_fail_memory(reader));
}

static bool take_in_order(pml_grouping *grouping, pml_reader *reader,
                          const promlet_parsed_sample *sample, size_t max_series, double at)
{
    bool is_right = is_current(grouping) ? go_on(grouping, reader, sample)
                                         : begin_metric(grouping, reader, sample, max_series);
    return is_right && take_part(grouping, reader, sample) &&
           pml_point_take(&grouping->point, reader, sample, at);
}

/* ---- in any order ---------------------------------------------------------------------------- */

static bool has_points(const promlet_parsed_family *family)
{
    return family->type == PROMLET_PARSED_HISTOGRAM || family->type == PROMLET_PARSED_SUMMARY;
}

/* Room for the state of the metric. */
static bool make_room(pml_grouping *grouping, pml_reader *reader)
{
    if (grouping->at < grouping->point_room) {
        return true;
    }
    size_t room = grouping->point_room == 0 ? 16 : 2 * grouping->point_room;
    pml_point *points = pml_resize_array(grouping->points, room, sizeof *points);
    if (points == NULL) {
        return pml_reader_fail_memory(reader);
    }
    grouping->points = points;
    grouping->point_room = room;
    return true;
}

static bool take_in_any_order(pml_grouping *grouping, pml_reader *reader,
                              const promlet_parsed_sample *sample, size_t max_series, double at)
{
    bool is_new = false;
    if (!add(grouping, reader, max_series, &is_new)) {
        return false;
    }
    if (!has_points(sample->family)) {
        return is_new || fail_twice(reader, sample);
    }
    if (!make_room(grouping, reader)) {
        return false;
    }
    if (is_new) {
        pml_point_begin(&grouping->points[grouping->at], sample);
    }
    return pml_point_take(&grouping->points[grouping->at], reader, sample, at);
}

/* ---- all of it ------------------------------------------------------------------------------- */

bool pml_grouping_take(pml_grouping *grouping, pml_reader *reader,
                       const promlet_parsed_sample *sample, size_t max_series)
{
    double at;
    if (!pml_sample_check(reader, sample, &at)) {
        return false;
    }
    return reader->format == PROMLET_PARSE_TEXT
               ? take_in_any_order(grouping, reader, sample, max_series, at)
               : take_in_order(grouping, reader, sample, max_series, at);
}

bool pml_grouping_end(pml_grouping *grouping, pml_reader *reader,
                      const promlet_parsed_family *family)
{
    if (reader->format != PROMLET_PARSE_TEXT) {
        return end_point(grouping, reader, family);
    }
    size_t count = has_points(family) ? grouping->metrics.count : 0;
    bool is_right = true;
    while (grouping->ended < count && is_right) {
        is_right = pml_point_end(&grouping->points[grouping->ended++], reader, family);
    }
    return is_right;
}
