/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Recording by label values, without a handle. A series that exists is found without a lock and
 * without memory, so that this, too, can be done anywhere; all else goes the way of promlet_X_with.
 * It differs in two things: it is called again and again, so the log hears of errors once; and
 * while recording is switched off nothing is looked up, so that no series appears.
 */
#include "registry/look_up.h"

#include "base/atomic.h"
#include "series/readers.h"

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

/* What a recording goes to. */
typedef struct target {
    void *cell;     /* NULL when the recording is refused, which is then counted */
    bool is_inside; /* of a read section, since nobody has pinned the series */
    uint32_t phase; /* of that section */
} target;

static target find_target(void *typed_family, const char *const *values, size_t count)
{
    pml_family *family = typed_family;
    pml_label_query query;
    if (family != NULL && count == family->label_reader.count && values != NULL &&
        pml_label_query_start(&query, &family->label_reader, values)) {
        uint32_t phase = pml_readers_enter();
        pml_series *series = pml_table_find(&family->table, &query);
        if (series != NULL) {
            return (target){series->cell, true, phase};
        }
        /* What follows may make the table larger, and then waits for nobody, us least of all. */
        pml_readers_leave(phase);
    }
    pml_series *series = look_up_new(family, values, count);
    return (target){series != NULL ? series->cell : NULL, false, 0};
}

static void leave_target(const target *found)
{
    if (found->is_inside) {
        pml_readers_leave(found->phase);
    }
}

void promlet_counter_inc_by_values(promlet_counter_family *family, const char *const *values,
                                   size_t count)
{
    if (promlet_hot_is_off()) {
        return;
    }
    target found = find_target(family, values, count);
    if (found.cell != NULL) {
        promlet_counter_inc(found.cell);
        leave_target(&found);
    }
}

void promlet_counter_add_by_values(promlet_counter_family *family, double amount,
                                   const char *const *values, size_t count)
{
    if (promlet_hot_is_off()) {
        return;
    }
    target found = find_target(family, values, count);
    if (found.cell != NULL) {
        promlet_counter_add(found.cell, amount);
        leave_target(&found);
    }
}

void promlet_counter_add_u64_by_values(promlet_counter_family *family, uint64_t amount,
                                       const char *const *values, size_t count)
{
    if (promlet_hot_is_off()) {
        return;
    }
    target found = find_target(family, values, count);
    if (found.cell != NULL) {
        promlet_counter_add_u64(found.cell, amount);
        leave_target(&found);
    }
}

void promlet_gauge_set_by_values(promlet_gauge_family *family, double value,
                                 const char *const *values, size_t count)
{
    target found = find_target(family, values, count);
    if (found.cell != NULL) {
        promlet_gauge_set(found.cell, value);
        leave_target(&found);
    }
}

void promlet_gauge_add_by_values(promlet_gauge_family *family, double amount,
                                 const char *const *values, size_t count)
{
    target found = find_target(family, values, count);
    if (found.cell != NULL) {
        promlet_gauge_add(found.cell, amount);
        leave_target(&found);
    }
}

void promlet_histogram_observe_by_values(promlet_histogram_family *family, double value,
                                         const char *const *values, size_t count)
{
    if (promlet_hot_is_off()) {
        return;
    }
    target found = find_target(family, values, count);
    if (found.cell != NULL) {
        promlet_histogram_observe(found.cell, value);
        leave_target(&found);
    }
}
