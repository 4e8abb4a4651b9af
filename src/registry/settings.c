/* SPDX-License-Identifier: Apache-2.0 */
/* Rules for quantiles and states, and copies of them with the texts that a scrape shows. */
#include "registry/settings.h"

#include "base/alloc.h"
#include "base/clock.h"
#include "base/number.h"
#include "base/report.h"
#include "base/utf8.h"
#include "registry/const_labels.h"
#include "registry/names.h"
#include "series/label_set.h"

#include <promlet/state_set.h>
#include <promlet/summary.h>

#include <math.h>
#include <string.h>

/* A year: what is longer is a mistake, and nanoseconds of it may not fit. */
#define LONGEST_WINDOW_SECONDS (366.0 * 24 * 3600)

_Static_assert(PROMLET_MAX_STATES == PML_MAX_STATES, "a state is a bit of one word");

/* ---- rules ----------------------------------------------------------------------------------- */

static promlet_status check_quantiles(const promlet_opts *options)
{
    const double *quantiles = options->quantiles;
    if (options->quantile_count > PROMLET_MAX_QUANTILES) {
        return pml_fail(PROMLET_ERROR_ARGUMENT, "%.100s: %zu quantiles are more than %d",
                        options->name, options->quantile_count, PROMLET_MAX_QUANTILES);
    }
    for (size_t i = 0; i < options->quantile_count; i++) {
        if (!(quantiles[i] >= 0 && quantiles[i] <= 1)) {
            return pml_fail(PROMLET_ERROR_ARGUMENT,
                            "%.100s: quantile number %zu is not from 0 to 1", options->name, i + 1);
        }
        if (i > 0 && quantiles[i] <= quantiles[i - 1]) {
            return pml_fail(PROMLET_ERROR_ARGUMENT,
                            "%.100s: quantile number %zu is not above the one before it",
                            options->name, i + 1);
        }
    }
    return PROMLET_OK;
}

static promlet_status check_window(const promlet_opts *options)
{
    double seconds = options->window_seconds;
    bool is_default = !(seconds < 0) && !(seconds > 0) && !isnan(seconds);
    if (is_default) {
        return PROMLET_OK;
    }
    if (options->quantile_count == 0) {
        return pml_fail(PROMLET_ERROR_ARGUMENT,
                        "%.100s: window_seconds is of use with quantiles only", options->name);
    }
    if (!(seconds >= 1 && seconds <= LONGEST_WINDOW_SECONDS)) {
        return pml_fail(PROMLET_ERROR_ARGUMENT,
                        "%.100s: window_seconds must be from 1 second to a year", options->name);
    }
    return PROMLET_OK;
}

static promlet_status check_state(const promlet_opts *options, size_t at)
{
    const char *state = options->states[at];
    if (state == NULL || state[0] == '\0' || !pml_utf8_is_valid(state, strlen(state))) {
        return pml_fail(PROMLET_ERROR_ARGUMENT, "%.100s: the name of state %zu is %s",
                        options->name, at,
                        state == NULL      ? "NULL"
                        : state[0] == '\0' ? "empty"
                                           : "not UTF-8");
    }
    for (size_t i = 0; i < at; i++) {
        if (strcmp(options->states[i], state) == 0) {
            return pml_fail(PROMLET_ERROR_ARGUMENT, "%.100s: state \"%.60s\" stands twice",
                            options->name, state);
        }
    }
    return PROMLET_OK;
}

/* The label that tells the states apart is called as the metric is, and stays so when both are
   escaped: then a colon would be one in the metric's name and none in the label's. */
static promlet_status check_state_label(const promlet_opts *options, const pml_naming *naming)
{
    const char *name = options->name;
    if (pml_has_label(options, naming, name)) {
        return pml_fail(PROMLET_ERROR_NAME,
                        "%.100s: a state set's label can't have the name of the metric, which is "
                        "the label of its states",
                        name);
    }
    promlet_status status = pml_check_another_label(options, naming, name);
    return status != PROMLET_OK || strchr(name, ':') == NULL
               ? status
               : pml_fail(PROMLET_ERROR_NAME,
                          "%.100s: a state set's name can't have a colon, since it is the name of "
                          "the label of its states",
                          name);
}

static promlet_status check_states(const promlet_opts *options, const pml_naming *naming)
{
    if (options->states == NULL || options->state_count == 0 ||
        options->state_count > PROMLET_MAX_STATES) {
        return pml_fail(PROMLET_ERROR_ARGUMENT, "%.100s: a state set needs 1 to %d states, got %zu",
                        options->name, PROMLET_MAX_STATES,
                        options->states == NULL ? (size_t)0 : options->state_count);
    }
    promlet_status status = check_state_label(options, naming);
    for (size_t i = 0; status == PROMLET_OK && i < options->state_count; i++) {
        status = check_state(options, i);
    }
    return status;
}

static promlet_status refuse_states(const pml_kind *kind, const promlet_opts *options)
{
    bool is_given = options->states != NULL || options->state_count != 0;
    return !is_given ? PROMLET_OK
                     : pml_fail(PROMLET_ERROR_ARGUMENT, "%.100s: %s has no states", options->name,
                                kind->noun);
}

static promlet_status refuse_quantiles(const pml_kind *kind, const promlet_opts *options)
{
    bool is_given = options->quantiles != NULL || options->quantile_count != 0;
    return !is_given ? check_window(options)
                     : pml_fail(PROMLET_ERROR_ARGUMENT, "%.100s: %s has no quantiles",
                                options->name, kind->noun);
}

promlet_status pml_settings_check(const pml_kind *kind, const promlet_opts *options,
                                  const pml_naming *naming)
{
    promlet_status status = kind->shape == PML_SHAPE_STATES ? check_states(options, naming)
                                                            : refuse_states(kind, options);
    if (status != PROMLET_OK) {
        return status;
    }
    if (kind->shape != PML_SHAPE_SUMMARY) {
        return refuse_quantiles(kind, options);
    }
    if (options->quantiles == NULL && options->quantile_count != 0) {
        return pml_fail(PROMLET_ERROR_ARGUMENT,
                        "%.100s: quantiles is NULL, but quantile_count is %zu", options->name,
                        options->quantile_count);
    }
    status = check_quantiles(options);
    return status == PROMLET_OK ? check_window(options) : status;
}

/* ---- copies ---------------------------------------------------------------------------------- */

static bool copy_window(pml_definition *definition, double seconds)
{
    definition->settings.window_ns = (uint64_t)(seconds * PML_NS_PER_SECOND);
    char text[PML_NUMBER_SIZE];
    size_t size = pml_format_double(seconds, text);
    return pml_text_copy(&definition->window_text, text, size);
}

static bool copy_quantiles(pml_definition *definition, const promlet_opts *options)
{
    pml_settings *settings = &definition->settings;
    size_t count = options->quantile_count;
    double seconds = options->window_seconds > 0 ? options->window_seconds
                                                 : (double)PROMLET_DEFAULT_WINDOW_SECONDS;
    settings->quantiles = pml_resize_array(NULL, count, sizeof *settings->quantiles);
    definition->quantile_texts = pml_alloc_zeroed(count * sizeof *definition->quantile_texts);
    bool is_copied = settings->quantiles != NULL && definition->quantile_texts != NULL &&
                     copy_window(definition, seconds);
    for (size_t i = 0; is_copied && i < count; i++) {
        double quantile = options->quantiles[i] > 0 ? options->quantiles[i] : 0; /* -0 is 0 */
        char text[PML_NUMBER_SIZE];
        size_t size = pml_format_bound(quantile, text);
        settings->quantiles[i] = quantile;
        settings->quantile_count = i + 1;
        is_copied = pml_text_copy(&definition->quantile_texts[i], text, size);
    }
    return is_copied;
}

static bool copy_state(pml_text *to, const char *state)
{
    to->size = pml_label_value_size(state);
    to->bytes = pml_alloc(to->size + 1);
    if (to->bytes == NULL) {
        return false;
    }
    *pml_label_value_write(to->bytes, state) = '\0';
    return true;
}

static bool copy_states(pml_definition *definition, const promlet_opts *options)
{
    size_t count = options->state_count;
    definition->state_texts = pml_alloc_zeroed(count * sizeof *definition->state_texts);
    bool is_copied = definition->state_texts != NULL;
    for (size_t i = 0; is_copied && i < count; i++) {
        definition->settings.state_count = i + 1;
        is_copied = copy_state(&definition->state_texts[i], options->states[i]);
    }
    return is_copied;
}

bool pml_settings_copy(pml_definition *definition, const promlet_opts *options)
{
    return (options->quantile_count == 0 || copy_quantiles(definition, options)) &&
           (options->state_count == 0 || copy_states(definition, options));
}

static void free_texts(pml_text *texts, size_t count)
{
    for (size_t i = 0; texts != NULL && i < count; i++) {
        pml_free(texts[i].bytes);
    }
    pml_free(texts);
}

void pml_settings_free(pml_definition *definition)
{
    free_texts(definition->quantile_texts, definition->settings.quantile_count);
    free_texts(definition->state_texts, definition->settings.state_count);
    pml_free(definition->settings.quantiles);
    pml_free(definition->window_text.bytes);
}

static bool are_same_texts(const pml_text *a, const pml_text *b, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (strcmp(a[i].bytes, b[i].bytes) != 0) {
            return false;
        }
    }
    return true;
}

bool pml_settings_are_same(const pml_definition *a, const pml_definition *b)
{
    return a->settings.quantile_count == b->settings.quantile_count &&
           a->settings.window_ns == b->settings.window_ns &&
           a->settings.state_count == b->settings.state_count &&
           are_same_texts(a->quantile_texts, b->quantile_texts, a->settings.quantile_count) &&
           are_same_texts(a->state_texts, b->state_texts, a->settings.state_count);
}
