/* SPDX-License-Identifier: Apache-2.0 */
/* The rules of promlet's documentation once more, written to be read and not to be fast. */
#include "model.h"
#include "model_memory.h"
#include "model_rules.h"

#include <math.h>
#include <stdio.h>

/* ---- life ------------------------------------------------------------------------------------ */

static void free_series(const model_family *family, model_series *series)
{
    for (size_t i = 0; series->values != NULL && i < family->label_count; i++) {
        free(series->values[i]);
    }
    free(series->values);
    free(series->counts);
    free(series);
}

static void free_labels(model_labels *labels)
{
    for (size_t i = 0; i < labels->count; i++) {
        free(labels->names[i]);
        free(labels->values[i]);
    }
    labels->count = 0;
}

static void free_family(model_family *family)
{
    free_labels(&family->const_labels);
    while (family->series != NULL) {
        model_series *series = family->series;
        family->series = series->next;
        free_series(family, series);
    }
    if (family->overflow != NULL) {
        free_series(family, family->overflow);
    }
    for (size_t i = 0; i < family->label_count; i++) {
        free(family->labels[i]);
    }
    free(family->name);
    free(family->help);
    free(family->unit);
    free(family->bounds);
    free(family);
}

void model_free(model *self)
{
    while (self->families != NULL) {
        model_family *family = self->families;
        self->families = family->next;
        free_family(family);
    }
    free_labels(&self->const_labels);
    free(self->prefix);
}

/* ---- options of the registry ----------------------------------------------------------------- */

static void add_label(model_labels *to, const char *name, const char *value)
{
    to->names[to->count] = copy(name);
    to->values[to->count++] = model_repair(value);
}

static void add_const_labels(model_labels *to, const promlet_label *labels)
{
    for (size_t i = 0; i < model_count_const_labels(labels); i++) {
        add_label(to, labels[i].name, labels[i].value);
    }
}

static bool have_same_labels(const model_labels *a, const model_labels *b)
{
    bool is_same = a->count == b->count;
    for (size_t i = 0; is_same && i < a->count; i++) {
        is_same = strcmp(a->names[i], b->names[i]) == 0 && strcmp(a->values[i], b->values[i]) == 0;
    }
    return is_same;
}

bool model_configure(model *self, const promlet_registry_opts *options)
{
    if (!model_is_configuration_allowed(options)) {
        return false;
    }
    model_labels labels = {.count = 0};
    const char *prefix = options->prefix != NULL ? options->prefix : "";
    add_const_labels(&labels, options->const_labels);
    bool is_same = strcmp(self->prefix != NULL ? self->prefix : "", prefix) == 0 &&
                   have_same_labels(&labels, &self->const_labels);
    if (!is_same && self->is_prefix_settled) {
        free_labels(&labels);
        return false;
    }
    free_labels(&self->const_labels);
    self->const_labels = labels;
    free(self->prefix);
    self->prefix = copy(prefix);
    self->hides_empty = options->hide_empty_families;
    return true;
}

/* ---- declaring ------------------------------------------------------------------------------- */

/* The names that a family would have in one format or another; the last is NULL. */
static void claims_of(const model_family *family, char *claims[6])
{
    static const char *const suffixes[MODEL_KINDS][5] = {
        [MODEL_COUNTER] = {"", "_total", "_created", NULL},
        [MODEL_GAUGE] = {"", NULL},
        [MODEL_HISTOGRAM] = {"", "_bucket", "_sum", "_count", "_created"},
    };
    char *stem = model_stem(family->kind, family->name);
    size_t count = 0;
    for (; count < 5 && suffixes[family->kind][count] != NULL; count++) {
        claims[count] = allocate(strlen(stem) + 16);
        (void)sprintf(claims[count], "%s%s", stem, suffixes[family->kind][count]);
    }
    claims[count] = NULL;
    free(stem);
}

static bool have_common_name(const model_family *a, const model_family *b)
{
    char *a_claims[6];
    char *b_claims[6];
    bool is_common = false;
    claims_of(a, a_claims);
    claims_of(b, b_claims);
    for (char **one = a_claims; *one != NULL; one++) {
        for (char **other = b_claims; *other != NULL; other++) {
            is_common = is_common || strcmp(*one, *other) == 0;
        }
    }
    for (size_t i = 0; i < 6 && a_claims[i] != NULL; i++) {
        free(a_claims[i]);
    }
    for (size_t i = 0; i < 6 && b_claims[i] != NULL; i++) {
        free(b_claims[i]);
    }
    return is_common;
}

static bool is_same(const model_family *a, const model_family *b)
{
    bool is_same = a->kind == b->kind && strcmp(a->name, b->name) == 0 &&
                   strcmp(a->unit, b->unit) == 0 && a->label_count == b->label_count &&
                   a->bound_count == b->bound_count &&
                   have_same_labels(&a->const_labels, &b->const_labels);
    for (size_t i = 0; is_same && i < a->label_count; i++) {
        is_same = strcmp(a->labels[i], b->labels[i]) == 0;
    }
    for (size_t i = 0; is_same && i < a->bound_count; i++) {
        is_same = !(a->bounds[i] < b->bounds[i]) && !(a->bounds[i] > b->bounds[i]);
    }
    return is_same;
}

/* So that one that was unregistered can stand for the other. */
static bool is_identical(const model_family *a, const model_family *b)
{
    return is_same(a, b) && strcmp(a->help, b->help) == 0 && a->max_series == b->max_series &&
           a->cells == b->cells && !(a->idle_seconds < b->idle_seconds) &&
           !(a->idle_seconds > b->idle_seconds);
}

static void copy_bounds(model_family *family, const promlet_opts *options)
{
    static const double defaults[] = {PROMLET_BOUNDS_DEFAULT};
    const double *bounds = options->bounds != NULL ? options->bounds : defaults;
    size_t count =
        options->bounds != NULL ? options->bound_count : sizeof defaults / sizeof defaults[0];
    if (family->kind != MODEL_HISTOGRAM) {
        return;
    }
    family->bounds = allocate(count * sizeof *bounds);
    for (size_t i = 0; i < count && isfinite(bounds[i]); i++) {
        family->bounds[family->bound_count++] = bounds[i];
    }
}

static model_family *new_family(const model *self, enum model_kind kind,
                                const promlet_opts *options, size_t label_count)
{
    model_family *family = allocate(sizeof *family);
    char *full = model_full_name(self, options->name);
    char *stem = model_stem(kind, full);
    free(full);
    family->kind = kind;
    family->name = allocate(strlen(stem) + 8);
    (void)sprintf(family->name, "%s%s", stem, kind == MODEL_COUNTER ? "_total" : "");
    free(stem);
    family->help = model_repair(options->help != NULL ? options->help : "");
    family->unit = copy(options->unit);
    family->label_count = label_count;
    for (size_t i = 0; i < label_count; i++) {
        family->labels[i] = copy(options->labels[i]);
    }
    for (size_t i = 0; i < self->const_labels.count; i++) {
        add_label(&family->const_labels, self->const_labels.names[i], self->const_labels.values[i]);
    }
    add_const_labels(&family->const_labels, options->const_labels);
    copy_bounds(family, options);
    family->cells = options->cells;
    family->idle_seconds = options->idle_seconds;
    family->max_series =
        options->max_series != 0 ? options->max_series : PROMLET_DEFAULT_MAX_SERIES;
    return family;
}

static model_series *new_series(const model_family *family)
{
    model_series *series = allocate(sizeof *series);
    series->sum.is_whole = true;
    series->counts = allocate((family->bound_count + 1) * sizeof *series->counts);
    return series;
}

enum model_verdict model_declare(model *self, enum model_kind kind, const promlet_opts *options,
                                 bool without_labels, model_family **family)
{
    size_t label_count = 0;
    while (label_count < PROMLET_MAX_LABELS && options->labels[label_count] != NULL) {
        label_count++;
    }
    *family = NULL;
    self->is_prefix_settled = true;
    if (!model_is_allowed(self, kind, options, label_count) ||
        (without_labels && label_count > 0)) {
        return MODEL_REFUSED;
    }
    model_family *added = new_family(self, kind, options, label_count);
    model_family *unregistered = NULL;
    for (model_family *other = self->families; other != NULL; other = other->next) {
        bool is_the_same = is_same(added, other);
        if (other->is_unregistered) {
            unregistered = is_identical(added, other) ? other : unregistered;
        } else if (is_the_same || have_common_name(added, other)) {
            free_family(added);
            *family = is_the_same ? other : NULL;
            return is_the_same ? MODEL_SAME : MODEL_REFUSED;
        }
    }
    if (unregistered != NULL) {
        free_family(added);
        unregistered->is_unregistered = false;
        *family = unregistered;
        return MODEL_SAME;
    }
    added->next = self->families;
    self->families = added;
    *family = added;
    return MODEL_NEW;
}

/* ---- series ---------------------------------------------------------------------------------- */

static int compare_values(const model_family *family, const model_series *a, const model_series *b)
{
    int order = 0;
    for (size_t i = 0; order == 0 && i < family->label_count; i++) {
        order = strcmp(a->values[i], b->values[i]);
    }
    return order;
}

static size_t count_shown(const model_family *family)
{
    size_t count = 0;
    for (const model_series *series = family->series; series != NULL; series = series->next) {
        count += !series->is_hidden;
    }
    return count;
}

/* At zero. What was added before may still be in the rounding of what is added from here on. */
static void reset(const model_family *family, model_series *series)
{
    series->whole = 0;
    series->gauge = 0;
    series->sum.in_order = 0;
    series->has_fraction = false;
    memset(series->counts, 0, (family->bound_count + 1) * sizeof *series->counts);
}

static model_series *show_again(const model_family *family, model_series *series)
{
    if (series->is_hidden && !family->is_unregistered) {
        reset(family, series);
        series->is_hidden = false;
    }
    return series;
}

static model_series *look_up_overflow(model_family *family)
{
    if (family->overflow == NULL) {
        family->overflow = new_series(family);
        family->overflow->is_hidden = family->is_unregistered;
    }
    family->overflow_count++;
    return show_again(family, family->overflow);
}

/* Cuts a value where a character ends; whether that was needed. */
static bool cut_value(char *value, size_t most)
{
    size_t size = strlen(value);
    bool is_long = size > most;
    if (is_long) {
        size = most;
        while (size > 0 && ((unsigned char)value[size] & 0xc0) == 0x80) {
            size--;
        }
    }
    value[size] = '\0';
    return is_long;
}

/* A series as it would be, and where it belongs: there it stands, or another one, or none. *is_cut:
   a value was too long. */
static model_series **find_place(const model *self, model_family *family, const char *const *values,
                                 model_series **wanted, bool *is_cut)
{
    *is_cut = false;
    *wanted = new_series(family);
    (*wanted)->values = allocate((family->label_count + 1) * sizeof *(*wanted)->values);
    for (size_t i = 0; i < family->label_count; i++) {
        (*wanted)->values[i] = model_repair(values[i]);
        *is_cut |= cut_value((*wanted)->values[i], self->max_value_bytes);
    }
    model_series **place = &family->series;
    while (*place != NULL && compare_values(family, *place, *wanted) < 0) {
        place = &(*place)->next;
    }
    return place;
}

/* A metric without labels has a place in any case. */
static bool is_beyond_limits(const model *self, const model_family *family, bool is_found)
{
    return family->label_count > 0 &&
           ((!is_found && self->has_no_memory) || count_shown(family) >= family->max_series);
}

model_series *model_look_up(const model *self, model_family *family, const char *const *values)
{
    model_series *wanted;
    bool is_cut;
    model_series **place = find_place(self, family, values, &wanted, &is_cut);
    family->cut_count += is_cut;
    model_series *found =
        *place != NULL && compare_values(family, *place, wanted) == 0 ? *place : NULL;
    bool stays = found != NULL && (!found->is_hidden || family->is_unregistered);
    bool is_beyond = !stays && is_beyond_limits(self, family, found != NULL);
    if (found != NULL || is_beyond) {
        free_series(family, wanted);
        return is_beyond ? look_up_overflow(family) : show_again(family, found);
    }
    wanted->is_hidden = family->is_unregistered;
    wanted->next = *place;
    *place = wanted;
    return wanted;
}

/* A series that nobody sees and nobody holds: the next one of its label values may have another
   handle. It stays in the list, because it may also be the same, with the rounding it had. */
static void forget_if_over(model_series *series)
{
    if (series->is_hidden && series->pins == 0) {
        series->handle = NULL;
    }
}

void model_release(model_series *series)
{
    series->pins--;
    forget_if_over(series);
}

/* ---- removing -------------------------------------------------------------------------------- */

/* A metric without labels is set to zero instead. False if it was removed already. */
static bool hide(model_family *family, model_series *series)
{
    if (series->is_hidden) {
        return false;
    }
    if (family->label_count == 0 && !family->is_unregistered) {
        reset(family, series);
        return true;
    }
    series->is_hidden = true;
    forget_if_over(series);
    return true;
}

bool model_remove(const model *self, model_family *family, const char *const *values)
{
    model_series *wanted;
    bool is_cut;
    model_series **place = find_place(self, family, values, &wanted, &is_cut);
    bool is_found = *place != NULL && compare_values(family, *place, wanted) == 0;
    free_series(family, wanted);
    return is_found && hide(family, *place);
}

/* The label of this name, label_count if there is none. */
static size_t find_label(const model_family *family, const char *name)
{
    size_t label = 0;
    while (label < family->label_count && strcmp(family->labels[label], name) != 0) {
        label++;
    }
    return label;
}

static bool has_labels(const model *self, const model_family *family, const model_series *series,
                       const promlet_label *labels, size_t count)
{
    bool has_all = true;
    for (size_t i = 0; i < count; i++) {
        char *value = model_repair(labels[i].value);
        (void)cut_value(value, self->max_value_bytes);
        size_t label = find_label(family, labels[i].name);
        has_all = has_all && strcmp(series->values[label], value) == 0;
        free(value);
    }
    return has_all;
}

size_t model_remove_matching(const model *self, model_family *family, const promlet_label *labels,
                             size_t count, bool *is_error)
{
    size_t removed = 0;
    *is_error = false;
    for (size_t i = 0; i < count; i++) {
        *is_error = *is_error || find_label(family, labels[i].name) == family->label_count;
    }
    if (*is_error) {
        return 0;
    }
    for (model_series *series = family->series, *next; series != NULL; series = next) {
        next = series->next;
        removed += has_labels(self, family, series, labels, count) && hide(family, series);
    }
    if (count == 0 && family->overflow != NULL) {
        removed += hide(family, family->overflow);
    }
    return removed;
}

static void let_family_expire(model_family *family)
{
    for (model_series *series = family->series; series != NULL; series = series->next) {
        if (series->pins == 0) {
            (void)hide(family, series);
        }
    }
}

void model_let_expire(model *self)
{
    for (model_family *family = self->families; family != NULL; family = family->next) {
        if (family->idle_seconds > 0 && family->label_count > 0) {
            let_family_expire(family);
        }
    }
}

bool model_unregister(const model *self, model_family *family)
{
    bool was_registered = !family->is_unregistered;
    bool is_error;
    family->is_unregistered = true;
    if (was_registered) {
        (void)model_remove_matching(self, family, NULL, 0, &is_error);
        family->overflow_count = 0;
        family->cut_count = 0;
    }
    return was_registered;
}

/* ---- recording ------------------------------------------------------------------------------- */

static void add_to_sum(model_sum *sum, double amount)
{
    sum->in_order += amount;
    sum->magnitude += fabsl((long double)amount);
    sum->count++;
    sum->is_whole = sum->is_whole && trunc(amount) == amount;
}

static bool is_dropped(model *self, double amount)
{
    if (!isfinite(amount)) {
        self->dropped[isnan(amount) ? MODEL_DROP_NAN : MODEL_DROP_INFINITE]++;
    }
    return !isfinite(amount);
}

void model_counter_add_u64(const model *self, model_series *series, uint64_t amount)
{
    if (!self->is_off) {
        series->whole += amount;
    }
}

void model_counter_add(model *self, model_series *series, double amount)
{
    if (self->is_off || is_dropped(self, amount)) {
        return;
    }
    if (amount < 0) {
        self->dropped[MODEL_DROP_NEGATIVE]++;
    } else if (amount < 0x1p64 && trunc(amount) == amount) {
        series->whole += (uint64_t)amount;
    } else {
        series->has_fraction = true;
        add_to_sum(&series->sum, amount);
    }
}

void model_gauge_set(model_series *series, double value)
{
    series->gauge = value;
}

static bool is_nan_dropped(model *self, double value)
{
    return isnan(value) && is_dropped(self, value);
}

void model_gauge_raise_to(model *self, model_series *series, double value)
{
    if (!is_nan_dropped(self, value) && !(series->gauge >= value)) {
        series->gauge = value;
    }
}

void model_gauge_lower_to(model *self, model_series *series, double value)
{
    if (!is_nan_dropped(self, value) && !(series->gauge <= value)) {
        series->gauge = value;
    }
}

void model_gauge_add(model *self, model_series *series, double amount)
{
    if (!is_dropped(self, amount)) {
        series->gauge += amount;
    }
}

void model_observe(model *self, const model_family *family, model_series *series, double value)
{
    if (self->is_off || is_dropped(self, value)) {
        return;
    }
    size_t bucket = 0;
    while (bucket < family->bound_count && value > family->bounds[bucket]) {
        bucket++;
    }
    series->counts[bucket]++;
    add_to_sum(&series->sum, value);
}
