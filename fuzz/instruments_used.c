/* SPDX-License-Identifier: Apache-2.0 */
/* Declaring any instrument, and recording on it. */
#include "instruments.h"

#include "arguments.h"
#include "made_names.h"

#include <math.h>

#define MOST_LABELS 2
#define MOST_NUMBERS 6

/* ---- options --------------------------------------------------------------------------------- */

static const double *read_doubles(input *in, size_t *count)
{
    *count = input_choice(in, MOST_NUMBERS + 1);
    double *values = made_take((*count + 1) * sizeof *values);
    for (size_t i = 0; i < *count; i++) {
        values[i] = input_choice(in, 4) > 0 ? (double)i : read_double(in);
    }
    return values;
}

static void read_native(input *in, promlet_opts *options)
{
    static const double factors[] = {0, 1.001, 1.1, 1.5, 4, 70000};
    static const double thresholds[] = {0, 0x1p-128, 0.5};
    options->native_factor = factors[input_choice(in, 6)];
    options->native_max_buckets = input_choice(in, 3) * 4;
    options->native_min_reset_seconds = options->native_max_buckets == 4 ? 100 : 0;
    options->native_zero_threshold = thresholds[input_choice(in, 3)];
    options->native_only = options->native_factor > 0 && input_choice(in, 3) == 0;
}

static void read_states(input *in, promlet_opts *options)
{
    options->state_count = 1 + input_choice(in, 3);
    const char **states = made_take(options->state_count * sizeof *states);
    for (size_t i = 0; i < options->state_count; i++) {
        states[i] = read_made_name(in, (char)('G' + i), "");
    }
    options->states = states;
}

static promlet_opts read_any_options(input *in, any_kind kind)
{
    static const char *const units[] = {NULL, NULL, "seconds", "a_b"};
    static const char *const endings[] = {"", "", "_seconds", "_a_b"};
    static const char letters[MOST_LABELS] = {'p', 's'};
    size_t unit = kind == ANY_INFO || kind == ANY_STATE_SET ? 0 : input_choice(in, 4);
    char letter = (char)('G' + input_choice(in, 6));
    promlet_opts options = {.name = read_made_name(in, letter, endings[unit])};
    options.help = read_made_text(in, true);
    options.unit = units[unit];
    size_t label_count = input_choice(in, MOST_LABELS + 1);
    for (size_t i = 0; i < label_count; i++) {
        options.labels[i] = read_made_name(in, letters[i], "");
    }
    if (kind == ANY_HISTOGRAM) {
        options.bounds = read_doubles(in, &options.bound_count);
        read_native(in, &options);
    }
    if (kind == ANY_SUMMARY && input_choice(in, 2) == 0) {
        static const double quantiles[] = {0, 0.5, 0.99, 1};
        options.quantiles = quantiles + input_choice(in, 2);
        options.quantile_count = 1 + input_choice(in, 3);
    }
    if (kind == ANY_STATE_SET) {
        read_states(in, &options);
    }
    bool may_have_exemplars = kind == ANY_COUNTER || kind == ANY_HISTOGRAM;
    options.exemplars = may_have_exemplars && input_choice(in, 2) == 0;
    options.idle_seconds = input_choice(in, 8) == 0 ? 100 : 0;
    return options;
}

/* ---- declaring ------------------------------------------------------------------------------- */

static void *declare_family(program *self, any_kind kind, const promlet_opts *options)
{
    switch (kind) {
    case ANY_COUNTER:
        return promlet_counter_family_new(self->registry, options);
    case ANY_GAUGE:
        return promlet_gauge_family_new(self->registry, options);
    case ANY_HISTOGRAM:
        return promlet_histogram_family_new(self->registry, options);
    case ANY_SUMMARY:
        return promlet_summary_family_new(self->registry, options);
    case ANY_UNKNOWN:
        return promlet_unknown_family_new(self->registry, options);
    case ANY_INFO:
        return promlet_info_family_new(self->registry, options);
    case ANY_STATE_SET:
    case ANY_KINDS:
        break;
    }
    return promlet_state_set_family_new(self->registry, options);
}

static void *look_up(const any_metric *family, const char *const *values)
{
    size_t count = family->label_count;
    switch (family->kind) {
    case ANY_COUNTER:
        return promlet_counter_with_values(family->of_library, values, count);
    case ANY_GAUGE:
        return promlet_gauge_with_values(family->of_library, values, count);
    case ANY_HISTOGRAM:
        return promlet_histogram_with_values(family->of_library, values, count);
    case ANY_SUMMARY:
        return promlet_summary_with_values(family->of_library, values, count);
    case ANY_UNKNOWN:
        return promlet_unknown_with_values(family->of_library, values, count);
    case ANY_INFO:
        return promlet_info_with_values(family->of_library, values, count);
    case ANY_STATE_SET:
    case ANY_KINDS:
        break;
    }
    return promlet_state_set_with_values(family->of_library, values, count);
}

static void look_up_in(program *self, const any_metric *family)
{
    const char *values[MOST_LABELS];
    for (size_t i = 0; i < family->label_count; i++) {
        values[i] = read_made_text(&self->in, true);
    }
    any_metric *series = &self->series[self->series_count++ % PROGRAM_MOST_METRICS];
    *series = (any_metric){family->kind, look_up(family, values), 0};
}

void do_declare_any(program *self)
{
    any_kind kind = (any_kind)input_choice(&self->in, ANY_KINDS);
    promlet_opts options = read_any_options(&self->in, kind);
    any_metric *family = &self->families[self->family_count++ % PROGRAM_MOST_METRICS];
    *family = (any_metric){kind, declare_family(self, kind, &options), 0};
    while (family->label_count < MOST_LABELS && options.labels[family->label_count] != NULL) {
        family->label_count++;
    }
    look_up_in(self, family);
}

static const any_metric *choose(input *in, const any_metric *all, size_t count)
{
    size_t most = count < PROGRAM_MOST_METRICS ? count : PROGRAM_MOST_METRICS;
    return most > 0 ? &all[input_byte(in) % most] : NULL;
}

void do_look_up_any(program *self)
{
    const any_metric *family = choose(&self->in, self->families, self->family_count);
    if (family != NULL) {
        look_up_in(self, family);
    }
}

/* Handles of its series are not released, so they stay valid. */
void do_end_family(program *self)
{
    const any_metric *family = choose(&self->in, self->families, self->family_count);
    if (family != NULL && family->kind == ANY_COUNTER) {
        promlet_family_clear((promlet_counter_family *)family->of_library);
    }
}

/* ---- recording ------------------------------------------------------------------------------- */

/* Of a whole number its multiples as well, which use more native buckets than some may. */
static void observe(promlet_histogram *histogram, double value)
{
    const int multiples = 12;
    promlet_histogram_observe(histogram, value);
    for (int i = 1; i < multiples && fmod(value, 1) == 0; i++) {
        promlet_histogram_observe(histogram, ldexp(value, i));
    }
}

void do_record_any(program *self)
{
    const any_metric *series = choose(&self->in, self->series, self->series_count);
    double value = read_double(&self->in);
    if (series == NULL) {
        return;
    }
    switch (series->kind) {
    case ANY_COUNTER:
        promlet_counter_add(series->of_library, fabs(value));
        break;
    case ANY_GAUGE:
        promlet_gauge_set(series->of_library, value);
        break;
    case ANY_HISTOGRAM:
        observe(series->of_library, value);
        break;
    case ANY_SUMMARY:
        promlet_summary_observe(series->of_library, value);
        break;
    case ANY_UNKNOWN:
        promlet_unknown_set(series->of_library, value);
        break;
    case ANY_STATE_SET:
        promlet_state_set_set(series->of_library, input_choice(&self->in, 4), value > 0);
        break;
    case ANY_INFO:
    case ANY_KINDS:
        break;
    }
}

/* With labels that may be refused, and then are not shown. */
void do_record_traced(program *self)
{
    static const char *const names[] = {"trace_id", "_p", "le", "1", "a.b", ""};
    const any_metric *series = choose(&self->in, self->series, self->series_count);
    double value = read_double(&self->in);
    promlet_label labels[MOST_LABELS];
    size_t count = input_choice(&self->in, MOST_LABELS + 1);
    for (size_t i = 0; i < count; i++) {
        labels[i].name = names[input_choice(&self->in, 6)];
        labels[i].value = read_made_text(&self->in, true);
    }
    if (series != NULL && series->kind == ANY_COUNTER) {
        promlet_counter_add_with_exemplar(series->of_library, fabs(value), labels, count);
    } else if (series != NULL && series->kind == ANY_HISTOGRAM) {
        promlet_histogram_observe_with_exemplar(series->of_library, value, labels, count);
    }
}
