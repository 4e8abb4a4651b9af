/* SPDX-License-Identifier: Apache-2.0 */
/* From the model to what a document must hold, and whether it does. */
#include "model.h"
#include "model_memory.h"

#include "support/strict_document.h"

#include <float.h>
#include <math.h>
#include <stdio.h>

/* ---- what a document must hold --------------------------------------------------------------- */

typedef struct expected_point {
    const char *suffix; /* of the family's name */
    strict_label labels[STRICT_MOST_LABELS];
    size_t label_count;
    bool has_le;
    double le;
    bool is_whole; /* value is then exact, and written without exponent */
    uint64_t whole;
    long double value;
    long double error; /* how much more or less it may be */
} expected_point;

typedef struct expected_family {
    char *name;
    char *help;
    const char *type;
    expected_point *points;
    size_t count;
} expected_family;

struct model_expectation {
    expected_family *families;
    size_t count;
};

static expected_point *add_point(expected_family *to, const model_family *family,
                                 const model_series *series, const char *suffix)
{
    to->points = strict_grow(to->points, to->count, sizeof *to->points);
    expected_point *point = &to->points[to->count++];
    *point = (expected_point){.suffix = suffix};
    for (size_t i = 0; i < family->const_labels.count; i++) {
        point->labels[point->label_count++] = (strict_label){copy(family->const_labels.names[i]),
                                                             copy(family->const_labels.values[i])};
    }
    if (series->values == NULL) {
        point->labels[point->label_count++] =
            (strict_label){copy("otel_metric_overflow"), copy("true")};
        return point;
    }
    for (size_t i = 0; i < family->label_count; i++) {
        point->labels[point->label_count++] =
            (strict_label){copy(family->labels[i]), copy(series->values[i])};
    }
    return point;
}

static void set_whole(expected_point *point, uint64_t value)
{
    point->is_whole = true;
    point->whole = value;
}

/* What rounding may have done to a sum in whatever order. */
static long double error_of(const model_sum *sum)
{
    if (sum->is_whole && sum->magnitude <= 0x1p53L) {
        return 0;
    }
    if (sum->magnitude > DBL_MAX) {
        return INFINITY;
    }
    return sum->magnitude * DBL_EPSILON * (long double)(sum->count + 1);
}

static void expect_counter(expected_family *to, const model_family *family,
                           const model_series *series)
{
    expected_point *point = add_point(to, family, series, "");
    if (!series->has_fraction) {
        set_whole(point, series->whole);
        return;
    }
    long double value = (long double)series->whole + (long double)series->sum.in_order;
    point->value = value;
    /* One for what is cut off where a double has no fractions. */
    point->error = error_of(&series->sum) + value * DBL_EPSILON + (value >= 0x1p53L ? 1 : 0);
}

static void expect_gauge(expected_family *to, const model_family *family,
                         const model_series *series)
{
    add_point(to, family, series, "")->value = series->gauge;
}

static void expect_histogram(expected_family *to, const model_family *family,
                             const model_series *series)
{
    uint64_t count = 0;
    for (size_t i = 0; i <= family->bound_count; i++) {
        expected_point *bucket = add_point(to, family, series, "_bucket");
        count += series->counts[i];
        set_whole(bucket, count);
        bucket->has_le = true;
        bucket->le = i < family->bound_count ? family->bounds[i] : INFINITY;
    }
    expected_point *sum = add_point(to, family, series, "_sum");
    sum->value = series->sum.in_order;
    sum->error = error_of(&series->sum);
    set_whole(add_point(to, family, series, "_count"), count);
}

static void expect_series(expected_family *to, const model_family *family,
                          const model_series *series)
{
    static void (*const expect[MODEL_KINDS])(expected_family *, const model_family *,
                                             const model_series *) = {
        [MODEL_COUNTER] = expect_counter,
        [MODEL_GAUGE] = expect_gauge,
        [MODEL_HISTOGRAM] = expect_histogram,
    };
    expect[family->kind](to, family, series);
}

static expected_family *add_family(model_expectation *self, const char *name, const char *help,
                                   const char *type)
{
    self->families = strict_grow(self->families, self->count, sizeof *self->families);
    expected_family *family = &self->families[self->count++];
    *family = (expected_family){.name = copy(name), .help = copy(help), .type = type};
    return family;
}

static void expect_family(model_expectation *self, const model_family *family)
{
    static const char *const types[MODEL_KINDS] = {"counter", "gauge", "histogram"};
    expected_family *to = add_family(self, family->name, family->help, types[family->kind]);
    for (const model_series *series = family->series; series != NULL; series = series->next) {
        if (!series->is_hidden) {
            expect_series(to, family, series);
        }
    }
    if (family->overflow != NULL && !family->overflow->is_hidden) {
        expect_series(to, family, family->overflow);
    }
}

/* promlet's own metrics have the registry's constant labels, but not its prefix. */
static void expect_self(expected_family *to, const model *from, const char *label,
                        const char *value, uint64_t count)
{
    model_family family = {
        .labels = {(char *)label}, .label_count = 1, .const_labels = from->const_labels};
    model_series series = {.values = (char *[]){(char *)value}};
    set_whole(add_point(to, &family, &series, ""), count);
}

static void expect_dropped(model_expectation *self, const model *from)
{
    static const char *const reasons[MODEL_DROPS] = {"infinite", "nan", "negative", "no_series"};
    expected_family *to = NULL;
    for (size_t i = 0; i < MODEL_DROPS; i++) {
        if (from->dropped[i] > 0 && to == NULL) {
            to = add_family(self, "promlet_dropped_total",
                            "Recordings that were refused, by reason.", "counter");
        }
        if (from->dropped[i] > 0) {
            expect_self(to, from, "reason", reasons[i], from->dropped[i]);
        }
    }
}

static int compare_families(const void *a, const void *b)
{
    return strcmp(((const expected_family *)a)->name, ((const expected_family *)b)->name);
}

static int compare_last_values(const void *a, const void *b)
{
    const expected_point *first = a;
    const expected_point *second = b;
    size_t last = first->label_count - 1;
    return strcmp(first->labels[last].value, second->labels[last].value);
}

static uint64_t overflow_count(const model_family *family)
{
    return family->overflow_count;
}

static uint64_t cut_count(const model_family *family)
{
    return family->cut_count;
}

/* One of promlet's counters that have a series for each family whose count is not zero. */
static void expect_counts(model_expectation *self, const model *from, const char *name,
                          const char *help, uint64_t (*count_of)(const model_family *family))
{
    expected_family *to = NULL;
    for (const model_family *family = from->families; family != NULL; family = family->next) {
        bool is_shown = count_of(family) > 0 && !family->is_unregistered;
        if (is_shown && to == NULL) {
            to = add_family(self, name, help, "counter");
        }
        if (is_shown) {
            expect_self(to, from, "family", family->name, count_of(family));
        }
    }
    if (to != NULL) {
        qsort(to->points, to->count, sizeof *to->points, compare_last_values);
    }
}

static bool has_shown_series(const model_family *family)
{
    bool has_one = family->overflow != NULL && !family->overflow->is_hidden;
    for (const model_series *series = family->series; series != NULL; series = series->next) {
        has_one = has_one || !series->is_hidden;
    }
    return has_one;
}

model_expectation *model_expect(const model *self)
{
    model_expectation *expected = allocate(sizeof *expected);
    for (const model_family *family = self->families; family != NULL; family = family->next) {
        if (!family->is_unregistered && (!self->hides_empty || has_shown_series(family))) {
            expect_family(expected, family);
        }
    }
    expect_dropped(expected, self);
    expect_counts(expected, self, "promlet_series_overflow_total",
                  "Look-ups of label values that were beyond a limit.", overflow_count);
    expect_counts(expected, self, "promlet_series_values_cut_total",
                  "Look-ups with a label value that was cut, being too long.", cut_count);
    if (expected->count > 0) {
        qsort(expected->families, expected->count, sizeof *expected->families, compare_families);
    }
    return expected;
}

static void free_expected(expected_family *family)
{
    for (size_t j = 0; j < family->count; j++) {
        for (size_t k = 0; k < family->points[j].label_count; k++) {
            free(family->points[j].labels[k].name);
            free(family->points[j].labels[k].value);
        }
    }
    free(family->points);
    free(family->name);
    free(family->help);
}

void model_expectation_filter(model_expectation *self, const char *prefix, bool keeps)
{
    size_t kept = 0;
    for (size_t i = 0; i < self->count; i++) {
        bool begins = strncmp(self->families[i].name, prefix, strlen(prefix)) == 0;
        if (begins == keeps) {
            self->families[kept++] = self->families[i];
        } else {
            free_expected(&self->families[i]);
        }
    }
    self->count = kept;
}

void model_expectation_free(model_expectation *self)
{
    for (size_t i = 0; self != NULL && i < self->count; i++) {
        free_expected(&self->families[i]);
    }
    if (self != NULL) {
        free(self->families);
    }
    free(self);
}

/* ---- comparing ------------------------------------------------------------------------------- */

static char why_text[1200];

static bool differs(const char *rule, const char *found, const char *expected)
{
    (void)snprintf(why_text, sizeof why_text, "%s: found %.400s, expected %.400s", rule, found,
                   expected);
    return false;
}

static bool is_value(const expected_point *expected, const strict_point *found)
{
    char text[64];
    if (expected->is_whole) {
        (void)snprintf(text, sizeof text, "%llu", (unsigned long long)expected->whole);
        return strcmp(text, found->value_text) == 0;
    }
    double value = strtod(found->value_text, NULL);
    if (isinf(expected->error)) {
        return true;
    }
    if (isnan(expected->value)) {
        return isnan(value);
    }
    if (isinf(expected->value) || isinf(value)) {
        return !(expected->value < value) && !(expected->value > value);
    }
    return fabsl(expected->value - value) <= expected->error;
}

static bool is_le(const expected_point *expected, const char *found)
{
    double le = strtod(found, NULL);
    bool is_canonical = strpbrk(found, ".e") != NULL || isinf(expected->le);
    return is_canonical && !(le < expected->le) && !(le > expected->le);
}

static bool are_labels(const expected_point *expected, const strict_point *found)
{
    if (found->label_count != expected->label_count + expected->has_le) {
        return differs("labels", found->name, "another number of labels");
    }
    for (size_t i = 0; i < expected->label_count; i++) {
        if (strcmp(found->labels[i].name, expected->labels[i].name) != 0) {
            return differs("label name", found->labels[i].name, expected->labels[i].name);
        }
        if (strcmp(found->labels[i].value, expected->labels[i].value) != 0) {
            return differs("label value", found->labels[i].value, expected->labels[i].value);
        }
    }
    const strict_label *le = &found->labels[expected->label_count];
    if (expected->has_le && (strcmp(le->name, "le") != 0 || !is_le(expected, le->value))) {
        return differs("bound", le->value, "another");
    }
    return true;
}

static bool is_point(const expected_family *family, const expected_point *expected,
                     const strict_point *found)
{
    size_t size = strlen(family->name);
    if (strncmp(found->name, family->name, size) != 0 ||
        strcmp(found->name + size, expected->suffix) != 0) {
        return differs("sample", found->name, family->name);
    }
    if (!are_labels(expected, found)) {
        return false;
    }
    if (found->timestamp != NULL || !is_value(expected, found)) {
        char text[100];
        (void)snprintf(text, sizeof text, "%llu or %.20Lg +- %.5Lg",
                       (unsigned long long)expected->whole, expected->value, expected->error);
        (void)differs(found->name, found->value_text, text);
        return false;
    }
    return true;
}

static bool is_family(const expected_family *expected, const strict_document *document,
                      const strict_family *found)
{
    const char *help = found->help != NULL ? found->help : "";
    if (strcmp(found->name, expected->name) != 0) {
        return differs("family", found->name, expected->name);
    }
    if (strcmp(found->type, expected->type) != 0) {
        return differs("type", found->type, expected->type);
    }
    if (strcmp(help, expected->help) != 0 || (found->help != NULL && help[0] == '\0')) {
        return differs("help", help, expected->help);
    }
    if (found->count != expected->count) {
        return differs("series", found->name, "another number of samples");
    }
    for (size_t i = 0; i < expected->count; i++) {
        if (!is_point(expected, &expected->points[i], &document->points[found->first + i])) {
            return false;
        }
    }
    return true;
}

static bool is_document(const model_expectation *expected, const strict_document *document)
{
    for (size_t i = 0; i < expected->count && i < document->family_count; i++) {
        if (!is_family(&expected->families[i], document, &document->families[i])) {
            return false;
        }
    }
    if (document->family_count != expected->count) {
        bool is_more = document->family_count > expected->count;
        return differs("family", is_more ? document->families[expected->count].name : "the end",
                       is_more ? "the end" : expected->families[document->family_count].name);
    }
    return true;
}

bool model_fits(const model_expectation *expected, const char *text, bool with_eof,
                const char **why)
{
    strict_document document;
    bool fits =
        strict_document_read(&document, text, with_eof ? STRICT_WITH_EOF : STRICT_WITHOUT_EOF);
    if (!fits) {
        (void)snprintf(why_text, sizeof why_text, "not well-formed: %s", document.why);
    }
    fits = fits && is_document(expected, &document);
    strict_document_free(&document);
    *why = why_text;
    return fits;
}
