/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the values of a type may be, and whether the parts of a histogram or summary fit together.
 * promtool looks at none of it.
 *
 * The parser judges parts as well, and its strict errors are shown where these rules find nothing
 * (findings.c keeps one of a line). They can't take the place of these: what the text format lets
 * through, values, sums and times, is wrong data all the same; a line that breaks a rule is left
 * out there before the next is judged; and an error has a sentence, but no word to choose it by.
 */
#include "tool/rules.h"

#include "tool/buffer.h"
#include "tool/figures.h"
#include "tool/memory.h"
#include "tool/series.h"

#include <math.h>
#include <stdlib.h>

/* A histogram or summary: the lines that have all labels but le or quantile in common. */
typedef struct pml_parts {
    promlet_parsed_type type;
    size_t line;        /* of the first of them */
    pml_bucket *points; /* buckets or quantiles in the order of the document */
    size_t *lines;      /* of each point */
    size_t count;
    size_t capacity;
    size_t lines_capacity;
    bool has_count;
    bool has_sum;
    double all; /* the value of _count */
    size_t all_line;
} parts;

static void report(const pml_value_rules *rules, size_t line, const char *rule, const char *key,
                   const char *sentence)
{
    const pml_finding what = {.line = line, .is_error = true, .rule = rule};
    pml_findings_add(rules->findings, &what, "%.250s: %s", key, sentence);
}

/* ---- single values --------------------------------------------------------------------------- */

static bool is_cumulative(promlet_parsed_type type)
{
    return type == PROMLET_PARSED_COUNTER || type == PROMLET_PARSED_HISTOGRAM ||
           type == PROMLET_PARSED_SUMMARY;
}

static bool is_count(const promlet_parsed_sample *sample)
{
    promlet_parsed_type type = sample->family->type;
    return sample->role == PROMLET_PARSED_BUCKET || sample->role == PROMLET_PARSED_COUNT ||
           (sample->role == PROMLET_PARSED_VALUE && type == PROMLET_PARSED_COUNTER);
}

static const char *value_problem(const promlet_parsed_sample *sample)
{
    double value = sample->value.real;
    promlet_parsed_type type = sample->family->type;
    if (is_count(sample) && is_cumulative(type) && (isnan(value) || value < 0)) {
        return "what is counted is neither negative nor NaN";
    }
    if (sample->role == PROMLET_PARSED_BUCKET && value != floor(value)) {
        return "a bucket counts in whole numbers";
    }
    if (sample->role == PROMLET_PARSED_COUNT && value != floor(value)) {
        return "observations are counted in whole numbers";
    }
    if (type == PROMLET_PARSED_INFO && sample->role == PROMLET_PARSED_VALUE && value != 1) {
        return "the value of an info is 1";
    }
    if (sample->role == PROMLET_PARSED_STATE && value != 0 && value != 1) {
        return "the value of a state is 0 or 1";
    }
    return NULL;
}

/* ---- collecting the parts -------------------------------------------------------------------- */

static parts *find_parts(pml_value_rules *rules, const promlet_parsed_sample *sample)
{
    pml_buffer key = {.bytes = NULL};
    bool is_new;
    pml_tool_series_put_whole(&key, sample);
    size_t number = pml_names_add(&rules->keys, pml_buffer_peek(&key), key.size, &is_new);
    pml_buffer_free(&key);
    rules->metrics =
        pml_tool_grow(rules->metrics, &rules->capacity, number + 1, sizeof *rules->metrics);
    if (is_new) {
        rules->metrics[number] = (parts){.type = sample->family->type, .line = sample->line};
    }
    return &rules->metrics[number];
}

static void add_point(parts *to, double at, const promlet_parsed_sample *sample)
{
    to->points = pml_tool_grow(to->points, &to->capacity, to->count + 1, sizeof *to->points);
    to->lines = pml_tool_grow(to->lines, &to->lines_capacity, to->count + 1, sizeof *to->lines);
    to->points[to->count] = (pml_bucket){at, sample->value.real};
    to->lines[to->count++] = sample->line;
}

static void look_at_part(pml_value_rules *rules, const promlet_parsed_sample *sample)
{
    const char *own = pml_tool_series_own_label(sample);
    parts *whole = find_parts(rules, sample);
    double at;
    if (sample->role == PROMLET_PARSED_COUNT) {
        whole->has_count = true;
        whole->all = sample->value.real;
        whole->all_line = sample->line;
    } else if (sample->role == PROMLET_PARSED_SUM) {
        whole->has_sum = true;
    } else if (*own != '\0' && !pml_figure_read(promlet_parsed_label_value(sample, own), &at)) {
        report(rules, sample->line, *own == 'l' ? "le" : "quantile", sample->name.bytes,
               *own == 'l' ? "a bucket has a label le, which is a number"
                           : "a value of a summary has a label quantile, which is a number");
    } else if (*own != '\0') {
        add_point(whole, at, sample);
    }
}

/* The name, the labels in the order of their names, and in OpenMetrics the time: there a series may
   have several points. */
static void look_for_twin(pml_value_rules *rules, const promlet_parsed_sample *sample)
{
    pml_buffer key = {.bytes = NULL};
    bool is_new;
    pml_tool_series_put_sorted(&key, sample);
    if (rules->format != PROMLET_PARSE_TEXT && sample->has_timestamp) {
        pml_buffer_format(&key, " %lld.%09u", (long long)sample->timestamp.seconds,
                          (unsigned int)sample->timestamp.nanoseconds);
    }
    (void)pml_names_add(&rules->series, key.bytes, key.size, &is_new);
    if (!is_new) {
        report(rules, sample->line, "duplicate", key.bytes, "this series stands twice");
    }
    pml_buffer_free(&key);
}

void pml_value_rules_look(pml_value_rules *rules, const promlet_parsed_sample *sample)
{
    promlet_parsed_type type = sample->family->type;
    const char *problem = sample->composite == NULL ? value_problem(sample) : NULL;
    look_for_twin(rules, sample);
    if (rules->format == PROMLET_PARSE_TEXT && sample->has_timestamp &&
        sample->timestamp.seconds < 0) {
        problem = "a time before 1970 makes Prometheus refuse all of it";
    }
    if (problem != NULL) {
        report(rules, sample->line, "value", sample->name.bytes, problem);
    }
    bool has_parts = type == PROMLET_PARSED_HISTOGRAM || type == PROMLET_PARSED_SUMMARY ||
                     type == PROMLET_PARSED_GAUGE_HISTOGRAM;
    if (has_parts && sample->composite == NULL && pml_tool_series_own_label(sample) != NULL) {
        look_at_part(rules, sample);
    }
}

/* ---- judging the parts ----------------------------------------------------------------------- */

/* Neighbours in the order of the document, which is that of their bounds. */
static void judge_order(const pml_value_rules *rules, const parts *whole, const char *key)
{
    bool is_summary = whole->type == PROMLET_PARSED_SUMMARY;
    for (size_t i = 1; i < whole->count; i++) {
        const pml_bucket *before = &whole->points[i - 1];
        const pml_bucket *bucket = &whole->points[i];
        if (bucket->bound == before->bound) {
            report(rules, whole->lines[i], "duplicate", key,
                   is_summary ? "a quantile stands twice" : "a bound stands twice");
        } else if (!(bucket->bound > before->bound) && !is_summary) {
            report(rules, whole->lines[i], "bucket-order", key,
                   "buckets stand by rising bound (le)");
        } else if (!is_summary && bucket->count < before->count) {
            report(rules, whole->lines[i], "cumulative", key,
                   "buckets are cumulative: none is less than the one before");
        }
    }
}

static void judge_histogram(const pml_value_rules *rules, const parts *whole, const char *key)
{
    const pml_bucket *last = NULL;
    for (size_t i = 0; i < whole->count; i++) {
        if (last == NULL || whole->points[i].bound > last->bound) {
            last = &whole->points[i];
        }
    }
    if (last == NULL || !isinf(last->bound) || last->bound < 0) {
        report(rules, whole->line, "inf-bucket", key, "there is no bucket le=\"+Inf\"");
    } else if (whole->has_count && whole->all != last->count) {
        report(rules, whole->all_line, "count", key,
               "the count is not what the bucket le=\"+Inf\" has");
    }
    /* OpenMetrics has histograms without both, where values may be negative. */
    bool may_lack_both = rules->format != PROMLET_PARSE_TEXT;
    if (!whole->has_count && (whole->has_sum || !may_lack_both)) {
        report(rules, whole->line, "missing", key, "there is no _count");
    }
    if (!whole->has_sum && (whole->has_count || !may_lack_both)) {
        report(rules, whole->line, "missing", key, "there is no _sum");
    }
}

/* Neither format asks for _sum and _count, but a summary without them has no rate. */
static void judge_summary(const pml_value_rules *rules, const parts *whole, const char *key)
{
    for (size_t i = 0; i < whole->count; i++) {
        if (!(whole->points[i].bound >= 0 && whole->points[i].bound <= 1)) {
            report(rules, whole->lines[i], "quantile", key, "a quantile is from 0 to 1");
        }
    }
}

static void judge(const pml_value_rules *rules, const parts *whole, const char *key)
{
    judge_order(rules, whole, key);
    if (whole->type == PROMLET_PARSED_SUMMARY) {
        judge_summary(rules, whole, key);
    } else if (whole->count > 0 || rules->format == PROMLET_PARSE_TEXT) {
        judge_histogram(rules, whole, key);
    }
}

static void clear(pml_value_rules *rules)
{
    for (size_t i = 0; i < rules->keys.count; i++) {
        free(rules->metrics[i].points);
        free(rules->metrics[i].lines);
    }
    pml_names_clear(&rules->keys);
    pml_names_clear(&rules->series);
}

void pml_value_rules_end(pml_value_rules *rules)
{
    for (size_t i = 0; i < rules->keys.count; i++) {
        judge(rules, &rules->metrics[i], rules->keys.items[i]);
    }
    clear(rules);
}

void pml_value_rules_free(pml_value_rules *rules)
{
    clear(rules);
    free(rules->metrics);
    pml_names_free(&rules->keys);
    pml_names_free(&rules->series);
}
