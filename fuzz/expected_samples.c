/* SPDX-License-Identifier: Apache-2.0 */
/* One line a value, as in the text format and OpenMetrics 1.0. */
#include "expected_lines.h"

#include <stdio.h>

static void expect_created(const expectation *self, size_t series)
{
    const pml_snapshot_family *family = self->family->shown;
    bool is_shown =
        self->encoding->with_created && self->encoding->format == PROMLET_FORMAT_OPENMETRICS_1_0_0;
    if (is_shown && family->starts != NULL && family->starts[series] > 0) {
        expect_sample(self, series, "_created", time_text(self, family->starts[series] / 1000000));
    }
}

/* ---- one line a value ------------------------------------------------------------------------ */

static bool has_negative_bounds(const expectation *self)
{
    const pml_snapshot_family *family = self->family->shown;
    return family->bound_count > 0 && family->bound_values[0] < 0;
}

static uint64_t expect_buckets(const expectation *self, size_t series)
{
    const pml_snapshot_family *family = self->family->shown;
    uint64_t count = 0;
    for (size_t i = 0; i <= family->bound_count; i++) {
        count += family->series[series].as.histogram.counts[i];
        char *bound = i < family->bound_count ? family->bounds[i].bytes : (char *)"+Inf";
        strict_point point =
            begin_point(self, series, "_bucket", (strict_label){(char *)"le", bound});
        number_text value = whole_text(count);
        point.value_text = value.text;
        end_point(self, &point, series, i, i + 1);
    }
    return count;
}

static void expect_histogram(const expectation *self, size_t series)
{
    double sum = self->family->shown->series[series].as.histogram.sum;
    bool is_gauge = is_expected_type(self, "gaugehistogram");
    bool may_fall = is_gauge && sum < 0;
    uint64_t count = expect_buckets(self, series);
    bool is_shown = !self->is_openmetrics ||
                    (has_negative_bounds(self) ? may_fall || (is_gauge && sum >= 0) : sum >= 0);
    if (is_shown) {
        expect_sample(self, series, is_gauge ? "_gsum" : "_sum", real_text(self, sum));
        expect_sample(self, series, is_gauge ? "_gcount" : "_count", whole_text(count));
    }
    if (!is_gauge) {
        expect_created(self, series);
    }
}

static void expect_summary(const expectation *self, size_t series)
{
    const pml_snapshot_family *family = self->family->shown;
    const pml_snapshot_series *shown = &family->series[series];
    for (size_t i = 0; i < family->bound_count; i++) {
        double quantile = shown->as.summary->values[i];
        if (self->is_openmetrics && quantile < 0) {
            continue;
        }
        strict_label label = {(char *)"quantile", family->bounds[i].bytes};
        strict_point point = begin_point(self, series, "", label);
        number_text value = real_text(self, quantile);
        point.value_text = value.text;
        end_point(self, &point, series, 0, 0);
    }
    if (!self->is_openmetrics || shown->as.summary->sum >= 0) {
        expect_sample(self, series, "_sum", real_text(self, shown->as.summary->sum));
    }
    expect_sample(self, series, "_count", whole_text(shown->as.summary->count));
    expect_created(self, series);
}

static void expect_number(const expectation *self, size_t series)
{
    const pml_snapshot_family *family = self->family->shown;
    bool is_short = self->encoding->format == PROMLET_FORMAT_OPENMETRICS_1_0_0;
    bool is_counter = is_expected_type(self, "counter");
    const char *suffix = !is_short                        ? ""
                         : is_counter                     ? "_total"
                         : is_expected_type(self, "info") ? "_info"
                                                          : "";
    strict_point point = begin_point(self, series, suffix, (strict_label){NULL, NULL});
    number_text value = text_of_number(self, &family->series[series].as.number);
    point.value_text = value.text;
    end_point(self, &point, series, 0, is_counter);
    if (is_counter) {
        expect_created(self, series);
    }
}

void expect_states(const expectation *self, size_t series)
{
    const pml_snapshot_family *family = self->family->shown;
    char *name = expect_name(family->name->bytes, true, self->encoding);
    for (size_t i = 0; i < family->bound_count; i++) {
        strict_label label = {name, self->family->states[i]};
        strict_point point = begin_point(self, series, "", label);
        number_text value = whole_text(family->series[series].as.states >> i & 1);
        point.value_text = value.text;
        end_point(self, &point, series, 0, 0);
    }
}

/* ---- families -------------------------------------------------------------------------------- */

static uint64_t count_all(const pml_snapshot_family *family, size_t series)
{
    uint64_t count = 0;
    for (size_t i = 0; i <= family->bound_count; i++) {
        count += family->series[series].as.histogram.counts[i];
    }
    return count;
}

/* A gauge histogram is three families of gauges in the text format. */
static void expect_three_gauges(const expectation *self)
{
    const pml_snapshot_family *family = self->family->shown;
    expect_head(self, "_bucket", "gauge");
    for (size_t i = 0; i < family->series_count; i++) {
        (void)expect_buckets(self, i);
    }
    expect_head(self, "_gcount", "gauge");
    for (size_t i = 0; i < family->series_count; i++) {
        expect_sample(self, i, "_gcount", whole_text(count_all(family, i)));
    }
    expect_head(self, "_gsum", "gauge");
    for (size_t i = 0; i < family->series_count; i++) {
        expect_sample(self, i, "_gsum", real_text(self, family->series[i].as.histogram.sum));
    }
}

static const char *shown_type(const expectation *self)
{
    bool is_gauge = is_expected_type(self, "info") || is_expected_type(self, "stateset");
    return self->is_openmetrics                ? self->family->shown->type
           : is_gauge                          ? "gauge"
           : is_expected_type(self, "unknown") ? "untyped"
                                               : self->family->shown->type;
}

void expect_samples(const expectation *self)
{
    static void (*const expect_series[])(const expectation *, size_t) = {
        [PML_SHAPE_NUMBER] = expect_number,
        [PML_SHAPE_HISTOGRAM] = expect_histogram,
        [PML_SHAPE_SUMMARY] = expect_summary,
        [PML_SHAPE_STATES] = expect_states,
    };
    const pml_snapshot_family *family = self->family->shown;
    if (!self->is_openmetrics && is_expected_type(self, "gaugehistogram")) {
        expect_three_gauges(self);
        return;
    }
    expect_head(self, "", shown_type(self));
    for (size_t i = 0; i < family->series_count; i++) {
        expect_series[family->shape](self, i);
    }
}
