/* SPDX-License-Identifier: Apache-2.0 */
/* All recording calls, with a handle and by label values. */
#include "arguments.h"
#include "session.h"

static void record_counter(session *self, model_series *series, promlet_counter *counter)
{
    double amount;
    uint64_t whole;
    switch (input_choice(&self->in, 3)) {
    case 0:
        promlet_counter_inc(counter);
        model_counter_add_u64(&self->model, series, 1);
        break;
    case 1:
        whole = read_amount(&self->in);
        promlet_counter_add_u64(counter, whole);
        model_counter_add_u64(&self->model, series, whole);
        break;
    default:
        amount = read_double(&self->in);
        promlet_counter_add(counter, amount);
        model_counter_add(&self->model, series, amount);
    }
}

static void record_gauge(session *self, model_series *series, promlet_gauge *gauge)
{
    size_t choice = input_choice(&self->in, 5);
    double value = choice < 3 ? read_double(&self->in) : 1;
    switch (choice) {
    case 0:
        promlet_gauge_set(gauge, value);
        model_gauge_set(series, value);
        break;
    case 1:
        promlet_gauge_add(gauge, value);
        model_gauge_add(&self->model, series, value);
        break;
    case 2:
        promlet_gauge_sub(gauge, value);
        model_gauge_add(&self->model, series, -value);
        break;
    case 3:
        promlet_gauge_inc(gauge);
        model_gauge_add(&self->model, series, 1);
        break;
    default:
        promlet_gauge_dec(gauge);
        model_gauge_add(&self->model, series, -1);
    }
}

void do_record_extreme(session *self)
{
    handle *to = choose_handle(self);
    bool is_raised = input_choice(&self->in, 2) == 0;
    double value = read_double(&self->in);
    if (to == NULL || to->family->kind != MODEL_GAUGE) {
        return;
    }
    if (is_raised) {
        promlet_gauge_raise_to(to->of_library, value);
        model_gauge_raise_to(&self->model, to->series, value);
    } else {
        promlet_gauge_lower_to(to->of_library, value);
        model_gauge_lower_to(&self->model, to->series, value);
    }
}

void do_record(session *self)
{
    handle *to = choose_handle(self);
    if (to == NULL) {
        return;
    }
    double value;
    switch (to->family->kind) {
    case MODEL_COUNTER:
        record_counter(self, to->series, to->of_library);
        break;
    case MODEL_GAUGE:
        record_gauge(self, to->series, to->of_library);
        break;
    case MODEL_HISTOGRAM:
    default:
        value = read_double(&self->in);
        promlet_histogram_observe(to->of_library, value);
        model_observe(&self->model, to->family, to->series, value);
    }
}

/* The series that a recording by label values comes to; NULL when it is not looked up. */
static model_series *find_by(const session *self, const family_view *view,
                             const label_values *values)
{
    bool is_stopped = self->model.is_off && view->family->kind != MODEL_GAUGE;
    return is_stopped ? NULL : model_look_up(&self->model, view->family, values->all);
}

static void record_counter_by(session *self, const family_view *view, const label_values *values)
{
    const char *const *given = values->given;
    size_t count = values->given_count;
    model_series *series = find_by(self, view, values);
    double amount;
    uint64_t whole;
    switch (input_choice(&self->in, 3)) {
    case 0:
        promlet_counter_inc_by_values(view->of_library, given, count);
        model_counter_add_u64(&self->model, series, 1);
        break;
    case 1:
        whole = read_amount(&self->in);
        promlet_counter_add_u64_by_values(view->of_library, whole, given, count);
        model_counter_add_u64(&self->model, series, whole);
        break;
    default:
        amount = read_double(&self->in);
        promlet_counter_add_by_values(view->of_library, amount, given, count);
        model_counter_add(&self->model, series, amount);
    }
}

static void record_gauge_by(session *self, const family_view *view, const label_values *values)
{
    const char *const *given = values->given;
    size_t count = values->given_count;
    model_series *series = find_by(self, view, values);
    bool is_set = input_choice(&self->in, 2) == 0;
    double value = read_double(&self->in);
    if (is_set) {
        promlet_gauge_set_by_values(view->of_library, value, given, count);
        model_gauge_set(series, value);
    } else {
        promlet_gauge_add_by_values(view->of_library, value, given, count);
        model_gauge_add(&self->model, series, value);
    }
}

void do_record_by(session *self)
{
    family_view *chosen = choose_view(self);
    if (chosen == NULL) {
        return;
    }
    label_values values = read_values(self, chosen);
    double value;
    switch (chosen->family->kind) {
    case MODEL_COUNTER:
        record_counter_by(self, chosen, &values);
        break;
    case MODEL_GAUGE:
        record_gauge_by(self, chosen, &values);
        break;
    case MODEL_HISTOGRAM:
    default:
        value = read_double(&self->in);
        promlet_histogram_observe_by_values(chosen->of_library, value, values.given,
                                            values.given_count);
        model_observe(&self->model, chosen->family, find_by(self, chosen, &values), value);
    }
}

/* Recording by label values that are refused counts as dropped. */
void do_record_by_badly(session *self)
{
    family_view *chosen = choose_view(self);
    if (chosen == NULL) {
        return;
    }
    label_values values = read_values(self, chosen);
    size_t count = values.given_count;
    if (count == 0) {
        return;
    }
    values.given[input_choice(&self->in, count)] = NULL;
    switch (chosen->family->kind) {
    case MODEL_COUNTER:
        promlet_counter_inc_by_values(chosen->of_library, values.given, count);
        break;
    case MODEL_GAUGE:
        promlet_gauge_set_by_values(chosen->of_library, 1, values.given, count);
        break;
    case MODEL_HISTOGRAM:
    default:
        promlet_histogram_observe_by_values(chosen->of_library, 1, values.given, count);
    }
    if (!self->model.is_off || chosen->family->kind == MODEL_GAUGE) {
        self->model.dropped[MODEL_DROP_NO_SERIES]++;
    }
}

void do_switch(session *self)
{
    self->model.is_off = input_choice(&self->in, 2) == 1;
    promlet_set_recording(!self->model.is_off);
}
