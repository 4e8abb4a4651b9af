/* SPDX-License-Identifier: Apache-2.0 */
/* Families of every shape. What is read keeps the promises that a snapshot makes to encoders. */
#include "made.h"

#include "arguments.h"
#include "base/number.h"
#include "made_names.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#define MOST_FAMILIES 6
#define MOST_SERIES 4
#define MOST_LABELS 3
#define MOST_BOUNDS 6 /* or quantiles, or states */
#define MOST_SPANS 3

/* ---- series ---------------------------------------------------------------------------------- */

static double read_amount_of_counter(input *in)
{
    double value = fabs(read_double(in));
    return isnan(value) ? 0 : value;
}

static pml_number read_number(input *in, const char *type)
{
    if (strcmp(type, "info") == 0) {
        return (pml_number){.is_whole = true, .as.whole = 1};
    }
    if (input_choice(in, 2) == 0) {
        return (pml_number){.is_whole = true, .as.whole = read_amount(in)};
    }
    double value = strcmp(type, "counter") == 0 ? read_amount_of_counter(in) : read_double(in);
    return (pml_number){.is_whole = false, .as.real = value};
}

/* All of a series together stay below 2^63. */
static uint64_t read_count(input *in)
{
    uint8_t byte = input_byte(in);
    return byte == 255 ? UINT64_C(1) << 57 : byte == 254 ? UINT64_C(1) << 35 : byte;
}

static pml_native_side read_side(input *in)
{
    pml_native_side side = {.span_count = input_choice(in, MOST_SPANS + 1)};
    pml_native_span *spans = made_take(side.span_count * sizeof *spans);
    for (size_t i = 0; i < side.span_count; i++) {
        int offset = (int8_t)input_byte(in) * (input_choice(in, 4) == 0 ? 1000000 : 1);
        spans[i] =
            (pml_native_span){i == 0 ? offset : abs(offset), 1 + (uint32_t)input_choice(in, 3)};
        side.count += spans[i].length;
    }
    uint64_t *counts = made_take(side.count * sizeof *counts);
    for (size_t i = 0; i < side.count; i++) {
        counts[i] = read_count(in);
    }
    side.spans = spans;
    side.counts = counts;
    return side;
}

static uint64_t count_of(const pml_native_side *side)
{
    uint64_t count = 0;
    for (size_t i = 0; i < side->count; i++) {
        count += side->counts[i];
    }
    return count;
}

/* What is in native buckets is in the classic ones, too. */
static void read_histogram(input *in, const pml_snapshot_family *family, pml_native *native,
                           pml_snapshot_series *series)
{
    static const double thresholds[] = {0x1p-128, 0x1p-1022, 0.001, 1};
    uint64_t *counts = made_take((family->bound_count + 1) * sizeof *counts);
    bool is_native = native != NULL && input_choice(in, 4) > 0;
    uint64_t left = UINT64_MAX;
    if (native != NULL) {
        *native = (pml_native){.schema = 0};
    }
    if (is_native) {
        *native = (pml_native){.schema = (int)input_choice(in, 13) - 4,
                               .zero_threshold = thresholds[input_choice(in, 4)],
                               .zero_count = read_count(in)};
        native->positive = read_side(in);
        native->negative = read_side(in);
        left = native->zero_count + count_of(&native->positive) + count_of(&native->negative);
    }
    for (size_t i = 0; i < family->bound_count; i++) {
        uint64_t count = read_count(in);
        counts[i] = count < left ? count : left;
        left -= counts[i];
    }
    counts[family->bound_count] = is_native ? left : read_count(in);
    series->as.histogram.counts = counts;
    series->as.histogram.sum = read_double(in);
}

static void read_summary(input *in, const pml_snapshot_family *family, pml_snapshot_series *series)
{
    pml_summary *summary = made_take(sizeof *summary);
    double *values = made_take(family->bound_count * sizeof *values);
    for (size_t i = 0; i < family->bound_count; i++) {
        values[i] = read_double(in);
    }
    summary->values = values;
    summary->sum = read_double(in);
    summary->count = read_amount(in);
    series->as.summary = summary;
}

static void read_one_value(input *in, pml_snapshot_family *family, size_t at)
{
    pml_snapshot_series *series = &family->series[at];
    switch (family->shape) {
    case PML_SHAPE_NUMBER:
        series->as.number = read_number(in, family->type);
        break;
    case PML_SHAPE_HISTOGRAM:
        read_histogram(in, family, family->natives != NULL ? &family->natives[at] : NULL, series);
        break;
    case PML_SHAPE_SUMMARY:
        read_summary(in, family, series);
        break;
    case PML_SHAPE_STATES:
        series->as.states = input_byte(in);
    }
}

/* The first value tells the series apart. */
static void read_labels(input *in, made_labels *labels, char *const *names, size_t at)
{
    for (size_t i = 0; i < labels->count; i++) {
        labels->names[i] = names[i];
        char *value = read_made_text(in, true);
        if (i == 0) {
            size_t size = strlen(value) + 2;
            char *with_number = made_take(size);
            (void)snprintf(with_number, size, "%s%zu", value, at);
            value = with_number;
        }
        labels->values[i] = value;
    }
}

/* ---- what a series has beside its values ----------------------------------------------------- */

/* In the bucket at a place. */
static double read_value_within(input *in, const pml_snapshot_family *family, size_t at)
{
    double lower = at > 0 ? family->bound_values[at - 1] : -INFINITY;
    double upper = at < family->bound_count ? family->bound_values[at] : INFINITY;
    double middle = lower / 2 + upper / 2;
    switch (input_choice(in, 3)) {
    case 0:
        return at > 0 ? nextafter(lower, INFINITY) : lower;
    case 1:
        return middle > lower && middle <= upper ? middle : upper;
    default:
        return upper;
    }
}

/* Known times are at least a millisecond after 1970; those before it are not known. */
static int64_t time_ns_of(int64_t bits)
{
    return bits < 0 ? bits : bits | 1 << 20;
}

static void read_exemplar(input *in, const pml_snapshot_family *family, size_t place,
                          made_labels *labels, pml_exemplar *to)
{
    static char *const names[] = {(char *)"trace_id", (char *)"_p"};
    *to = (pml_exemplar){.labels = NULL};
    if (input_choice(in, 2) == 0) {
        return;
    }
    labels->count = input_choice(in, 3);
    for (size_t i = 0; i < labels->count; i++) {
        labels->names[i] = names[i];
        labels->values[i] = read_made_text(in, false);
    }
    to->labels = made_render(labels, &to->labels_size);
    to->value = family->shape == PML_SHAPE_HISTOGRAM ? read_value_within(in, family, place)
                                                     : read_amount_of_counter(in);
    to->time_ns = input_choice(in, 4) == 0 ? 0 : time_ns_of((int64_t)input_u64(in));
}

static void read_exemplars(input *in, pml_snapshot_family *family, made_family *made)
{
    bool is_histogram = family->shape == PML_SHAPE_HISTOGRAM;
    if ((!is_histogram && strcmp(family->type, "counter") != 0) || input_choice(in, 2) == 0) {
        return;
    }
    family->exemplars_a_series = is_histogram ? family->bound_count + 1 : 1;
    size_t count = family->series_count * family->exemplars_a_series;
    family->exemplars = made_take(count * sizeof *family->exemplars);
    made->exemplars = made_take(count * sizeof *made->exemplars);
    memset(made->exemplars, 0, count * sizeof *made->exemplars);
    for (size_t i = 0; i < count; i++) {
        read_exemplar(in, family, i % family->exemplars_a_series, &made->exemplars[i],
                      &family->exemplars[i]);
    }
}

static bool has_totals(const char *type)
{
    return strcmp(type, "counter") == 0 || strcmp(type, "histogram") == 0 ||
           strcmp(type, "summary") == 0;
}

/* A registry knows since when a series counts, a collector when its value was true. */
static void read_times(input *in, pml_snapshot_family *family)
{
    size_t choice = input_choice(in, has_totals(family->type) ? 4 : 3);
    choice = choice == 2 && !has_totals(family->type) ? 3 : choice;
    int64_t *times = choice < 2 ? NULL : made_take(family->series_count * sizeof *times);
    for (size_t i = 0; times != NULL && i < family->series_count; i++) {
        bool is_known = input_choice(in, 4) > 0;
        int64_t time = (int64_t)input_u64(in);
        if (choice == 2) {
            times[i] = is_known ? time_ns_of(time) : 0;
        } else {
            times[i] = is_known ? time >> input_choice(in, 64) : PML_NO_TIMESTAMP;
        }
    }
    family->starts = choice == 2 ? times : NULL;
    family->timestamps = choice == 3 ? times : NULL;
}

/* ---- bounds, quantiles, states --------------------------------------------------------------- */

/* Keeps those that rise, in their order; a bound is never -0. */
static size_t sort_bounds(double *values, size_t count)
{
    size_t kept = 0;
    for (size_t i = 0; i < count; i++) {
        double value = values[i] == 0 ? 0 : values[i];
        size_t at = kept;
        while (at > 0 && values[at - 1] > value) {
            at--;
        }
        if (at > 0 && !(values[at - 1] < value)) {
            continue;
        }
        memmove(values + at + 1, values + at, (kept - at) * sizeof *values);
        values[at] = value;
        kept++;
    }
    return kept;
}

static void read_bounds(input *in, pml_snapshot_family *family)
{
    double read[MOST_BOUNDS];
    size_t count = input_choice(in, MOST_BOUNDS + 1);
    for (size_t i = 0; i < count; i++) {
        double value = read_double(in);
        value = isfinite(value) ? value : (double)i;
        read[i] = family->shape == PML_SHAPE_SUMMARY ? fabs(value) / (1 + fabs(value)) : value;
    }
    count = sort_bounds(read, count);
    double *values = made_take(count * sizeof *values);
    pml_text *texts = made_take(count * sizeof *texts);
    for (size_t i = 0; i < count; i++) {
        char text[PML_NUMBER_SIZE];
        values[i] = read[i];
        texts[i].size = pml_format_bound(read[i], text);
        texts[i].bytes = memcpy(made_take(texts[i].size + 1), text, texts[i].size);
        texts[i].bytes[texts[i].size] = '\0';
    }
    family->bounds = texts;
    family->bound_values = values;
    family->bound_count = count;
}

static void read_states(input *in, pml_snapshot_family *family, made_family *made)
{
    family->bound_count = 1 + input_choice(in, MOST_BOUNDS);
    pml_text *texts = made_take(family->bound_count * sizeof *texts);
    made->states = made_take(family->bound_count * sizeof *made->states);
    for (size_t i = 0; i < family->bound_count; i++) {
        made->states[i] = read_made_name(in, (char)('G' + i), "");
        texts[i].bytes = made_escaped(made->states[i], &texts[i].size);
    }
    family->bounds = texts;
}

/* ---- families -------------------------------------------------------------------------------- */

static const struct kind {
    const char *type;
    pml_shape shape;
    const char *suffix;
    bool is_unitless;
} kinds[] = {
    {"counter", PML_SHAPE_NUMBER, "_total", false},
    {"gauge", PML_SHAPE_NUMBER, "", false},
    {"histogram", PML_SHAPE_HISTOGRAM, "", false},
    {"summary", PML_SHAPE_SUMMARY, "", false},
    {"stateset", PML_SHAPE_STATES, "", true},
    {"info", PML_SHAPE_NUMBER, "_info", true},
    {"unknown", PML_SHAPE_NUMBER, "", false},
    {"gaugehistogram", PML_SHAPE_HISTOGRAM, "", false},
};

/* A registry takes none in the name of a state set, which is that of a label as well. */
static void take_off_colons(char *name)
{
    for (; *name != '\0'; name++) {
        *name = *name == ':' ? '_' : *name;
    }
}

static void read_head(input *in, const struct kind *kind, size_t at, pml_snapshot_family *family)
{
    static const char *const units[] = {"", "", "seconds", "a_b", "1", ":"};
    const char *unit = kind->is_unitless ? "" : units[input_choice(in, 6)];
    char suffix[40];
    (void)snprintf(suffix, sizeof suffix, "%s%s%s", unit[0] != '\0' ? "_" : "", unit, kind->suffix);
    char *name = read_made_name(in, (char)('G' + at), suffix);
    if (kind->shape == PML_SHAPE_STATES) {
        take_off_colons(name);
    }
    if (at == 1 && strcmp(kind->type, "info") == 0) {
        name = strcpy(made_take(sizeof "target_info"), "target_info");
    }
    family->type = kind->type;
    family->shape = kind->shape;
    family->name = made_text(name);
    family->unit = made_text(strcpy(made_take(strlen(unit) + 1), unit));
    family->help = made_text(read_made_text(in, true));
}

/* A family of plain names only may be taken for one that has others, as in merged snapshots. */
static bool has_utf8_names(input *in, const made_family *made, char *const *names, size_t count)
{
    bool is_states = made->shown->shape == PML_SHAPE_STATES;
    bool are_plain = made_is_plain(made->shown->name->bytes, is_states);
    for (size_t i = 0; i < count; i++) {
        are_plain = are_plain && made_is_plain(names[i], true);
    }
    return input_choice(in, 8) == 0 || !are_plain;
}

static void read_family(input *in, size_t at, pml_snapshot_family *family, made_family *made)
{
    static const char letters[MOST_LABELS] = {'p', 's', 'v'};
    const struct kind *kind = &kinds[input_choice(in, sizeof kinds / sizeof kinds[0])];
    *family = (pml_snapshot_family){.type = NULL};
    made->shown = family;
    read_head(in, kind, at, family);
    char *names[MOST_LABELS];
    size_t label_count = input_choice(in, MOST_LABELS + 1);
    for (size_t i = 0; i < label_count; i++) {
        names[i] = read_made_name(in, letters[i], "");
    }
    family->has_utf8_names = has_utf8_names(in, made, names, label_count);
    if (kind->shape == PML_SHAPE_STATES) {
        read_states(in, family, made);
    } else if (kind->shape != PML_SHAPE_NUMBER) {
        read_bounds(in, family);
    }
    size_t most = label_count > 0 ? MOST_SERIES : 1;
    family->series_count = input_choice(in, most + 1);
    family->series = made_take(family->series_count * sizeof *family->series);
    made->series = made_take(family->series_count * sizeof *made->series);
    bool has_natives = kind->shape == PML_SHAPE_HISTOGRAM && input_choice(in, 2) == 1;
    family->natives =
        has_natives ? made_take(family->series_count * sizeof *family->natives) : NULL;
    for (size_t i = 0; i < family->series_count; i++) {
        pml_snapshot_series *series = &family->series[i];
        made->series[i].count = label_count;
        read_labels(in, &made->series[i], names, i);
        series->labels = made_render(&made->series[i], &series->labels_size);
        read_one_value(in, family, i);
    }
    read_times(in, family);
    read_exemplars(in, family, made);
}

made_snapshot made_read(input *in)
{
    promlet_snapshot *snapshot = made_take(sizeof *snapshot);
    made_snapshot made = {.shown = snapshot};
    memset(snapshot, 0, sizeof *snapshot);
    snapshot->families = made_take(MOST_FAMILIES * sizeof *snapshot->families);
    made.families = made_take(MOST_FAMILIES * sizeof *made.families);
    while (in->left > 0 && snapshot->family_count < MOST_FAMILIES) {
        size_t at = snapshot->family_count++;
        made.families[at] = (made_family){.shown = NULL};
        read_family(in, at, &snapshot->families[at], &made.families[at]);
        made.has_utf8_names |= snapshot->families[at].has_utf8_names;
    }
    return made;
}
