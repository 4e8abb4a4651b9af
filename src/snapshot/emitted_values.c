/* SPDX-License-Identifier: Apache-2.0 */
/* Series as they are emitted: numbers, histograms and summaries. */
#include "base/alloc.h"
#include "base/number.h"
#include "base/options.h"
#include "registry/label_values.h"
#include "registry/names.h"
#include "snapshot/emitted.h"
#include "snapshot/emitted_kinds.h"

#include <math.h>
#include <string.h>

/* ---- series ---------------------------------------------------------------------------------- */

static bool make_labels(pml_arena *arena, const pml_definition *definition,
                        const char *const *values, pml_label_set *labels)
{
    const char *repaired[PROMLET_MAX_LABELS];
    size_t count = definition->label_count;
    for (size_t i = 0; i < count; i++) {
        repaired[i] = pml_repair(arena, values[i]);
        if (repaired[i] == NULL) {
            return false;
        }
    }
    pml_labels all = pml_definition_labels(definition, repaired);
    char *memory = pml_arena_take(arena, pml_label_set_size(&all));
    if (memory != NULL) {
        pml_label_set_write(labels, memory, &all);
    }
    return memory != NULL;
}

static bool reserve_series(pml_emitted_family *family)
{
    if (family->series_count < family->series_capacity) {
        return true;
    }
    size_t capacity = family->series_capacity == 0 ? 4 : family->series_capacity * 2;
    pml_emitted_series *series = pml_resize_array(family->series, capacity, sizeof *series);
    if (series == NULL) {
        return false;
    }
    family->series = series;
    family->series_capacity = capacity;
    return true;
}

/* What one call emits. */
typedef struct emission {
    const char *const *values; /* of labels */
    size_t value_count;
    int64_t timestamp_ms;
    pml_snapshot_series shown; /* without labels */
} emission;

static promlet_status add_series(promlet_emitter *emitter, const emission *emitted)
{
    pml_emitted_family *family = emitter->current;
    promlet_status status =
        pml_label_values_check(family->definition, emitted->values, emitted->value_count);
    if (status != PROMLET_OK) {
        return status;
    }
    pml_label_set labels;
    if (!reserve_series(family) ||
        !make_labels(&emitter->arena, family->definition, emitted->values, &labels)) {
        return pml_fail_memory();
    }
    pml_emitted_series *series = &family->series[family->series_count];
    series->labels = labels;
    series->shown = emitted->shown;
    series->shown.labels = labels.text;
    series->shown.labels_size = labels.text_size;
    series->timestamp_ms = emitted->timestamp_ms;
    series->number = family->series_count++;
    family->has_timestamps |= emitted->timestamp_ms != PML_NO_TIMESTAMP;
    return PROMLET_OK;
}

/* That there is a family, and that it has such series. */
static promlet_status check_shape(promlet_emitter *emitter, pml_shape shape, const char *what)
{
    const pml_emitted_family *family = emitter->current;
    if (family == NULL && emitter->status == PROMLET_OK) {
        return pml_fail(PROMLET_ERROR_ARGUMENT, "a collector emits %s before promlet_emit_family()",
                        what);
    }
    if (family == NULL) { /* the last error has said why */
        return emitter->why_none;
    }
    if (family->definition->kind->shape != shape) {
        return pml_fail(PROMLET_ERROR_ARGUMENT, "%.100s: a %s was emitted as %s",
                        family->definition->name.bytes, family->definition->kind->type, what);
    }
    return PROMLET_OK;
}

static promlet_status finish(promlet_emitter *emitter, promlet_status status)
{
    return status == PROMLET_OK ? status : pml_emitter_refuse(emitter, status);
}

static promlet_status fail_null(const char *what)
{
    return pml_fail(PROMLET_ERROR_ARGUMENT, "%s is NULL", what);
}

/* ---- numbers --------------------------------------------------------------------------------- */

static promlet_status check_amount(const pml_emitted_family *family, const pml_number *number)
{
    double amount = number->is_whole ? (double)number->as.whole : number->as.real;
    if (family->definition->kind == &pml_info_kind && !(amount >= 1 && amount <= 1)) {
        return pml_fail(PROMLET_ERROR_ARGUMENT, "%.100s: an info has the value 1, not %g",
                        family->definition->name.bytes, amount);
    }
    bool is_counter = family->definition->kind == &pml_counter_kind;
    if (is_counter && !number->is_whole && (!isfinite(number->as.real) || number->as.real < 0)) {
        return pml_fail(PROMLET_ERROR_ARGUMENT, "%.100s: a counter can't be %g",
                        family->definition->name.bytes, number->as.real);
    }
    return PROMLET_OK;
}

static promlet_status emit_number(promlet_emitter *emitter, pml_number number, int64_t timestamp_ms,
                                  const char *const *values, size_t count)
{
    if (emitter == NULL) {
        return fail_null("the emitter");
    }
    promlet_status status = check_shape(emitter, PML_SHAPE_NUMBER, "a value");
    if (status == PROMLET_OK) {
        status = check_amount(emitter->current, &number);
    }
    if (status == PROMLET_OK) {
        if (emitter->current->definition->kind == &pml_info_kind) {
            number = (pml_number){.is_whole = true, .as.whole = 1}; /* not 1.0 */
        }
        emission emitted = {values, count, timestamp_ms, {.as.number = number}};
        status = add_series(emitter, &emitted);
    }
    return finish(emitter, status);
}

promlet_status promlet_emit_value_by_values(promlet_emitter *emitter, double value,
                                            const char *const *values, size_t count)
{
    return promlet_emit_value_at_by_values(emitter, value, PML_NO_TIMESTAMP, values, count);
}

promlet_status promlet_emit_u64_by_values(promlet_emitter *emitter, uint64_t value,
                                          const char *const *values, size_t count)
{
    pml_number number = {.is_whole = true, .as.whole = value};
    return emit_number(emitter, number, PML_NO_TIMESTAMP, values, count);
}

promlet_status promlet_emit_value_at_by_values(promlet_emitter *emitter, double value,
                                               int64_t timestamp_ms, const char *const *values,
                                               size_t count)
{
    pml_number number = {.is_whole = false, .as.real = value};
    return emit_number(emitter, number, timestamp_ms, values, count);
}

/* ---- bounds and quantiles -------------------------------------------------------------------- */

static bool copy_bounds(pml_arena *arena, pml_emitted_family *family, const double *bounds,
                        size_t count)
{
    double *copy = pml_arena_take(arena, count * sizeof *copy);
    pml_text *texts = pml_arena_take(arena, count * sizeof *texts);
    if (copy == NULL || texts == NULL) {
        return false;
    }
    for (size_t i = 0; i < count; i++) {
        char text[PML_NUMBER_SIZE];
        copy[i] = bounds[i] == 0 ? 0 : bounds[i]; /* -0 too: the same bound must have one text */
        texts[i].size = pml_format_bound(copy[i], text);
        texts[i].bytes = pml_arena_copy(arena, text, texts[i].size);
        if (texts[i].bytes == NULL) {
            return false;
        }
    }
    family->bounds = copy;
    family->bound_count = count;
    family->bound_texts = texts;
    return true;
}

static bool has_bounds(const pml_emitted_family *family, const double *bounds, size_t count)
{
    if (family->bound_count != count) {
        return false;
    }
    for (size_t i = 0; i < count; i++) {
        if (family->bounds[i] < bounds[i] || family->bounds[i] > bounds[i]) {
            return false;
        }
    }
    return true;
}

/* The first series of a family says which; the others must have the same. */
static promlet_status settle_bounds(promlet_emitter *emitter, const double *bounds, size_t count)
{
    pml_emitted_family *family = emitter->current;
    const char *name = family->definition->name.bytes;
    promlet_status status = pml_check_bounds(name, bounds, count);
    if (status != PROMLET_OK) {
        return status;
    }
    if (family->bound_texts == NULL) {
        return copy_bounds(&emitter->arena, family, bounds, count) ? PROMLET_OK : pml_fail_memory();
    }
    return has_bounds(family, bounds, count)
               ? PROMLET_OK
               : pml_fail(
                     PROMLET_ERROR_BOUNDS, "%.100s: all series of a family need the same %s", name,
                     family->definition->kind->shape == PML_SHAPE_SUMMARY ? "quantiles" : "bounds");
}

static size_t count_label_values(const char *const *values)
{
    size_t count = 0;
    while (count < PROMLET_MAX_LABELS && values[count] != NULL) {
        count++;
    }
    return count;
}

static int64_t timestamp_or_none(int64_t timestamp_ms)
{
    return timestamp_ms != 0 ? timestamp_ms : PML_NO_TIMESTAMP;
}

/* ---- histograms ------------------------------------------------------------------------------ */

/* Documents have cumulative counts, which may not fall, or readers refuse the whole. */
static promlet_status check_counts(const pml_emitted_family *family,
                                   const promlet_emit_histogram_data *data)
{
    uint64_t total = 0;
    for (size_t i = 0; i <= data->bound_count; i++) {
        if (data->counts[i] > UINT64_MAX - total) {
            return pml_fail(PROMLET_ERROR_ARGUMENT,
                            "%.100s: the counts of a histogram add up to more than 2^64-1",
                            family->definition->name.bytes);
        }
        total += data->counts[i];
    }
    return PROMLET_OK;
}

static promlet_status add_histogram(promlet_emitter *emitter,
                                    const promlet_emit_histogram_data *data)
{
    promlet_status status = settle_bounds(emitter, data->bounds, data->bound_count);
    if (status == PROMLET_OK) {
        status = check_counts(emitter->current, data);
    }
    if (status != PROMLET_OK) {
        return status;
    }
    size_t size = (data->bound_count + 1) * sizeof *data->counts;
    uint64_t *counts = pml_arena_take(&emitter->arena, size);
    if (counts == NULL) {
        return pml_fail_memory();
    }
    memcpy(counts, data->counts, size);
    emission emitted = {data->label_values,
                        count_label_values(data->label_values),
                        timestamp_or_none(data->timestamp_ms),
                        {.as.histogram = {data->sum, counts}}};
    return add_series(emitter, &emitted);
}

static promlet_status check_histogram(const promlet_emit_histogram_data *data)
{
    if (data->counts == NULL) {
        return fail_null("a histogram's counts");
    }
    return data->bounds == NULL && data->bound_count > 0 ? fail_null("a histogram's bounds")
                                                         : PROMLET_OK;
}

promlet_status promlet_emit_histogram_sized(promlet_emitter *emitter,
                                            const promlet_emit_histogram_data *given,
                                            size_t data_size)
{
    if (emitter == NULL) {
        return fail_null("the emitter");
    }
    promlet_emit_histogram_data data;
    pml_options_size size = {data_size, sizeof data};
    promlet_status status = pml_options_read(given, &data, size, "a histogram's data");
    if (status == PROMLET_OK) {
        status = check_shape(emitter, PML_SHAPE_HISTOGRAM, "a histogram");
    }
    if (status == PROMLET_OK) {
        status = check_histogram(&data);
    }
    if (status == PROMLET_OK) {
        status = add_histogram(emitter, &data);
    }
    return finish(emitter, status);
}

/* ---- summaries ------------------------------------------------------------------------------- */

static promlet_status check_summary(const pml_emitted_family *family,
                                    const promlet_emit_summary_data *data)
{
    if (data->quantile_count > 0 && (data->quantiles == NULL || data->values == NULL)) {
        return fail_null(data->quantiles == NULL ? "a summary's quantiles" : "a summary's values");
    }
    size_t count = data->quantile_count;
    for (size_t i = 0; i < count; i++) {
        if (!(data->quantiles[i] >= 0 && data->quantiles[i] <= 1)) {
            return pml_fail(PROMLET_ERROR_BOUNDS, "%.100s: quantile number %zu is not from 0 to 1",
                            family->definition->name.bytes, i + 1);
        }
    }
    return PROMLET_OK;
}

static promlet_status add_summary(promlet_emitter *emitter, const promlet_emit_summary_data *data)
{
    promlet_status status = settle_bounds(emitter, data->quantiles, data->quantile_count);
    if (status != PROMLET_OK) {
        return status;
    }
    size_t size = data->quantile_count * sizeof *data->values;
    pml_summary *summary = pml_arena_take(&emitter->arena, sizeof *summary + size);
    if (summary == NULL) {
        return pml_fail_memory();
    }
    double *values = (double *)(summary + 1);
    if (size > 0) {
        memcpy(values, data->values, size);
    }
    *summary = (pml_summary){data->sum, data->count, values};
    emission emitted = {data->label_values,
                        count_label_values(data->label_values),
                        timestamp_or_none(data->timestamp_ms),
                        {.as.summary = summary}};
    return add_series(emitter, &emitted);
}

promlet_status promlet_emit_summary_sized(promlet_emitter *emitter,
                                          const promlet_emit_summary_data *given, size_t data_size)
{
    if (emitter == NULL) {
        return fail_null("the emitter");
    }
    promlet_emit_summary_data data;
    pml_options_size size = {data_size, sizeof data};
    promlet_status status = pml_options_read(given, &data, size, "a summary's data");
    if (status == PROMLET_OK) {
        status = check_shape(emitter, PML_SHAPE_SUMMARY, "a summary");
    }
    if (status == PROMLET_OK) {
        status = check_summary(emitter->current, &data);
    }
    if (status == PROMLET_OK) {
        status = add_summary(emitter, &data);
    }
    return finish(emitter, status);
}
