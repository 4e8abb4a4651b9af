/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Three ways to have the text of a shape in memory: to copy it as a whole; to copy what is in front
 * of the values and format these; to put it together from name, labels, bounds and values. And the
 * walk over the cells, which copies the values and nothing else: whole cells, as only who is alone
 * with them may, or word by word, as one may read what others change. Numbers are formatted two
 * digits at a time; the text of a sum is copied, for how fast that can be computed is another
 * question.
 *
 * Parts are copied in blocks, over the end of what is wanted, to memory that has room behind.
 */
#include "floors_encoding.h"

#include "shapes.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { BLOCK = 32, SUM_SIZE = 40, LINE_ROOM = 512, SERIES_SIZE = 128 };

typedef struct piece {
    const char *bytes;
    size_t size;
} piece;

typedef struct cell {
    uint64_t counts[BENCH_BOUNDS9 + 1];
    double sum;
} cell;

enum { CELL_WORDS = sizeof(cell) / sizeof(uint64_t) };

/* As a client keeps it. */
typedef struct series {
    piece labels; /* escaped, with commas */
    cell *cell;
} series;

/* What the walk leaves of a series. */
typedef struct row {
    piece labels;
    uint64_t value;         /* of a counter */
    const uint64_t *values; /* of a histogram */
} row;

static const bench_shape *shape;
static series **all_series;
static row *rows;
static piece *sums;      /* of each series */
static piece *heads;     /* of each line: all in front of the value */
static uint64_t *walked; /* the words of histograms that the walk copies */
static char *document;   /* what the other floors write */
static char *rendered;   /* what the first one copies */
static size_t rendered_size;
static piece bounds[BENCH_BOUNDS9 + 1];
static char digit_pairs[200];

static void *allocate(size_t count, size_t size)
{
    void *memory = calloc(count, size);
    if (memory == NULL) {
        fputs("bench: out of memory\n", stderr);
        exit(1);
    }
    return memory;
}

/* ---- writing --------------------------------------------------------------------------------- */

static inline char *put(char *to, piece part)
{
    size_t copied = 0;
    do {
        memcpy(to + copied, part.bytes + copied, BLOCK);
        copied += BLOCK;
    } while (copied < part.size);
    return to + part.size;
}

#define PUT_TEXT(to, text) (memcpy((to), (text), sizeof(text) - 1), (to) + sizeof(text) - 1)

static inline char *put_count(char *to, uint64_t value)
{
    char digits[20];
    char *first = digits + sizeof digits;
    while (value >= 100) {
        first -= 2;
        memcpy(first, &digit_pairs[value % 100 * 2], 2);
        value /= 100;
    }
    first -= 2;
    memcpy(first, &digit_pairs[value * 2], 2);
    first += value < 10;
    size_t size = (size_t)(digits + sizeof digits - first);
    memcpy(to, first, size);
    return to + size;
}

/* ---- from parts ------------------------------------------------------------------------------ */

static inline char *put_series(char *to, piece name, const char *suffix, size_t suffix_size,
                               size_t number)
{
    to = put(to, name);
    memcpy(to, suffix, suffix_size);
    to += suffix_size;
    *to++ = '{';
    return put(to, all_series[number]->labels);
}

static char *put_histogram(char *to, piece name, size_t number)
{
    uint64_t count = 0;
    for (size_t i = 0; i <= BENCH_BOUNDS9; i++) {
        count += all_series[number]->cell->counts[i];
        to = put_series(to, name, "_bucket", 7, number);
        to = PUT_TEXT(to, ",le=\"");
        to = put(to, bounds[i]);
        to = PUT_TEXT(to, "\"} ");
        to = put_count(to, count);
        *to++ = '\n';
    }
    to = put_series(to, name, "_sum", 4, number);
    to = PUT_TEXT(to, "} ");
    to = put(to, sums[number]);
    *to++ = '\n';
    to = put_series(to, name, "_count", 6, number);
    to = PUT_TEXT(to, "} ");
    to = put_count(to, count);
    *to++ = '\n';
    return to;
}

static char *put_counter(char *to, piece name, size_t number)
{
    to = put_series(to, name, "_total", 6, number);
    to = PUT_TEXT(to, "} ");
    to = put_count(to, all_series[number]->cell->counts[0]);
    *to++ = '\n';
    return to;
}

/* The family that begins with this series. */
static char *put_family(char *to, size_t first)
{
    char name_bytes[BLOCK + BENCH_METRIC_SIZE] = "";
    bench_shape_metric(shape, first, name_bytes);
    piece name = {name_bytes, strlen(name_bytes)};
    for (size_t i = first; i < first + bench_shape_share(shape); i++) {
        to = shape->is_histogram ? put_histogram(to, name, i) : put_counter(to, name, i);
    }
    return to;
}

static void assemble(void)
{
    char *to = document;
    for (size_t i = 0; i < shape->series; i += bench_shape_share(shape)) {
        to = put_family(to, i);
    }
    rendered_size = (size_t)(to - document);
}

/* ---- from rendered lines, and as a whole ----------------------------------------------------- */

/* Returns the end of the text. */
static char *put_all(char *to)
{
    size_t line = 0;
    for (size_t i = 0; i < shape->series; i++) {
        uint64_t count = 0;
        size_t buckets = shape->is_histogram ? BENCH_BOUNDS9 + 1 : 1;
        for (size_t bucket = 0; bucket < buckets; bucket++) {
            count += all_series[i]->cell->counts[bucket];
            to = put(to, heads[line++]);
            to = put_count(to, count);
            *to++ = '\n';
        }
        if (shape->is_histogram) {
            to = put(to, heads[line++]);
            to = put(to, sums[i]);
            *to++ = '\n';
            to = put(to, heads[line++]);
            to = put_count(to, count);
            *to++ = '\n';
        }
    }
    return to;
}

static void fill_in(void)
{
    rendered_size = (size_t)(put_all(document) - document);
}

char *floor_encoding_render(size_t *size)
{
    char *text = malloc(rendered_size + BLOCK);
    *size = text != NULL ? (size_t)(put_all(text) - text) : 0;
    return text;
}

static void copy_whole(void)
{
    memcpy(document, rendered, rendered_size);
}

static inline void copy_cell(uint64_t *to, const cell *from)
{
    memcpy(to, from, sizeof *from);
}

static inline void copy_words(uint64_t *to, const cell *from)
{
    const uint64_t *words = (const void *)from;
#pragma GCC unroll 16
    for (size_t i = 0; i < CELL_WORDS; i++) {
        to[i] = __atomic_load_n(&words[i], __ATOMIC_RELAXED);
    }
}

static inline void walk_by(void (*copy)(uint64_t *to, const cell *from))
{
    uint64_t *to = walked;
    for (size_t i = 0; i < shape->series; i++) {
        const series *one = all_series[i];
        rows[i].labels = one->labels;
        if (shape->is_histogram) {
            copy(to, one->cell);
            rows[i].values = to;
            to += CELL_WORDS;
        } else {
            rows[i].value = one->cell->counts[0];
        }
    }
    __asm__ volatile("" : : "r"(walked), "r"(rows) : "memory");
}

static void walk(void)
{
    walk_by(copy_cell);
}

static void walk_words(void)
{
    walk_by(copy_words);
}

/* ---- making ---------------------------------------------------------------------------------- */

/* A copy with a block of room behind. */
static piece piece_of(const char *text)
{
    size_t size = strlen(text);
    char *bytes = allocate(1, size + BLOCK);
    memcpy(bytes, text, size);
    return (piece){bytes, size};
}

static void make_cell(size_t number)
{
    all_series[number]->cell = allocate(1, sizeof(cell));
    if (!shape->is_histogram) {
        all_series[number]->cell->counts[0] = bench_shape_count(number);
        return;
    }
    const double *observations = bench_shape_observations(number);
    for (size_t i = 0; i < BENCH_SERIES_OBSERVATIONS; i++) {
        size_t bucket = 0;
        while (bucket < BENCH_BOUNDS9 && observations[i] > bench_bounds9[bucket]) {
            bucket++;
        }
        all_series[number]->cell->counts[bucket]++;
        all_series[number]->cell->sum += observations[i];
    }
    char text[SUM_SIZE];
    unsigned digits = 15;
    do {
        snprintf(text, sizeof text, "%.*g", digits++, all_series[number]->cell->sum);
    } while (strtod(text, NULL) != all_series[number]->cell->sum);
    sums[number] = piece_of(text);
}

static void make_labels(size_t number)
{
    bench_label_values values;
    char text[LINE_ROOM] = "";
    size_t size = 0;
    bench_shape_labels(shape, number, values);
    for (size_t i = 0; i < shape->label_count; i++) {
        size += (size_t)snprintf(text + size, sizeof text - size, "%s%s=\"%s\"", i > 0 ? "," : "",
                                 shape->label_names[i], values[i]);
    }
    all_series[number]->labels = piece_of(text);
}

static void make_parts(void)
{
    for (size_t i = 0; i < 100; i++) {
        digit_pairs[2 * i] = (char)('0' + i / 10);
        digit_pairs[2 * i + 1] = (char)('0' + i % 10);
    }
    for (size_t i = 0; i < BENCH_BOUNDS9; i++) {
        char text[SUM_SIZE];
        snprintf(text, sizeof text, bench_bounds9[i] < 1 ? "%g" : "%.1f", bench_bounds9[i]);
        bounds[i] = piece_of(text);
    }
    bounds[BENCH_BOUNDS9] = piece_of("+Inf");
    all_series = allocate(shape->series, sizeof *all_series);
    rows = allocate(shape->series, sizeof *rows);
    sums = allocate(shape->series, sizeof *sums);
    walked = allocate(shape->series, sizeof(cell));
    for (size_t i = 0; i < shape->series; i++) {
        all_series[i] = allocate(1, SERIES_SIZE);
        make_cell(i);
        make_labels(i);
    }
}

/* Cuts the lines of the document in front of their values. */
static void make_heads(void)
{
    size_t line = 0;
    heads = allocate(shape->series * bench_shape_lines(shape), sizeof *heads);
    for (const char *at = document; at < document + rendered_size;) {
        const char *end = memchr(at, '\n', (size_t)(document + rendered_size - at));
        const char *value = end;
        while (value[-1] != ' ') {
            value--;
        }
        char text[LINE_ROOM];
        snprintf(text, sizeof text, "%.*s", (int)(value - at), at);
        heads[line++] = piece_of(text);
        at = end + 1;
    }
}

/* ---- which ----------------------------------------------------------------------------------- */

static const struct {
    const char *prefix;
    void (*once)(void);
    bool is_of_lines;
} ways[] = {{"memcpy_", copy_whole, true},
            {"rendered_", fill_in, true},
            {"parts_", assemble, true},
            {"walk_", walk, false},
            {"words_", walk_words, false}};

bool floor_encoding_prepare(const char *workload, bench_repetition *repetition)
{
    for (size_t i = 0; i < sizeof ways / sizeof ways[0]; i++) {
        shape = bench_shape_of(workload);
        if (shape != NULL && strncmp(workload, ways[i].prefix, strlen(ways[i].prefix)) == 0) {
            size_t lines = shape->series * bench_shape_lines(shape);
            make_parts();
            document = allocate(lines + 1, LINE_ROOM / 2);
            assemble();
            make_heads();
            rendered = allocate(rendered_size, 1);
            memcpy(rendered, document, rendered_size);
            repetition->once = ways[i].once;
            repetition->operations = ways[i].is_of_lines ? lines : shape->series;
            return true;
        }
    }
    return false;
}

void floor_encoding_notes(void)
{
    if (rendered_size > 0) {
        printf("note: a document of %zu bytes\n", rendered_size);
    }
}
