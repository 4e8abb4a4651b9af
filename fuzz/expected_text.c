/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The text format and both versions of OpenMetrics, whose lines have much in common. Numbers are
 * compared as text, the doubles being formatted by the library; that its text gives the same double
 * back is asked of strtod().
 */
#include "expected_lines.h"

#include "session.h"

#include <math.h>

/* ---- one point, whoever tells it ------------------------------------------------------------- */

static void tell_labels(FILE *to, const strict_point *point)
{
    for (size_t i = 0; i < point->label_count; i++) {
        (void)fprintf(to, " <%s>=<%s>", point->labels[i].name, point->labels[i].value);
    }
}

static void tell_point(FILE *to, const strict_point *point, const strict_point *exemplars)
{
    (void)fprintf(to, "<%s>", point->name);
    tell_labels(to, point);
    (void)fprintf(to, " %s", point->value_text);
    (void)fprintf(to, " time %s", point->timestamp != NULL ? point->timestamp : "-");
    (void)fprintf(to, " start %s\n", point->start != NULL ? point->start : "-");
    for (size_t i = 0; i < point->exemplar_count; i++) {
        const strict_point *exemplar = &exemplars[point->first_exemplar + i];
        (void)fprintf(to, "  exemplar");
        tell_labels(to, exemplar);
        (void)fprintf(to, " %s", exemplar->value_text);
        (void)fprintf(to, " time %s\n", exemplar->timestamp != NULL ? exemplar->timestamp : "-");
    }
}

static void tell_family(FILE *to, const strict_family *family)
{
    (void)fprintf(to, "family <%s> %s unit <%s> help <%s>\n", family->name, family->type,
                  family->unit != NULL ? family->unit : "",
                  family->help != NULL ? family->help : "");
}

static FILE *open_text(char **text, size_t *size)
{
    FILE *to = open_memstream(text, size);
    if (to == NULL) {
        abort();
    }
    return to;
}

char *tell_text(const strict_document *document)
{
    char *text;
    size_t size;
    FILE *to = open_text(&text, &size);
    for (size_t i = 0; i < document->family_count; i++) {
        const strict_family *family = &document->families[i];
        tell_family(to, family);
        for (size_t j = 0; j < family->count; j++) {
            tell_point(to, &document->points[family->first + j], document->exemplars);
        }
    }
    (void)fclose(to);
    return text;
}

/* ---- numbers and times ----------------------------------------------------------------------- */

number_text real_text(const expectation *self, double value)
{
    number_text number;
    size_t size = pml_format_double(value, number.text);
    number.text[size] = '\0';
    double read = strtod(number.text, NULL);
    bool is_same = isnan(value) ? isnan(read) : memcmp(&value, &read, sizeof value) == 0;
    if (!is_same) {
        finding("%s is not %.17g", number.text, value);
    }
    if (self->is_openmetrics && strpbrk(number.text, ".eIN") == NULL) {
        memcpy(number.text + size, ".0", 3);
    }
    return number;
}

number_text whole_text(uint64_t value)
{
    number_text number;
    (void)snprintf(number.text, sizeof number.text, "%llu", (unsigned long long)value);
    return number;
}

number_text text_of_number(const expectation *self, const pml_number *number)
{
    return number->is_whole ? whole_text(number->as.whole) : real_text(self, number->as.real);
}

number_text time_text(const expectation *self, int64_t time_ms)
{
    number_text number;
    const char *sign = time_ms < 0 ? "-" : "";
    uint64_t magnitude = time_ms < 0 ? 0 - (uint64_t)time_ms : (uint64_t)time_ms;
    unsigned long long seconds = magnitude / 1000;
    if (self->is_openmetrics) {
        (void)snprintf(number.text, sizeof number.text, "%s%llu.%03u", sign, seconds,
                       (unsigned)(magnitude % 1000));
    } else {
        (void)snprintf(number.text, sizeof number.text, "%s%llu", sign,
                       (unsigned long long)magnitude);
    }
    return number;
}

/* ---- one sample ------------------------------------------------------------------------------ */

bool is_expected_type(const expectation *self, const char *type)
{
    return strcmp(self->family->shown->type, type) == 0;
}

static void put_labels(const expectation *self, const made_labels *labels, strict_point *point)
{
    for (size_t i = 0; i < labels->count; i++) {
        point->labels[point->label_count++] =
            (strict_label){expect_name(labels->names[i], true, self->encoding), labels->values[i]};
    }
}

strict_point begin_point(const expectation *self, size_t series, const char *suffix,
                         strict_label extra)
{
    size_t size = strlen(self->name) + strlen(suffix) + 1;
    strict_point point = {.name = made_take(size)};
    (void)snprintf(point.name, size, "%s%s", self->name, suffix);
    put_labels(self, &self->family->series[series], &point);
    if (extra.name != NULL) {
        point.labels[point.label_count++] = extra;
    }
    return point;
}

static size_t place_of(const expectation *self, size_t series, size_t place)
{
    return series * self->family->shown->exemplars_a_series + place;
}

/* NULL: there is none, or it is not shown. */
static const pml_exemplar *find_exemplar(const expectation *self, size_t series, size_t place)
{
    const pml_snapshot_family *family = self->family->shown;
    bool needs_time = self->encoding->format == PROMLET_FORMAT_OPENMETRICS_2_0_0;
    if (!self->is_openmetrics || family->exemplars == NULL ||
        family->exemplars[place_of(self, series, place)].labels == NULL) {
        return NULL;
    }
    const pml_exemplar *exemplar = &family->exemplars[place_of(self, series, place)];
    return needs_time && exemplar->time_ns <= 0 ? NULL : exemplar;
}

void end_point(const expectation *self, strict_point *point, size_t series, size_t first,
               size_t last)
{
    const pml_snapshot_family *family = self->family->shown;
    static strict_point exemplars[MADE_MOST_PLACES];
    number_text values[MADE_MOST_PLACES];
    number_text times[MADE_MOST_PLACES];
    number_text time;
    if (!self->encoding->without_timestamps && family->timestamps != NULL &&
        family->timestamps[series] != PML_NO_TIMESTAMP) {
        time = time_text(self, family->timestamps[series]);
        point->timestamp = time.text;
    }
    for (size_t i = first; i < last; i++) {
        const pml_exemplar *from = find_exemplar(self, series, i);
        if (from == NULL) {
            continue;
        }
        size_t at = point->exemplar_count++;
        values[at] = real_text(self, from->value);
        times[at] = time_text(self, from->time_ns / 1000000);
        exemplars[at] = (strict_point){.value_text = values[at].text};
        exemplars[at].timestamp = from->time_ns > 0 ? times[at].text : NULL;
        put_labels(self, &self->family->exemplars[place_of(self, series, i)], &exemplars[at]);
    }
    tell_point(self->to, point, exemplars);
}

void expect_sample(const expectation *self, size_t series, const char *suffix, number_text value)
{
    strict_point point = begin_point(self, series, suffix, (strict_label){NULL, NULL});
    point.value_text = value.text;
    end_point(self, &point, series, 0, 0);
}

/* ---- documents ------------------------------------------------------------------------------- */

/* What stands before the suffix that OpenMetrics 1.0 leaves out. */
static const char *shown_name(const expectation *self)
{
    char *name = expect_name(self->family->shown->name->bytes, false, self->encoding);
    if (self->encoding->format == PROMLET_FORMAT_OPENMETRICS_1_0_0) {
        size_t left_out = is_expected_type(self, "counter") ? strlen("_total")
                          : is_expected_type(self, "info")  ? strlen("_info")
                                                            : 0;
        name[strlen(name) - left_out] = '\0';
    }
    return name;
}

static bool is_target(const expectation *self)
{
    return is_expected_type(self, "info") &&
           strcmp(self->family->shown->name->bytes, "target_info") == 0;
}

/* What a program says of itself comes first in OpenMetrics. */
char *expect_text(const made_snapshot *made, const promlet_encoding *encoding)
{
    char *text;
    size_t size;
    bool is_openmetrics = encoding->format >= PROMLET_FORMAT_OPENMETRICS_1_0_0;
    bool is_second = encoding->format == PROMLET_FORMAT_OPENMETRICS_2_0_0;
    expectation self = {open_text(&text, &size), encoding, NULL, NULL, is_openmetrics};
    for (size_t pass = 0; pass < 2; pass++) {
        for (size_t i = 0; i < made->shown->family_count; i++) {
            self.family = &made->families[i];
            self.name = shown_name(&self);
            if ((is_openmetrics && is_target(&self)) == (pass == 0)) {
                (is_second ? expect_composites : expect_samples)(&self);
            }
        }
    }
    (void)fclose(self.to);
    return text;
}

/* ---- heads ----------------------------------------------------------------------------------- */

/* A unit is told where the name still ends in it, without a `_total` that OpenMetrics 2.0 has. */
static bool has_unit(const expectation *self, const char *name)
{
    const char *unit = self->family->shown->unit->bytes;
    size_t size = strlen(name);
    size_t unit_size = strlen(unit);
    bool has_total = self->encoding->format == PROMLET_FORMAT_OPENMETRICS_2_0_0 &&
                     is_expected_type(self, "counter");
    size -= has_total ? strlen("_total") : 0;
    return self->is_openmetrics && unit_size > 0 && size > unit_size &&
           name[size - unit_size - 1] == '_' &&
           strncmp(name + size - unit_size, unit, unit_size) == 0;
}

void expect_head(const expectation *self, const char *suffix, const char *type)
{
    const pml_snapshot_family *family = self->family->shown;
    size_t size = strlen(self->name) + strlen(suffix) + 1;
    char *name = made_take(size);
    (void)snprintf(name, size, "%s%s", self->name, suffix);
    tell_family(self->to,
                &(strict_family){.name = name,
                                 .type = (char *)type,
                                 .help = family->help->bytes,
                                 .unit = has_unit(self, name) ? family->unit->bytes : NULL});
}
