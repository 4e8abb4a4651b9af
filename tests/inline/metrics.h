/* SPDX-License-Identifier: Apache-2.0 */
/* What same.c records on, and how it looks at the result: counting what is wrong, in C and in C++.
 */
#ifndef TESTS_INLINE_METRICS_H
#define TESTS_INLINE_METRICS_H

#include <promlet/promlet.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#if defined(__has_feature)
#if __has_feature(memory_sanitizer)
#include <sanitizer/msan_interface.h>
#define KNOWN_TEXT(text) __msan_unpoison_string(text) /* the library is not instrumented */
#endif
#endif
#ifndef KNOWN_TEXT
#define KNOWN_TEXT(text) (void)(text)
#endif

static int faults;

static void expect(int condition, const char *what)
{
    if (!condition) {
        printf("wrong: %s\n", what);
        faults++;
    }
}

static char *text_of(promlet_registry *registry)
{
    char *text = promlet_registry_get_metrics(registry);
    if (text == NULL) {
        printf("wrong: no text: %s\n", promlet_last_error());
        exit(1);
    }
    KNOWN_TEXT(text);
    return text;
}

/* The value of a sample, given with its labels; -1 if it is not there. */
static double value_of(promlet_registry *registry, const char *sample)
{
    char *text = text_of(registry);
    size_t size = strlen(sample);
    double value = -1;
    for (const char *line = text; line != NULL; line = strchr(line, '\n')) {
        line += *line == '\n';
        if (strncmp(line, sample, size) == 0 && line[size] == ' ') {
            value = strtod(line + size, NULL);
        }
    }
    promlet_free(text);
    return value;
}

/* ---- metrics --------------------------------------------------------------------------------- */

struct metrics {
    promlet_counter *counter;
    promlet_counter *spread_counter;
    promlet_gauge *gauge;
    promlet_histogram *histogram;
    promlet_histogram *spread_histogram;
    promlet_histogram *boundless;
    promlet_summary *summary;
    promlet_summary *spread_summary;
    promlet_summary *quantiles;
};

static promlet_opts options(const char *name, promlet_cells cells)
{
    promlet_opts filled;
    memset(&filled, 0, sizeof filled);
    filled.name = name;
    filled.help = "Of a test.";
    filled.cells = cells;
    return filled;
}

static promlet_counter *new_counter(promlet_registry *registry, const char *name,
                                    promlet_cells cells)
{
    const promlet_opts filled = options(name, cells);
    return promlet_counter_new(registry, &filled);
}

static promlet_histogram *new_histogram(promlet_registry *registry, const char *name,
                                        promlet_cells cells, size_t bound_count)
{
    static const double bounds[] = {-3, -1, -0.5, 0, 0.25, 0.5, 1, 2, 3, 4, 1024, 1e6, 1e300};
    promlet_opts filled = options(name, cells);
    filled.bounds = bounds;
    filled.bound_count = bound_count;
    return promlet_histogram_new(registry, &filled);
}

static promlet_summary *new_summary(promlet_registry *registry, const char *name,
                                    promlet_cells cells, size_t quantile_count)
{
    static const double quantiles[] = {0.5, 0.99};
    promlet_opts filled = options(name, cells);
    filled.quantiles = quantile_count > 0 ? quantiles : NULL;
    filled.quantile_count = quantile_count;
    return promlet_summary_new(registry, &filled);
}

static struct metrics new_metrics(promlet_registry *registry)
{
    const promlet_opts gauge = options("depth", PROMLET_CELLS_AUTO);
    struct metrics made;
    made.counter = new_counter(registry, "one_cell", PROMLET_CELLS_SHARED);
    made.spread_counter = new_counter(registry, "many_cells", PROMLET_CELLS_PER_CPU);
    made.gauge = promlet_gauge_new(registry, &gauge);
    made.histogram = new_histogram(registry, "sizes", PROMLET_CELLS_SHARED, 13);
    made.spread_histogram = new_histogram(registry, "many_sizes", PROMLET_CELLS_PER_CPU, 13);
    made.boundless = new_histogram(registry, "all_sizes", PROMLET_CELLS_PER_CPU, 0);
    made.summary = new_summary(registry, "plain", PROMLET_CELLS_SHARED, 0);
    made.spread_summary = new_summary(registry, "many_plain", PROMLET_CELLS_PER_CPU, 0);
    made.quantiles = new_summary(registry, "ranked", PROMLET_CELLS_SHARED, 2);
    return made;
}

#endif
