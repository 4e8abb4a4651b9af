/* SPDX-License-Identifier: Apache-2.0 */
/* Giving handles back, removing series and unregistering metrics. */
#include "arguments.h"
#include "session.h"

#include <promlet/family.h>

static void release(const handle *held)
{
    switch (held->family->kind) {
    case MODEL_COUNTER:
        promlet_counter_release(held->of_library);
        break;
    case MODEL_GAUGE:
        promlet_gauge_release(held->of_library);
        break;
    case MODEL_HISTOGRAM:
    default:
        promlet_histogram_release(held->of_library);
    }
}

void do_release(session *self)
{
    handle *held = choose_handle(self);
    if (held == NULL) {
        return;
    }
    release(held);
    model_release(held->series);
    *held = (handle){NULL, NULL, NULL};
}

/* What is done to a view, is done to its series only. */
void do_remove(session *self)
{
    family_view *chosen = choose_view(self);
    if (chosen == NULL) {
        return;
    }
    label_values values = read_values(self, chosen);
    const char *name = chosen->family->name;
    bool was_there = model_remove(&self->model, chosen->family, values.all);
    promlet_status status = promlet_family_remove_values((promlet_family *)chosen->of_library,
                                                         values.given, values.given_count);
    if (status != (was_there ? PROMLET_OK : PROMLET_ERROR_NOT_FOUND)) {
        finding("%s: removing a series that is%s there: %s", name, was_there ? "" : " not",
                promlet_status_text(status));
    }
}

/* What a view fixes is asked for, too. */
static size_t add_fixed(const family_view *view, promlet_label *labels, size_t count)
{
    for (size_t i = 0; i < view->family->label_count; i++) {
        if (view->fixed[i] != NULL) {
            labels[count++] = (promlet_label){view->family->labels[i], view->fixed[i]};
        }
    }
    return count;
}

/* Also labels that a view has fixed, to the same or to another value. */
void do_remove_matching(session *self)
{
    promlet_label labels[2 * PROMLET_MAX_LABELS + 1];
    size_t count = 0;
    family_view *chosen = choose_view(self);
    size_t choice = input_byte(&self->in);
    if (chosen == NULL) {
        return;
    }
    for (size_t i = 0; i < chosen->family->label_count; i++) {
        if ((choice >> i & 1) != 0) {
            labels[count++] = (promlet_label){chosen->family->labels[i], read_value(&self->in)};
        }
    }
    if (choice == 0x80) {
        labels[count++] = (promlet_label){"not_there", "x"};
    }
    bool is_error;
    size_t expected = model_remove_matching(&self->model, chosen->family, labels,
                                            add_fixed(chosen, labels, count), &is_error);
    forget_last_error();
    size_t removed =
        promlet_family_remove_matching((promlet_family *)chosen->of_library, labels, count);
    if (removed != expected || has_failed() != is_error) {
        finding("%s: removed %zu series, expected %zu: %s", chosen->family->name, removed, expected,
                promlet_last_error());
    }
}

void do_clear(session *self)
{
    promlet_label labels[PROMLET_MAX_LABELS];
    family_view *chosen = choose_view(self);
    bool is_error;
    if (chosen != NULL) {
        (void)model_remove_matching(&self->model, chosen->family, labels,
                                    add_fixed(chosen, labels, 0), &is_error);
        if (promlet_family_clear((promlet_family *)chosen->of_library) != PROMLET_OK) {
            finding("%s: can't be cleared: %s", chosen->family->name, promlet_last_error());
        }
    }
}

static void check_unregistered(const model_family *family, bool was_registered,
                               promlet_status status)
{
    if (status != (was_registered ? PROMLET_OK : PROMLET_ERROR_NOT_FOUND)) {
        finding("%s: unregistering: %s", family->name, promlet_status_text(status));
    }
}

/* A view can't be unregistered. */
void do_unregister(session *self)
{
    family_view *chosen = choose_view(self);
    if (chosen == NULL) {
        return;
    }
    model_family *family = chosen->family;
    if (chosen->of_library == family->handle) {
        bool was_registered = model_unregister(&self->model, family);
        check_unregistered(family, was_registered,
                           promlet_family_unregister((promlet_family *)family->handle));
    } else if (promlet_family_unregister((promlet_family *)chosen->of_library) !=
               PROMLET_ERROR_ARGUMENT) {
        finding("%s: a view was unregistered", family->name);
    }
}

/* As it must be done for a metric without labels. */
void do_unregister_by_name(session *self)
{
    size_t skip = input_byte(&self->in) % MOST_VIEWS;
    model_family *family = self->model.families;
    for (; family != NULL && (skip > 0 || family->is_unregistered); family = family->next) {
        skip -= skip > 0;
    }
    if (family != NULL) {
        check_unregistered(family, model_unregister(&self->model, family),
                           promlet_registry_unregister(self->registry, family->name));
    }
}
