/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Recording by label values, without a handle. A series that exists is found without a lock and
 * without memory, so that this, too, can be done anywhere; all else goes the way of promlet_X_with.
 * It differs in two things: it is called again and again, so the log hears of errors once; and
 * while recording is switched off nothing is looked up, so that no series appears.
 */
#include "registry/look_up.h"

#include "base/atomic.h"
#include "record/timer.h"
#include "series/readers.h"

#include <promlet/counter.h>
#include <promlet/gauge.h>
#include <promlet/histogram.h>
#include <promlet/hot_path.h>
#include <promlet/state_set.h>
#include <promlet/summary.h>
#include <promlet/timer.h>
#include <promlet/unknown.h>

/* What a family's failures come to when there is no family. */
static _Atomic uint64_t failures_without_family;

static bool is_first_failure(pml_family *family)
{
    /* relaxed: only that one thread gets the 0 matters. */
    return pml_add_relaxed(family != NULL ? &family->by_failures : &failures_without_family, 1) ==
           0;
}

/* Counts a recording that came to nothing, whose error the last error says. */
static void refuse(pml_family *family)
{
    pml_drop_in(family != NULL ? family->owner.dropped : &pml_default_dropped, PML_DROP_NO_SERIES);
    if (is_first_failure(family)) {
        pml_warn("%s", promlet_last_error());
    }
}

/* What a recording goes to. */
typedef struct target {
    void *cell;         /* NULL when the recording is refused, which is then counted */
    pml_series *pinned; /* NULL: we are in a read section instead */
    uint32_t section;
} target;

static target pinned_target(pml_family *family, pml_series *series)
{
    if (series == NULL) {
        refuse(family);
        return (target){NULL, NULL, 0};
    }
    return (target){series->cell, series, 0};
}

/* Of a view, or of values that a family does not take. */
static target look_up_target(pml_family *family, const char *const *values, size_t count)
{
    if (family != NULL && pml_family_is_sink(family)) {
        return (target){NULL, NULL, 0};
    }
    return pinned_target(family, pml_look_up(family, values, count, pml_registry_keep_error));
}

/* One that has to be made, or woken, or is beyond a limit. */
static target ask_for_target(pml_family *family, const pml_label_query *query)
{
    pml_series *series = pml_family_ask(family, query);
    if (series == NULL) {
        pml_registry_keep_error(family->registry, PROMLET_ERROR_MEMORY);
    }
    return pinned_target(family, series);
}

static target find_target(void *typed_family, const char *const *values, size_t count)
{
    pml_family *family = typed_family;
    pml_label_query query;
    if (family == NULL || count != family->label_reader.count || (values == NULL && count > 0) ||
        !pml_label_query_start(&query, &family->label_reader, values)) {
        return look_up_target(family, values, count);
    }
    uint32_t section = pml_readers_enter();
    pml_series *series = pml_family_find(family, &query);
    if (series != NULL) {
        return (target){series->cell, NULL, section};
    }
    /* What follows may make the table larger, and then waits for nobody, us least of all. */
    pml_readers_leave(section);
    bool is_whole = !pml_family_is_sink(family) && family->view == NULL;
    return is_whole ? ask_for_target(family, &query) : look_up_target(family, values, count);
}

static void leave_target(const target *found)
{
    if (found->pinned == NULL) {
        pml_readers_leave(found->section);
    } else {
        (void)pml_series_unpin(found->pinned);
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

void promlet_gauge_sub_by_values(promlet_gauge_family *family, double amount,
                                 const char *const *values, size_t count)
{
    target found = find_target(family, values, count);
    if (found.cell != NULL) {
        promlet_gauge_sub(found.cell, amount);
        leave_target(&found);
    }
}

void promlet_gauge_inc_by_values(promlet_gauge_family *family, const char *const *values,
                                 size_t count)
{
    target found = find_target(family, values, count);
    if (found.cell != NULL) {
        promlet_gauge_inc(found.cell);
        leave_target(&found);
    }
}

void promlet_gauge_dec_by_values(promlet_gauge_family *family, const char *const *values,
                                 size_t count)
{
    target found = find_target(family, values, count);
    if (found.cell != NULL) {
        promlet_gauge_dec(found.cell);
        leave_target(&found);
    }
}

void promlet_gauge_raise_to_by_values(promlet_gauge_family *family, double value,
                                      const char *const *values, size_t count)
{
    target found = find_target(family, values, count);
    if (found.cell != NULL) {
        promlet_gauge_raise_to(found.cell, value);
        leave_target(&found);
    }
}

void promlet_gauge_lower_to_by_values(promlet_gauge_family *family, double value,
                                      const char *const *values, size_t count)
{
    target found = find_target(family, values, count);
    if (found.cell != NULL) {
        promlet_gauge_lower_to(found.cell, value);
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

double promlet_timer_observe_by_values(promlet_timer timer, promlet_histogram_family *family,
                                       const char *const *values, size_t count)
{
    if (promlet_hot_is_off() || timer.clock == PROMLET_CLOCK_NONE) {
        return 0;
    }
    double seconds = promlet_timer_seconds(timer); /* before the look-up, which takes its time */
    target found = find_target(family, values, count);
    if (found.cell != NULL) {
        pml_timer_record(found.cell, seconds);
        leave_target(&found);
    }
    return seconds;
}

void promlet_summary_observe_by_values(promlet_summary_family *family, double value,
                                       const char *const *values, size_t count)
{
    if (promlet_hot_is_off()) {
        return;
    }
    target found = find_target(family, values, count);
    if (found.cell != NULL) {
        promlet_summary_observe(found.cell, value);
        leave_target(&found);
    }
}

void promlet_state_set_select_by_values(promlet_state_set_family *family, size_t state,
                                        const char *const *values, size_t count)
{
    target found = find_target(family, values, count);
    if (found.cell != NULL) {
        promlet_state_set_select(found.cell, state);
        leave_target(&found);
    }
}

void promlet_state_set_set_by_values(promlet_state_set_family *family, size_t state, bool is_on,
                                     const char *const *values, size_t count)
{
    target found = find_target(family, values, count);
    if (found.cell != NULL) {
        promlet_state_set_set(found.cell, state, is_on);
        leave_target(&found);
    }
}

void promlet_unknown_set_by_values(promlet_unknown_family *family, double value,
                                   const char *const *values, size_t count)
{
    target found = find_target(family, values, count);
    if (found.cell != NULL) {
        promlet_unknown_set(found.cell, value);
        leave_target(&found);
    }
}
