/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Fills a registry with a shape, and repeats one of: writing a snapshot that was taken before, into
 * memory or in pieces; taking one; both, as a scrape does. The recorder that may run beside goes
 * through a thousand of the series.
 */
#include "promlet_encoding.h"

#include "shapes.h"
#include "text.h"

#include <promlet/promlet.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { RECORDED_SERIES = 1000, DOCUMENT_ROOM = 65536 };

static const struct {
    const char *prefix; /* of a workload's format */
    promlet_format format;
} formats[] = {
    {"text_", PROMLET_FORMAT_TEXT_0_0_4},
    {"text1_", PROMLET_FORMAT_TEXT_1_0_0},
    {"openmetrics_", PROMLET_FORMAT_OPENMETRICS_1_0_0},
    {"openmetrics2_", PROMLET_FORMAT_OPENMETRICS_2_0_0},
    {"protobuf_", PROMLET_FORMAT_PROTOBUF},
};

static promlet_registry *registry;
static const bench_shape *shape;
static promlet_format format;
static promlet_snapshot *snapshot;
static char *document;
static size_t room;
static size_t document_size;
static promlet_counter *counters[RECORDED_SERIES];
static promlet_histogram *histograms[RECORDED_SERIES];

static _Noreturn void fail(const char *what)
{
    fprintf(stderr, "promlet: %s\n", what);
    exit(1);
}

/* ---- filling --------------------------------------------------------------------------------- */

/* Where to keep a handle that the recorder uses; NULL: it does not use this one. */
static size_t recorded_place(size_t series)
{
    size_t step = (shape->series + RECORDED_SERIES - 1) / RECORDED_SERIES;
    return series % step == 0 ? series / step : RECORDED_SERIES;
}

static void fill_counter(promlet_counter_family *family, const char *const *values, size_t series)
{
    promlet_counter *counter = promlet_counter_with_values(family, values, shape->label_count);
    promlet_counter_add_u64(counter, bench_shape_count(series));
    if (recorded_place(series) < RECORDED_SERIES) {
        counters[recorded_place(series)] = counter;
    }
}

static void fill_histogram(promlet_histogram_family *family, const char *const *values,
                           size_t series)
{
    promlet_histogram *histogram =
        promlet_histogram_with_values(family, values, shape->label_count);
    for (size_t i = 0; i < BENCH_SERIES_OBSERVATIONS; i++) {
        promlet_histogram_observe(histogram, bench_shape_observations(series)[i]);
    }
    if (recorded_place(series) < RECORDED_SERIES) {
        histograms[recorded_place(series)] = histogram;
    }
}

/* The family that begins with this series. */
static void fill_family(size_t first)
{
    bench_metric_name name;
    bench_shape_metric(shape, first, name);
    promlet_opts options = {.name = name,
                            .help = "What the benchmark encodes.",
                            .bounds = shape->is_histogram ? bench_bounds9 : NULL,
                            .bound_count = shape->is_histogram ? BENCH_BOUNDS9 : 0,
                            .max_series = shape->series};
    memcpy(options.labels, shape->label_names, shape->label_count * sizeof *shape->label_names);
    promlet_counter_family *counter_family =
        shape->is_histogram ? NULL : promlet_counter_family_new(registry, &options);
    promlet_histogram_family *histogram_family =
        shape->is_histogram ? promlet_histogram_family_new(registry, &options) : NULL;
    for (size_t i = first; i < first + bench_shape_share(shape); i++) {
        bench_label_values labels;
        const char *values[BENCH_LABELS];
        bench_shape_labels(shape, i, labels);
        for (size_t label = 0; label < shape->label_count; label++) {
            values[label] = labels[label];
        }
        if (shape->is_histogram) {
            fill_histogram(histogram_family, values, i);
        } else {
            fill_counter(counter_family, values, i);
        }
    }
}

static void fill(void)
{
    for (size_t i = 0; i < shape->series; i += bench_shape_share(shape)) {
        fill_family(i);
    }
}

/* ---- repeating ------------------------------------------------------------------------------- */

static void encode(void)
{
    if (promlet_snapshot_copy(snapshot, format, document, room, &document_size) != PROMLET_OK) {
        fail(promlet_last_error());
    }
    document_size--; /* without the NUL */
}

static bool take_piece(const char *data, size_t size, void *ctx)
{
    (void)data;
    *(size_t *)ctx += size;
    return true;
}

static void encode_in_pieces(void)
{
    document_size = 0;
    if (promlet_snapshot_write(snapshot, format, take_piece, &document_size) != PROMLET_OK) {
        fail(promlet_last_error());
    }
}

static void take(void)
{
    promlet_snapshot *taken = promlet_snapshot_take(registry);
    if (taken == NULL) {
        fail(promlet_last_error());
    }
    promlet_snapshot_release(taken);
}

static void scrape(void)
{
    promlet_snapshot *taken = promlet_snapshot_take(registry);
    char *text = taken != NULL ? promlet_snapshot_string(taken, format, &document_size) : NULL;
    if (text == NULL) {
        fail(promlet_last_error());
    }
    promlet_free(text);
    promlet_snapshot_release(taken);
}

static void record_counters(void)
{
    for (size_t i = 0; i < RECORDED_SERIES && counters[i] != NULL; i++) {
        promlet_counter_inc(counters[i]);
    }
}

static void record_histograms(void)
{
    for (size_t i = 0; i < RECORDED_SERIES && histograms[i] != NULL; i++) {
        promlet_histogram_observe(histograms[i], bench_values[i]);
    }
}

/* ---- which ----------------------------------------------------------------------------------- */

static const struct {
    const char *prefix;
    void (*once)(void);
    bool has_format;
    bool is_of_lines;
} ways[] = {{"encode_", encode, true, true},
            {"pieces_", encode_in_pieces, true, true},
            {"scrape_", scrape, false, true},
            {"take_", take, false, false}};

static bool begins(const char **text, const char *prefix)
{
    size_t size = strlen(prefix);
    bool is_so = strncmp(*text, prefix, size) == 0;
    *text += is_so ? size : 0;
    return is_so;
}

static bool read_format(const char **rest)
{
    for (size_t i = 0; i < sizeof formats / sizeof formats[0]; i++) {
        if (begins(rest, formats[i].prefix)) {
            format = formats[i].format;
            return true;
        }
    }
    return false;
}

/* The observations or increments that the text of all series shows. */
static uint64_t expected_total(void)
{
    uint64_t total = 0;
    for (size_t i = 0; i < shape->series; i++) {
        total += shape->is_histogram ? BENCH_SERIES_OBSERVATIONS : bench_shape_count(i);
    }
    return total;
}

/* The same as a text has them. */
static uint64_t shown_total(const char *text)
{
    uint64_t total = 0;
    for (size_t i = 0; i < shape->series; i += bench_shape_share(shape)) {
        bench_metric_name name;
        char begin[BENCH_METRIC_SIZE + 8];
        bench_shape_metric(shape, i, name);
        snprintf(begin, sizeof begin, "%s%s{", name, shape->is_histogram ? "_count" : "_total");
        total += text_total(text, begin);
    }
    return total;
}

static void check_text(void)
{
    char *text = promlet_snapshot_string(snapshot, PROMLET_FORMAT_TEXT_0_0_4, NULL);
    if (text == NULL || shown_total(text) != expected_total()) {
        fail("the text does not show what was recorded");
    }
    promlet_free(text);
}

/* Encodes once in pieces, to learn how much memory the document needs. */
static void make_room(void)
{
    encode_in_pieces();
    room = document_size + DOCUMENT_ROOM;
    document = malloc(room);
    if (document == NULL) {
        fail("out of memory");
    }
}

/* Without "_recorded" at its end. */
static bool cut_recorded(char *workload)
{
    const char *end = "_recorded";
    size_t size = strlen(workload);
    bool is_recorded = size > strlen(end) && strcmp(workload + size - strlen(end), end) == 0;
    workload[is_recorded ? size - strlen(end) : size] = '\0';
    return is_recorded;
}

void encoding_fill(promlet_registry *filled, const bench_shape *with)
{
    registry = filled;
    shape = with;
    fill();
}

bool encoding_prepare(promlet_registry *filled, const char *workload, bench_repetition *repetition)
{
    char name[64];
    snprintf(name, sizeof name, "%s", workload);
    bool is_recorded = cut_recorded(name);
    const char *rest = name;
    size_t way = 0;
    while (way < sizeof ways / sizeof ways[0] && !begins(&rest, ways[way].prefix)) {
        way++;
    }
    shape = bench_shape_of(name);
    if (way == sizeof ways / sizeof ways[0] || shape == NULL ||
        (ways[way].has_format && !read_format(&rest)) || strcmp(rest, shape->name) != 0) {
        return false;
    }
    encoding_fill(filled, shape);
    snapshot = promlet_snapshot_take(registry);
    check_text();
    make_room();
    repetition->once = ways[way].once;
    repetition->operations = shape->series * (ways[way].is_of_lines ? bench_shape_lines(shape) : 1);
    if (is_recorded) {
        repetition->record = shape->is_histogram ? record_histograms : record_counters;
    }
    return true;
}

bool encoding_notes(void)
{
    if (document_size > 0) {
        printf("note: a document of %zu bytes\n", document_size);
    }
    return document_size > 0;
}
