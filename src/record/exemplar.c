/* SPDX-License-Identifier: Apache-2.0 */
/* Recordings with an exemplar: first the recording as usual, then what is kept beside it. */
#include "record/exemplar.h"

#include "base/clock.h"
#include "record/exemplar_labels.h"
#include "record/trace_hook.h"

#include <promlet/hot_path.h>

static void keep(pml_exemplar_slot *slot, pml_exemplar_note *note, double value)
{
    note->value = value;
    note->time_ns = pml_clock_unix_ns();
    /* Another writer, if there is one, has an exemplar that is as good. */
    (void)pml_exemplar_write(slot, note);
}

static void keep_trace(pml_exemplar_slot *slot, const promlet_trace_context *context, double value)
{
    pml_exemplar_note note = {.size = 0};
    pml_exemplar_note_trace(&note, context);
    keep(slot, &note, value);
}

/* ---- by the hook ----------------------------------------------------------------------------- */

void pml_exemplar_offer(pml_exemplar_slot *slot, double value)
{
    promlet_trace_context context;
    if (slot != NULL && pml_exemplar_is_due(slot) && pml_trace_ask(&context)) {
        keep_trace(slot, &context, value);
    }
}

/* ---- by call --------------------------------------------------------------------------------- */

/* What comes with a call: labels, or a trace. */
typedef struct given {
    const promlet_label *labels;
    size_t count;
    const promlet_trace_context *trace;
} given;

static void keep_given(void *series, size_t number, double value, const given *what)
{
    pml_exemplar_slot *slot = pml_exemplar_slot_of(series, number);
    if (slot == NULL) {
        pml_drop(series, PML_DROP_EXEMPLAR_NO_ROOM);
        return;
    }
    if (what->trace != NULL) {
        keep_trace(slot, what->trace, value);
        return;
    }
    pml_exemplar_note note = {.size = 0};
    pml_drop_reason reason = pml_exemplar_note_labels(&note, what->labels, what->count);
    if (reason == PML_DROP_REASONS) {
        keep(slot, &note, value);
    } else {
        pml_drop(series, reason);
    }
}

/* Records; true if there is something to keep an exemplar for. */
static bool add(promlet_counter *counter, double amount)
{
    if (promlet_hot_is_off()) {
        return false;
    }
    promlet_hot_counter_record(counter, amount);
    return counter != NULL && promlet_hot_is_finite(amount) && amount >= 0;
}

static bool observe(promlet_histogram *histogram, double value)
{
    if (promlet_hot_is_off()) {
        return false;
    }
    promlet_hot_histogram_record(histogram, value);
    return histogram != NULL && promlet_hot_is_finite(value);
}

static size_t bucket_of(const promlet_histogram *histogram, double value)
{
    /* acquire: pairs with the release in settle() of static_metrics.c. */
    return promlet_hot_bucket(pml_pointer_load_acquire(&histogram->bounds), value);
}

void promlet_counter_add_with_exemplar(promlet_counter *counter, double amount,
                                       const promlet_label *labels, size_t count)
{
    if (add(counter, amount)) {
        keep_given(counter->series, 0, amount, &(given){labels, count, NULL});
    }
}

void promlet_histogram_observe_with_exemplar(promlet_histogram *histogram, double value,
                                             const promlet_label *labels, size_t count)
{
    if (observe(histogram, value)) {
        keep_given(histogram->series, bucket_of(histogram, value), value,
                   &(given){labels, count, NULL});
    }
}

void promlet_counter_add_with_trace(promlet_counter *counter, double amount,
                                    const promlet_trace_context *context)
{
    if (add(counter, amount) && context != NULL && pml_trace_is_of_use(context)) {
        keep_given(counter->series, 0, amount, &(given){NULL, 0, context});
    }
}

void promlet_histogram_observe_with_trace(promlet_histogram *histogram, double value,
                                          const promlet_trace_context *context)
{
    if (observe(histogram, value) && context != NULL && pml_trace_is_of_use(context)) {
        keep_given(histogram->series, bucket_of(histogram, value), value,
                   &(given){NULL, 0, context});
    }
}
