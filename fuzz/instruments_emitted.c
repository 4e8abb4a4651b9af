/* SPDX-License-Identifier: Apache-2.0 */
/* Collectors, each of which emits the same at each scrape, and callbacks with a deadline, each of
   which answers the same, at once, in a thread of promlet's. */
#include "instruments.h"

#include "arguments.h"
#include "made_names.h"

#include <math.h>
#include <stdio.h>

#define MOST_FAMILIES 3
#define MOST_SERIES 3
#define MOST_NUMBERS 4

static void emit_buckets(promlet_emitter *emitter, input *in, const char *label_value)
{
    static const double bounds[MOST_NUMBERS] = {-1, 0.5, 2, 1e9};
    uint64_t counts[MOST_NUMBERS + 1];
    size_t first = input_choice(in, 2);
    for (size_t i = 0; i <= MOST_NUMBERS; i++) {
        counts[i] = read_amount(in) >> 8; /* all together must fit */
    }
    (void)promlet_emit_histogram(
        emitter, &(promlet_emit_histogram_data){.bounds = bounds + first,
                                                .bound_count = MOST_NUMBERS - first,
                                                .counts = counts,
                                                .sum = read_double(in),
                                                .timestamp_ms = (int8_t)input_byte(in),
                                                .label_values = {label_value}});
}

static void emit_quantiles(promlet_emitter *emitter, input *in, const char *label_value)
{
    static const double quantiles[MOST_NUMBERS] = {0, 0.25, 0.5, 1};
    double values[MOST_NUMBERS];
    for (size_t i = 0; i < MOST_NUMBERS; i++) {
        values[i] = read_double(in);
    }
    (void)promlet_emit_summary(emitter,
                               &(promlet_emit_summary_data){.quantiles = quantiles,
                                                            .values = values,
                                                            .quantile_count = MOST_NUMBERS,
                                                            .count = read_amount(in),
                                                            .sum = read_double(in),
                                                            .label_values = {label_value}});
}

static void emit_series(promlet_emitter *emitter, input *in, promlet_type type,
                        const char *label_value)
{
    size_t count = label_value != NULL;
    if (type == PROMLET_TYPE_HISTOGRAM || type == PROMLET_TYPE_GAUGE_HISTOGRAM) {
        emit_buckets(emitter, in, label_value);
    } else if (type == PROMLET_TYPE_SUMMARY) {
        emit_quantiles(emitter, in, label_value);
    } else if (type == PROMLET_TYPE_INFO) {
        uint64_t value = input_choice(in, 8) == 0 ? read_amount(in) : 1;
        (void)promlet_emit_u64_by_values(emitter, value, &label_value, count);
    } else if (input_choice(in, 2) == 0) {
        (void)promlet_emit_u64_by_values(emitter, read_amount(in), &label_value, count);
    } else if (input_choice(in, 2) == 0) {
        (void)promlet_emit_value_by_values(emitter, read_double(in), &label_value, count);
    } else {
        int64_t time_ms = (int64_t)input_u64(in);
        (void)promlet_emit_value_at_by_values(emitter, read_double(in), time_ms, &label_value,
                                              count);
    }
}

/* The last numbers are for what came later, so that older inputs mean what they meant. */
static promlet_type read_type(input *in)
{
    uint8_t number = input_byte(in);
    return number < 252 ? (promlet_type)(number % (PROMLET_TYPE_GAUGE_HISTOGRAM + 1))
                        : PROMLET_TYPE_INFO;
}

static void emit_family(promlet_emitter *emitter, input *in)
{
    promlet_type type = read_type(in);
    promlet_emit_opts options = {.type = type};
    options.name = read_made_name(in, (char)('G' + input_choice(in, 7)), "");
    options.help = read_made_text(in, true);
    bool has_label = input_choice(in, 2) == 0;
    options.labels[0] = has_label ? read_made_name(in, 'p', "") : NULL;
    (void)promlet_emit_family(emitter, &options);
    size_t count = has_label ? 1 + input_choice(in, MOST_SERIES) : 1;
    for (size_t i = 0; i < count; i++) {
        emit_series(emitter, in, type, has_label ? read_made_text(in, true) : NULL);
    }
}

static promlet_status emit(promlet_emitter *emitter, void *ctx)
{
    input in = *(const input *)ctx;
    size_t count = 1 + input_choice(&in, MOST_FAMILIES);
    for (size_t i = 0; i < count; i++) {
        emit_family(emitter, &in);
    }
    return PROMLET_OK;
}

static double answer(void *ctx)
{
    return *(const double *)ctx;
}

/* The deadline is one that no machine misses. */
static void do_ask(program *self)
{
    static promlet_collector *(*const callback_new[])(promlet_registry *, const promlet_opts *,
                                                      promlet_callback_fn, void *, size_t) = {
        promlet_gauge_callback_new_sized, promlet_counter_callback_new_sized,
        promlet_unknown_callback_new_sized};
    static const size_t most = sizeof self->answers / sizeof self->answers[0];
    size_t kind = input_choice(&self->in, sizeof callback_new / sizeof callback_new[0]);
    if (self->callback_count == most) {
        return;
    }
    double *value = &self->answers[self->callback_count++];
    *value = read_double(&self->in);
    promlet_opts options = {.deadline_seconds = INFINITY};
    options.name = read_made_name(&self->in, (char)('G' + input_choice(&self->in, 7)), "");
    options.help = read_made_text(&self->in, true);
    (void)callback_new[kind](self->registry, &options, answer, value, sizeof options);
}

/* It emits what the next bytes say, which are operations as well. The last numbers are callbacks',
   which came later. */
void do_collect(program *self)
{
    if (self->in.left > 0 && *self->in.at >= 252) {
        do_ask(self);
        return;
    }
    static const size_t most = sizeof self->emitted / sizeof self->emitted[0];
    if (self->collector_count == most) {
        return;
    }
    size_t number = self->collector_count++;
    char name[8];
    (void)snprintf(name, sizeof name, "%zu", number);
    self->emitted[number] = self->in;
    (void)promlet_collector_new(
        self->registry,
        &(promlet_collector_opts){.name = name, .collect = emit, .ctx = &self->emitted[number]});
}
