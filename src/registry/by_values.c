/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Recording by label values, without a handle. A series that exists is found without a lock and
 * without memory, so that this, too, can be done anywhere; all else goes the way of promlet_X_with.
 * It differs in two things: it is called again and again, so the log hears of errors once; and
 * while recording is switched off nothing is looked up, so that no series appears.
 */
#include "registry/look_up.h"

#include "base/atomic.h"

#include <promlet/counter.h>
#include <promlet/gauge.h>
#include <promlet/histogram.h>
#include <promlet/hot_path.h>

/* What a family's failures come to when there is no family. */
static _Atomic uint64_t failures_without_family;

static bool is_first_failure(pml_family *family)
{
    /* relaxed: only that one thread gets the 0 matters. */
    return pml_add_relaxed(family != NULL ? &family->by_failures : &failures_without_family, 1) ==
           0;
}

static pml_series *look_up_new(pml_family *family, const char *const *values, size_t count)
{
    if (family != NULL && pml_family_is_sink(family)) {
        return NULL;
    }
    pml_series *series = pml_look_up(family, values, count, pml_registry_keep_error);
    if (series == NULL) {
        pml_drop_in(family != NULL ? family->dropped : &pml_default_dropped, PML_DROP_NO_SERIES);
        if (is_first_failure(family)) {
            pml_warn("%s", promlet_last_error());
        }
    }
    return series;
}

/* The cell to record on; NULL when the recording is refused, which is then counted. */
static void *find_cell(void *typed_family, const char *const *values, size_t count)
{
    pml_family *family = typed_family;
    pml_series *series = NULL;
    pml_label_query query;
    if (family != NULL && count == family->label_reader.count && values != NULL &&
        pml_label_query_start(&query, &family->label_reader, values)) {
        series = pml_table_find(&family->table, &query);
    }
    if (series == NULL) {
        series = look_up_new(family, values, count);
    }
    return series != NULL ? series->cell : NULL;
}

void promlet_counter_inc_by_values(promlet_counter_family *family, const char *const *values,
                                   size_t count)
{
    if (promlet_hot_is_off()) {
        return;
    }
    promlet_counter *counter = find_cell(family, values, count);
    if (counter != NULL) {
        promlet_counter_inc(counter);
    }
}

void promlet_counter_add_by_values(promlet_counter_family *family, double amount,
                                   const char *const *values, size_t count)
{
    if (promlet_hot_is_off()) {
        return;
    }
    promlet_counter *counter = find_cell(family, values, count);
    if (counter != NULL) {
        promlet_counter_add(counter, amount);
    }
}

void promlet_counter_add_u64_by_values(promlet_counter_family *family, uint64_t amount,
                                       const char *const *values, size_t count)
{
    if (promlet_hot_is_off()) {
        return;
    }
    promlet_counter *counter = find_cell(family, values, count);
    if (counter != NULL) {
        promlet_counter_add_u64(counter, amount);
    }
}

void promlet_gauge_set_by_values(promlet_gauge_family *family, double value,
                                 const char *const *values, size_t count)
{
    promlet_gauge *gauge = find_cell(family, values, count);
    if (gauge != NULL) {
        promlet_gauge_set(gauge, value);
    }
}

void promlet_gauge_add_by_values(promlet_gauge_family *family, double amount,
                                 const char *const *values, size_t count)
{
    promlet_gauge *gauge = find_cell(family, values, count);
    if (gauge != NULL) {
        promlet_gauge_add(gauge, amount);
    }
}

void promlet_histogram_observe_by_values(promlet_histogram_family *family, double value,
                                         const char *const *values, size_t count)
{
    if (promlet_hot_is_off()) {
        return;
    }
    promlet_histogram *histogram = find_cell(family, values, count);
    if (histogram != NULL) {
        promlet_histogram_observe(histogram, value);
    }
}
