/* SPDX-License-Identifier: Apache-2.0 */
/* Rates, changes and quantiles between two scrapes. */
#include "tool/rows.h"

#include "tool/memory.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* A gauge of seconds between 2001 and 2286 is a time, as no service has waited that long. */
#define LEAST_TIME 1e9
#define MOST_TIME 1e10

/* A metric in both scrapes. */
typedef struct pair {
    const pml_metric *now;
    const pml_metric *before; /* NULL: it is new, or there is no other scrape */
    double seconds;
} pair;

static pml_row_kind kind_of(const pml_metric *metric)
{
    bool is_single = pml_tool_series_own_label(metric->sample) == NULL;
    switch (metric->sample->family->type) {
    case PROMLET_PARSED_COUNTER:
        return PML_ROW_COUNTER;
    case PROMLET_PARSED_HISTOGRAM:
    case PROMLET_PARSED_GAUGE_HISTOGRAM:
        return is_single ? PML_ROW_GAUGE : PML_ROW_HISTOGRAM;
    case PROMLET_PARSED_SUMMARY:
        return is_single ? PML_ROW_GAUGE : PML_ROW_SUMMARY;
    case PROMLET_PARSED_GAUGE:
    case PROMLET_PARSED_INFO:
    case PROMLET_PARSED_STATE_SET:
    case PROMLET_PARSED_UNKNOWN:
        break;
    }
    return PML_ROW_GAUGE;
}

/* A count that fell was begun anew, from zero. */
static double increase(double now, double before)
{
    return now >= before ? now - before : now;
}

/* ---- histograms and summaries ---------------------------------------------------------------- */

/* A gauge histogram holds what is there now; the others what came since the other scrape. */
static bool is_of_now(const pml_metric *metric)
{
    return metric->sample->family->type == PROMLET_PARSED_GAUGE_HISTOGRAM;
}

static bool has_same_bounds(const pml_metric *one, const pml_metric *other)
{
    for (size_t i = 0; i < one->point_count && i < other->point_count; i++) {
        if (one->points[i].bound != other->points[i].bound) {
            return false;
        }
    }
    return one->point_count == other->point_count;
}

/* Cumulative counts of the values between the scrapes; NULL when they are not known. The caller's
   to free. */
static pml_bucket *buckets_between(const pair *of)
{
    const pml_metric *now = of->now;
    const pml_metric *before = of->before;
    if (now->point_count == 0 ||
        (!is_of_now(now) && (before == NULL || !has_same_bounds(now, before)))) {
        return NULL;
    }
    pml_bucket *buckets = pml_tool_new(now->point_count, sizeof *buckets);
    memcpy(buckets, now->points, now->point_count * sizeof *buckets);
    bool is_anew = !is_of_now(now) && !(now->points[now->point_count - 1].count >=
                                        before->points[now->point_count - 1].count);
    for (size_t i = 0; i < now->point_count && !is_of_now(now) && !is_anew; i++) {
        buckets[i].count -= before->points[i].count;
    }
    return buckets;
}

/* Neighbours share a bar where there are more buckets than bars. */
static void make_bars(pml_row *row, const pml_bucket *buckets, size_t count)
{
    size_t share = (count + PML_MOST_BARS - 1) / PML_MOST_BARS;
    double highest = 0;
    double before = 0;
    if (!(buckets[count - 1].count > 0)) {
        return;
    }
    row->bar_count = (count + share - 1) / share;
    for (size_t i = 0; i < row->bar_count; i++) {
        size_t last = (i + 1) * share - 1;
        double up_to = fmax(before, buckets[last < count ? last : count - 1].count);
        row->bars[i] = up_to - before;
        before = up_to;
        highest = fmax(highest, row->bars[i]);
    }
    for (size_t i = 0; i < row->bar_count; i++) {
        row->bars[i] = highest > 0 ? row->bars[i] / highest : 0;
    }
}

static void fill_histogram(pml_row *row, const pair *of)
{
    pml_bucket *buckets = buckets_between(of);
    if (buckets != NULL) {
        row->p50 = pml_quantile(0.5, buckets, of->now->point_count);
        row->p90 = pml_quantile(0.9, buckets, of->now->point_count);
        row->p99 = pml_quantile(0.99, buckets, of->now->point_count);
        make_bars(row, buckets, of->now->point_count);
        free(buckets);
    }
}

static double value_at(const pml_metric *metric, double quantile)
{
    for (size_t i = 0; i < metric->point_count; i++) {
        if (metric->points[i].bound == quantile) {
            return metric->points[i].count;
        }
    }
    return NAN;
}

static void fill_summary(pml_row *row, const pair *of)
{
    row->p50 = value_at(of->now, 0.5);
    row->p90 = value_at(of->now, 0.9);
    row->p99 = value_at(of->now, 0.99);
}

static void fill_observations(pml_row *row, const pair *of)
{
    const pml_metric *now = of->now;
    row->value = now->count;
    if (is_of_now(now)) {
        row->mean = now->count > 0 ? now->sum / now->count : NAN;
    } else if (of->before != NULL) {
        bool is_anew = now->count < of->before->count;
        double count = is_anew ? now->count : now->count - of->before->count;
        double sum = is_anew ? now->sum : now->sum - of->before->sum;
        row->rate = count / of->seconds;
        row->mean = count > 0 ? sum / count : NAN;
    }
    if (row->kind == PML_ROW_HISTOGRAM) {
        fill_histogram(row, of);
    } else {
        fill_summary(row, of);
    }
}

/* ---- rows ------------------------------------------------------------------------------------ */

static void fill(pml_row *row, const pair *of)
{
    *row = (pml_row){.kind = kind_of(of->now),
                     .metric = of->now,
                     .unit = pml_figure_unit_of(of->now->sample->family),
                     .rate = NAN,
                     .value = of->now->value,
                     .change = NAN,
                     .mean = NAN,
                     .p50 = NAN,
                     .p90 = NAN,
                     .p99 = NAN};
    switch (row->kind) {
    case PML_ROW_HISTOGRAM:
    case PML_ROW_SUMMARY:
        fill_observations(row, of);
        break;
    case PML_ROW_COUNTER:
        row->rate =
            of->before != NULL ? increase(row->value, of->before->value) / of->seconds : NAN;
        break;
    case PML_ROW_GAUGE:
        row->change = of->before != NULL ? row->value - of->before->value : NAN;
        row->is_time =
            row->unit == PML_UNIT_SECONDS && row->value >= LEAST_TIME && row->value < MOST_TIME;
        break;
    }
}

/* The selectors mean a metric as a whole, by the name of its family where it has several lines. */
static bool is_wanted(const pml_metric *metric, const pml_rows_options *options)
{
    promlet_parsed_sample whole = *metric->sample;
    if (pml_tool_series_own_label(metric->sample) != NULL) {
        whole.name = metric->sample->family->name;
    }
    for (size_t i = 0; i < options->selector_count; i++) {
        if (pml_selector_matches(options->selectors[i], &whole)) {
            return true;
        }
    }
    return options->selector_count == 0;
}

/* What says how much happens to a row; there is no such thing for gauges. */
static double activity(const pml_row *row)
{
    return row->kind == PML_ROW_GAUGE || isnan(row->rate) ? 0 : row->rate;
}

static int compare_families(const pml_row *one, const pml_row *other)
{
    const promlet_parsed_text *name = &one->metric->sample->family->name;
    const promlet_parsed_text *others = &other->metric->sample->family->name;
    return one->kind != other->kind ? (one->kind < other->kind ? -1 : 1)
                                    : strcmp(name->bytes, others->bytes);
}

static int by_family(const void *a, const void *b)
{
    return compare_families(a, b);
}

static int by_name(const void *a, const void *b)
{
    int order = compare_families(a, b);
    return order != 0 ? order : strcmp(((const pml_row *)a)->name, ((const pml_row *)b)->name);
}

static int by_activity(const void *a, const void *b)
{
    const pml_row *one = a;
    const pml_row *other = b;
    if (one->kind == other->kind && one->family_rate != other->family_rate) {
        return one->family_rate > other->family_rate ? -1 : 1;
    }
    if (compare_families(one, other) == 0 && activity(one) != activity(other)) {
        return activity(one) > activity(other) ? -1 : 1;
    }
    return by_name(one, other);
}

static void add_up_families(pml_rows *rows)
{
    for (size_t first = 0, next; first < rows->count; first = next) {
        double rate = 0;
        for (next = first;
             next < rows->count && compare_families(&rows->items[first], &rows->items[next]) == 0;
             next++) {
            rate += activity(&rows->items[next]);
        }
        for (size_t i = first; i < next; i++) {
            rows->items[i].family_rate = rate;
        }
    }
}

static void sort(pml_rows *rows, bool is_sorted_by_name)
{
    if (rows->count == 0) {
        return;
    }
    qsort(rows->items, rows->count, sizeof *rows->items, by_family);
    add_up_families(rows);
    pml_rows_name(rows);
    qsort(rows->items, rows->count, sizeof *rows->items, is_sorted_by_name ? by_name : by_activity);
}

void pml_rows_make(pml_rows *rows, const pml_metrics *now, const pml_metrics *before,
                   double seconds, const pml_rows_options *options)
{
    *rows = (pml_rows){.items = pml_tool_new(now->count, sizeof *rows->items)};
    for (size_t i = 0; i < now->count; i++) {
        const pml_metric *metric = &now->items[i];
        if (is_wanted(metric, options)) {
            const pair both = {metric, before != NULL ? pml_metrics_find(before, metric) : NULL,
                               seconds};
            fill(&rows->items[rows->count++], &both);
        }
    }
    sort(rows, options->is_sorted_by_name);
}

void pml_rows_free(pml_rows *rows)
{
    for (size_t i = 0; i < rows->count; i++) {
        free(rows->items[i].name);
    }
    for (size_t i = 0; i < rows->heading_count; i++) {
        free(rows->headings[i]);
    }
    free(rows->headings);
    free(rows->items);
    *rows = (pml_rows){.items = NULL};
}
