/* SPDX-License-Identifier: Apache-2.0 */
/* Tables of handles that enums index: the family, and each of its series. */
#include "base/options.h"
#include "registry/registry.h"

#include <promlet/enum_labels.h>

#include <string.h>

/* ---- checks ---------------------------------------------------------------------------------- */

static bool is_complete(const promlet_enum_label *label)
{
    return label != NULL && label->name != NULL && label->count > 0 && label->enumerators != NULL &&
           label->texts != NULL;
}

/* Each of 0 to count - 1 stands once. */
static bool has_each_enumerator(const promlet_enum_label *label)
{
    for (size_t i = 0; i < label->count; i++) {
        int enumerator = label->enumerators[i];
        if (enumerator < 0 || (size_t)enumerator >= label->count) {
            return false;
        }
        for (size_t j = 0; j < i; j++) {
            if (label->enumerators[j] == enumerator) {
                return false;
            }
        }
    }
    return true;
}

static promlet_status check_labels(const promlet_table_labels *labels, const char *metric)
{
    if (labels == NULL || labels->count == 0 || labels->count > PROMLET_MAX_TABLE_LABELS) {
        return pml_fail(PROMLET_ERROR_ARGUMENT, "%.100s: a table needs 1 to %d labels", metric,
                        PROMLET_MAX_TABLE_LABELS);
    }
    for (size_t i = 0; i < labels->count; i++) {
        if (!is_complete(labels->at[i])) {
            return pml_fail(PROMLET_ERROR_ARGUMENT, "%.100s: label %zu of its table is incomplete",
                            metric, i + 1);
        }
        if (!has_each_enumerator(labels->at[i])) {
            return pml_fail(PROMLET_ERROR_ARGUMENT,
                            "%.100s: the %zu values of label \"%.60s\" must have the enumerators "
                            "0 to %zu",
                            metric, labels->at[i]->count, labels->at[i]->name,
                            labels->at[i]->count - 1);
        }
    }
    return PROMLET_OK;
}

/* ---- the family ------------------------------------------------------------------------------ */

static size_t count_handles(const promlet_table_labels *labels)
{
    size_t count = 1;
    for (size_t i = 0; i < labels->count; i++) {
        count *= labels->at[i]->count;
    }
    return count;
}

/* The options with the labels of the table. */
static promlet_status read_options(const promlet_table_labels *labels, const void *handles,
                                   const promlet_opts *given, size_t size, promlet_opts *options)
{
    pml_options_size sizes = {size, sizeof *options};
    promlet_status status = pml_options_read(given, options, sizes, "a metric's options");
    if (status != PROMLET_OK) {
        return status;
    }
    const char *metric = options->name != NULL ? options->name : "a table";
    if (handles == NULL) {
        return pml_fail(PROMLET_ERROR_ARGUMENT, "%.100s: the handles of its table are NULL",
                        metric);
    }
    if (options->labels[0] != NULL) {
        return pml_fail(PROMLET_ERROR_LABELS,
                        "%.100s: its labels are those of its table, so its options name none",
                        metric);
    }
    status = check_labels(labels, metric);
    if (status != PROMLET_OK) {
        return status;
    }
    for (size_t i = 0; i < labels->count; i++) {
        options->labels[i] = labels->at[i]->name;
    }
    size_t count = count_handles(labels);
    if (options->max_series == 0 && count > PROMLET_DEFAULT_MAX_SERIES) {
        options->max_series = count;
    }
    return PROMLET_OK;
}

/* ---- the series ------------------------------------------------------------------------------ */

/* One of the series, as they come when all texts are gone through, the last label's fastest. */
typedef struct table_series {
    const char *values[PROMLET_MAX_TABLE_LABELS];
    size_t at; /* its handle's place */
} table_series;

static table_series series_of(const promlet_table_labels *labels, size_t number)
{
    table_series series = {{NULL}, 0};
    size_t step = 1; /* from one index of this label to the next, in handles */
    for (size_t i = labels->count; i-- > 0;) {
        const promlet_enum_label *label = labels->at[i];
        size_t place = number % label->count;
        number /= label->count;
        series.values[i] = label->texts[place];
        series.at += step * (size_t)label->enumerators[place];
        step *= label->count;
    }
    return series;
}

/* What the calls below fill a table with. */
typedef struct table_plan {
    promlet_opts options;
    size_t handle_count; /* 0: something is wrong with the table */
} table_plan;

static table_plan plan(const promlet_table_labels *labels, const void *handles,
                       promlet_registry *registry, const promlet_opts *options, size_t options_size)
{
    table_plan plan;
    promlet_status status = read_options(labels, handles, options, options_size, &plan.options);
    if (status != PROMLET_OK) {
        pml_registry_fail(pml_registry_of(registry), status);
    }
    plan.handle_count = status == PROMLET_OK ? count_handles(labels) : 0;
    return plan;
}

/* promlet_X_table_fill() for one instrument. */
#define TABLE_FILL(instrument)                                                                     \
    promlet_##instrument##_family *promlet_##instrument##_table_fill(                              \
        const promlet_table_labels *labels, promlet_##instrument **handles,                        \
        promlet_registry *registry, const promlet_opts *options, size_t options_size)              \
    {                                                                                              \
        table_plan todo = plan(labels, handles, registry, options, options_size);                  \
        if (todo.handle_count == 0) {                                                              \
            return (promlet_##instrument##_family *)&pml_sink_family;                              \
        }                                                                                          \
        promlet_##instrument##_family *family =                                                    \
            promlet_##instrument##_family_new(registry, &todo.options);                            \
        for (size_t i = 0; i < todo.handle_count; i++) {                                           \
            table_series series = series_of(labels, i);                                            \
            handles[series.at] =                                                                   \
                promlet_##instrument##_with_values(family, series.values, labels->count);          \
        }                                                                                          \
        return family;                                                                             \
    }

TABLE_FILL(counter)
TABLE_FILL(gauge)
TABLE_FILL(histogram)
TABLE_FILL(summary)
TABLE_FILL(state_set)
TABLE_FILL(unknown)
