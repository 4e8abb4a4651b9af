/* SPDX-License-Identifier: Apache-2.0 */
/* Declaring metrics and asking for their series. */
#include "arguments.h"
#include "session.h"

#include <promlet/by_name.h>

/* ---- declaring ------------------------------------------------------------------------------- */

static void *declare(promlet_registry *registry, enum model_kind kind, bool without_labels,
                     const promlet_opts *options)
{
    switch (kind) {
    case MODEL_COUNTER:
        return without_labels ? (void *)promlet_counter_new(registry, options)
                              : (void *)promlet_counter_family_new(registry, options);
    case MODEL_GAUGE:
        return without_labels ? (void *)promlet_gauge_new(registry, options)
                              : (void *)promlet_gauge_family_new(registry, options);
    case MODEL_HISTOGRAM:
    default:
        return without_labels ? (void *)promlet_histogram_new(registry, options)
                              : (void *)promlet_histogram_family_new(registry, options);
    }
}

static void add_handle(session *self, model_family *family, model_series *series, void *of_library)
{
    if (series != NULL) {
        series->pins++;
    }
    handle *to = &self->handles[self->handle_count++ % MOST_HANDLES];
    *to = (handle){family, series, of_library};
}

static bool add_view(session *self, family_view added)
{
    bool has_room = self->view_count < MOST_VIEWS;
    if (has_room) {
        self->views[self->view_count++] = added;
    }
    return has_room;
}

/* The same series is the same handle, and no two series share one. */
static void check_handle(const model_family *family, model_series *series, void *found)
{
    if (series->handle != NULL && series->handle != found) {
        finding("%s: another handle for the same label values", family->name);
    }
    series->handle = found;
    for (const model_series *other = family->series; other != NULL; other = other->next) {
        if (other != series && other->handle == found) {
            finding("%s: one handle for two sets of label values", family->name);
        }
    }
}

/* One that was unregistered may have it already. */
static bool has_view(const session *self, const model_family *family)
{
    for (size_t i = 0; i < self->view_count; i++) {
        if (self->views[i].of_library == family->handle) {
            return true;
        }
    }
    return false;
}

static void declare_one(session *self, bool is_idle)
{
    enum model_kind kind = (enum model_kind)input_choice(&self->in, MODEL_KINDS);
    bool without_labels = input_choice(&self->in, 3) == 0;
    promlet_opts options = read_options(&self->in);
    options.idle_seconds = is_idle ? 100 : 0;
    model_family *family;
    enum model_verdict verdict =
        model_declare(&self->model, kind, &options, without_labels, &family);
    forget_last_error();
    void *declared = declare(self->registry, kind, without_labels, &options);
    if (declared == NULL || has_failed() != (verdict == MODEL_REFUSED)) {
        finding("declaring %s: %s; the model has verdict %d", options.name, promlet_last_error(),
                (int)verdict);
    }
    if (verdict == MODEL_REFUSED) {
        add_handle(self, NULL, NULL, NULL);
        return;
    }
    if (without_labels) {
        model_series *series = model_look_up(&self->model, family, NULL);
        check_handle(family, series, declared);
        add_handle(self, family, series, declared);
        return;
    }
    if (family->handle != NULL && family->handle != declared) {
        finding("declaring %s again: another family", options.name);
    }
    family->handle = declared;
    if (!has_view(self, family)) {
        add_view(self, (family_view){.family = family, .of_library = declared});
    }
}

void do_declare(session *self)
{
    declare_one(self, false);
}

void do_declare_idle(session *self)
{
    declare_one(self, true);
}

/* ---- looking up ------------------------------------------------------------------------------ */

family_view *choose_view(session *self)
{
    size_t choice = input_byte(&self->in);
    return self->view_count == 0 ? NULL : &self->views[choice % self->view_count];
}

handle *choose_handle(session *self)
{
    size_t count = self->handle_count < MOST_HANDLES ? self->handle_count : MOST_HANDLES;
    size_t choice = input_byte(&self->in);
    if (count == 0 || self->handles[choice % count].family == NULL) {
        return NULL;
    }
    return &self->handles[choice % count];
}

label_values read_values(session *self, const family_view *view)
{
    label_values values = {.given_count = 0};
    for (size_t i = 0; i < view->family->label_count; i++) {
        values.all[i] = view->fixed[i];
        if (values.all[i] == NULL) {
            values.all[i] = read_value(&self->in);
            values.given[values.given_count++] = values.all[i];
        }
    }
    return values;
}

static void *look_up(const family_view *view, const char *const *values, size_t count)
{
    switch (view->family->kind) {
    case MODEL_COUNTER:
        return promlet_counter_with_values(view->of_library, values, count);
    case MODEL_GAUGE:
        return promlet_gauge_with_values(view->of_library, values, count);
    case MODEL_HISTOGRAM:
    default:
        return promlet_histogram_with_values(view->of_library, values, count);
    }
}

static void keep_found(session *self, const family_view *view, const label_values *values,
                       void *found)
{
    if (has_failed()) {
        finding("%s: %s", view->family->name, promlet_last_error());
    }
    model_series *series = model_look_up(&self->model, view->family, values->all);
    check_handle(view->family, series, found);
    add_handle(self, view->family, series, found);
}

void do_look_up(session *self)
{
    family_view *chosen = choose_view(self);
    if (chosen != NULL) {
        label_values values = read_values(self, chosen);
        forget_last_error();
        keep_found(self, chosen, &values, look_up(chosen, values.given, values.given_count));
    }
}

static void *look_up_by_name(const family_view *view, const promlet_label *labels, size_t count)
{
    switch (view->family->kind) {
    case MODEL_COUNTER:
        return promlet_counter_with_label_array(view->of_library, labels, count);
    case MODEL_GAUGE:
        return promlet_gauge_with_label_array(view->of_library, labels, count);
    case MODEL_HISTOGRAM:
    default:
        return promlet_histogram_with_label_array(view->of_library, labels, count);
    }
}

/* In another order than declared. */
void do_look_up_by_name(session *self)
{
    family_view *chosen = choose_view(self);
    size_t turn = input_byte(&self->in);
    promlet_label labels[PROMLET_MAX_LABELS];
    size_t count = 0;
    if (chosen == NULL) {
        return;
    }
    label_values values = read_values(self, chosen);
    size_t label_count = chosen->family->label_count;
    for (size_t i = 0; i < label_count; i++) {
        size_t label = (i + turn) % label_count;
        if (chosen->fixed[label] == NULL) {
            labels[count++] = (promlet_label){chosen->family->labels[label], values.all[label]};
        }
    }
    forget_last_error();
    keep_found(self, chosen, &values, look_up_by_name(chosen, labels, count));
}

/* A wrong number of values, no values, or one that is NULL. */
void do_look_up_badly(session *self)
{
    family_view *chosen = choose_view(self);
    size_t fault = input_choice(&self->in, 4);
    if (chosen == NULL) {
        return;
    }
    label_values values = read_values(self, chosen);
    size_t count = values.given_count;
    const char *const *given = values.given;
    if (count == 0) {
        return;
    }
    values.given[count] = "more";
    switch (fault) {
    case 0:
        count--;
        break;
    case 1:
        count++;
        break;
    case 2:
        given = NULL;
        break;
    default:
        values.given[input_choice(&self->in, count)] = NULL;
    }
    forget_last_error();
    void *found = look_up(chosen, given, count);
    if (found == NULL || !has_failed()) {
        finding("%s: wrong values are not refused", chosen->family->name);
    }
    add_handle(self, NULL, NULL, NULL);
}

/* ---- views ----------------------------------------------------------------------------------- */

static void *curry(const family_view *view, const promlet_label *labels, size_t count)
{
    switch (view->family->kind) {
    case MODEL_COUNTER:
        return promlet_counter_family_curry_array(view->of_library, labels, count);
    case MODEL_GAUGE:
        return promlet_gauge_family_curry_array(view->of_library, labels, count);
    case MODEL_HISTOGRAM:
    default:
        return promlet_histogram_family_curry_array(view->of_library, labels, count);
    }
}

static bool is_same_view(const family_view *a, const family_view *b)
{
    bool is_same = a->family == b->family;
    for (size_t i = 0; is_same && i < PROMLET_MAX_LABELS; i++) {
        is_same = a->fixed[i] == NULL || b->fixed[i] == NULL
                      ? a->fixed[i] == b->fixed[i]
                      : strcmp(a->fixed[i], b->fixed[i]) == 0;
    }
    return is_same;
}

static family_view *find_view(session *self, const family_view *wanted)
{
    for (size_t i = 0; i < self->view_count; i++) {
        if (is_same_view(&self->views[i], wanted)) {
            return &self->views[i];
        }
    }
    return NULL;
}

/* Views beside the family itself. */
static size_t count_views(const session *self, const model_family *family)
{
    size_t count = 0;
    for (size_t i = 0; i < self->view_count; i++) {
        count += self->views[i].family == family && self->views[i].of_library != family->handle;
    }
    return count;
}

static void free_fixed(family_view *view)
{
    for (size_t i = 0; i < PROMLET_MAX_LABELS; i++) {
        free(view->fixed[i]);
    }
}

void forget_views(session *self)
{
    for (size_t i = 0; i < self->view_count; i++) {
        free_fixed(&self->views[i]);
    }
}

/* What it fixes beside what the chosen one does, which it had to copy. */
static family_view fix_more(session *self, const family_view *chosen, promlet_label *labels,
                            size_t *count)
{
    size_t choice = input_byte(&self->in);
    family_view wanted = {.family = chosen->family};
    for (size_t i = 0; i < chosen->family->label_count; i++) {
        if (chosen->fixed[i] != NULL) {
            wanted.fixed[i] = model_repair(chosen->fixed[i]);
        } else if ((choice >> i & 1) != 0) {
            labels[(*count)++] = (promlet_label){chosen->family->labels[i], read_value(&self->in)};
            wanted.fixed[i] = model_repair(labels[*count - 1].value);
        }
    }
    return wanted;
}

void do_curry(session *self)
{
    promlet_label labels[PROMLET_MAX_LABELS];
    size_t count = 0;
    family_view *chosen = choose_view(self);
    if (chosen == NULL || self->view_count == MOST_VIEWS) {
        return;
    }
    family_view wanted = fix_more(self, chosen, labels, &count);
    family_view *known = find_view(self, &wanted);
    bool has_room = count_views(self, chosen->family) < chosen->family->max_series;
    forget_last_error();
    wanted.of_library = curry(chosen, labels, count);
    if (has_failed() != (count == 0 || (known == NULL && !has_room))) {
        finding("%s: a view: %s", chosen->family->name, promlet_last_error());
    }
    if (known != NULL && count > 0 && known->of_library != wanted.of_library) {
        finding("%s: another view of the same labels", chosen->family->name);
    }
    if (has_failed() || known != NULL || !add_view(self, wanted)) {
        free_fixed(&wanted);
    }
}
