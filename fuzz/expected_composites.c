/* SPDX-License-Identifier: Apache-2.0 */
/* One line a series, as in OpenMetrics 2.0: a histogram or summary has a value of several fields.
 */
#include "expected_lines.h"

#include <stdio.h>
#include <stdlib.h>

static FILE *open_value(char **text, size_t *size)
{
    FILE *to = open_memstream(text, size);
    if (to == NULL) {
        abort();
    }
    return to;
}

static void put_side(FILE *to, const char *sign, const pml_native_side *side)
{
    if (side->count == 0) {
        return;
    }
    for (size_t i = 0; i < side->span_count; i++) {
        (void)fprintf(to, "%s%s%d:%u", i == 0 ? sign : "", i == 0 ? "_spans:[" : ",",
                      side->spans[i].offset, side->spans[i].length);
    }
    for (size_t i = 0; i < side->count; i++) {
        (void)fprintf(to, "%s%s%s%llu", i == 0 ? "]," : "", i == 0 ? sign : "",
                      i == 0 ? "_buckets:[" : ",", (unsigned long long)side->counts[i]);
    }
    (void)fprintf(to, "],");
}

static void put_native(const expectation *self, FILE *to, const pml_native *native)
{
    (void)fprintf(to, "schema:%d,zero_threshold:%s,zero_count:%llu,", native->schema,
                  real_text(self, native->zero_threshold).text,
                  (unsigned long long)native->zero_count);
    put_side(to, "negative", &native->negative);
    put_side(to, "positive", &native->positive);
}

static void put_histogram(const expectation *self, FILE *to, size_t series)
{
    const pml_snapshot_family *family = self->family->shown;
    const pml_snapshot_series *shown = &family->series[series];
    const char *g = is_expected_type(self, "gaugehistogram") ? "g" : "";
    bool is_native = family->natives != NULL && family->natives[series].zero_threshold > 0;
    uint64_t count = 0;
    for (size_t i = 0; i <= family->bound_count; i++) {
        count += shown->as.histogram.counts[i];
    }
    (void)fprintf(to, "{%scount:%llu,%ssum:%s", g, (unsigned long long)count, g,
                  real_text(self, shown->as.histogram.sum).text);
    (void)fprintf(to, ",");
    if (is_native) {
        put_native(self, to, &family->natives[series]);
    }
    count = 0;
    bool is_classic = !is_native || family->bound_count > 0;
    for (size_t i = 0; is_classic && i <= family->bound_count; i++) {
        count += shown->as.histogram.counts[i];
        (void)fprintf(to, "%s%s:%llu%s", i == 0 ? "bucket:[" : "",
                      i < family->bound_count ? family->bounds[i].bytes : "+Inf",
                      (unsigned long long)count, i < family->bound_count ? "," : "],");
    }
}

static void put_summary(const expectation *self, FILE *to, size_t series)
{
    const pml_snapshot_family *family = self->family->shown;
    const pml_snapshot_series *shown = &family->series[series];
    (void)fprintf(to, "{count:%llu,sum:%s,quantile:[", (unsigned long long)shown->as.summary->count,
                  real_text(self, shown->as.summary->sum).text);
    bool is_first = true;
    for (size_t i = 0; i < family->bound_count; i++) {
        double value = shown->as.summary->values[i];
        if (!(value < 0)) {
            (void)fprintf(to, "%s%s:%s", is_first ? "" : ",", family->bounds[i].bytes,
                          real_text(self, value).text);
            is_first = false;
        }
    }
    (void)fprintf(to, "],");
}

/* What is put ends in a comma, for which the closing brace comes. */
static void expect_composite(const expectation *self, size_t series,
                             void (*put)(const expectation *, FILE *, size_t), strict_point *point)
{
    size_t size;
    FILE *to = open_value(&point->value_text, &size);
    put(self, to, series);
    (void)fclose(to);
    point->value_text[size - 1] = '}';
    end_point(self, point, series, 0, self->family->shown->exemplars_a_series);
    free(point->value_text);
}

static void expect_series(const expectation *self, size_t series)
{
    const pml_snapshot_family *family = self->family->shown;
    strict_point point = begin_point(self, series, "", (strict_label){NULL, NULL});
    number_text start;
    number_text value;
    bool has_start = family->starts != NULL && family->starts[series] > 0;
    if (has_start) {
        start = time_text(self, family->starts[series] / 1000000);
        point.start = start.text;
    }
    switch (family->shape) {
    case PML_SHAPE_NUMBER:
        value = text_of_number(self, &family->series[series].as.number);
        point.value_text = value.text;
        end_point(self, &point, series, 0, is_expected_type(self, "counter"));
        break;
    case PML_SHAPE_HISTOGRAM:
        expect_composite(self, series, put_histogram, &point);
        break;
    case PML_SHAPE_SUMMARY:
        expect_composite(self, series, put_summary, &point);
        break;
    case PML_SHAPE_STATES:
        expect_states(self, series);
    }
}

void expect_composites(const expectation *self)
{
    expect_head(self, "", self->family->shown->type);
    for (size_t i = 0; i < self->family->shown->series_count; i++) {
        expect_series(self, i);
    }
}
