/* SPDX-License-Identifier: Apache-2.0 */
/* Draws the doubles of README.md, has a formatter write them, and reads back what it wrote. */
#include "numbers.h"

#include "streams.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const bench_formatter *all_formatters; /* the one without a name ends them */
static const bench_formatter *formatter;      /* that is measured */
static double numbers[BENCH_STREAM];
static char text[BENCH_STREAM * BENCH_NUMBER_ROOM];

/* ---- which doubles --------------------------------------------------------------------------- */

static double as_drawn(double value)
{
    return value;
}

static double in_thousandths(double value)
{
    return round(value * 1e5) / 1000;
}

static double as_integer(double value)
{
    return round(value * 1e5 * value * 1e5);
}

static const struct {
    const char *prefix; /* of the workloads */
    double (*of)(double value);
} kinds[] = {
    {"number_17_", as_drawn}, {"number_3_", in_thousandths}, {"number_integer_", as_integer}};

static void draw(double (*of)(double value))
{
    for (size_t i = 0; i < BENCH_STREAM; i++) {
        numbers[i] = of(bench_values[i]);
    }
}

/* ---- writing --------------------------------------------------------------------------------- */

static void format_all(void)
{
    char *end = formatter->format(numbers, BENCH_STREAM, text);
    __asm__ volatile("" : : "r"(end) : "memory");
}

/* Exits unless the text has a line for each number, that is read as it, and nothing else. */
static void check_text(void)
{
    const char *end = formatter->format(numbers, BENCH_STREAM, text);
    const char *at = text;
    for (size_t i = 0; i < BENCH_STREAM; i++) {
        char *rest;
        if (strtod(at, &rest) != numbers[i] || rest == at || *rest != '\n') {
            fprintf(stderr, "%s: does not write %.17g\n", formatter->name, numbers[i]);
            exit(1);
        }
        at = rest + 1;
    }
    if (at != end) {
        fprintf(stderr, "%s: does not end where it says\n", formatter->name);
        exit(1);
    }
}

/* NULL: there is none with this name. */
static const bench_formatter *find_formatter(const char *name)
{
    const bench_formatter *one = all_formatters;
    while (one->name != NULL && strcmp(one->name, name) != 0) {
        one++;
    }
    return one->name != NULL ? one : NULL;
}

static bool prepare(const char *workload, bench_repetition *repetition)
{
    for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++) {
        size_t size = strlen(kinds[i].prefix);
        if (strncmp(workload, kinds[i].prefix, size) == 0) {
            formatter = find_formatter(workload + size);
            draw(kinds[i].of);
        }
    }
    if (formatter == NULL) {
        return false;
    }
    check_text();
    *repetition = (bench_repetition){.once = format_all, .operations = BENCH_STREAM};
    return true;
}

int bench_numbers_main(int argc, char **argv, const bench_formatter *formatters)
{
    static const bench_workload no_workloads[1];
    static const bench_client client = {.workloads = no_workloads, .prepare = prepare};
    all_formatters = formatters;
    return bench_main(argc, argv, &client);
}
