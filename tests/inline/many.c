/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A program that records from many places: 64 functions with two inlined recordings each, so 192
 * restartable sections. Each function has a counter of its own.
 *
 * Exits 1 when a recording is lost or lands elsewhere, and says so.
 */
#include <promlet/promlet.h>

#include <promlet/inline.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Calls use(n) for 64 numbers in base 4. */
#define FOUR(use, n) use(n##0) use(n##1) use(n##2) use(n##3)
#define SIXTEEN(use, n) FOUR(use, n##0) FOUR(use, n##1) FOUR(use, n##2) FOUR(use, n##3)
#define ALL(use) SIXTEEN(use, _0) SIXTEEN(use, _1) SIXTEEN(use, _2) SIXTEEN(use, _3)

static promlet_histogram *sizes;

#define DEFINE(n)                                                                                  \
    __attribute__((noinline)) static void record##n(promlet_counter *counter)                      \
    {                                                                                              \
        promlet_counter_inc(counter);                                                              \
        promlet_histogram_observe(sizes, 0.25);                                                    \
    }
ALL(DEFINE)

#define NAME(n) record##n,
static void (*const functions[])(promlet_counter *) = {ALL(NAME)};
enum { FUNCTIONS = sizeof functions / sizeof functions[0], ROUNDS = 3 };

static promlet_counter *counters[FUNCTIONS];

static void make_metrics(void)
{
    promlet_opts jobs = {.name = "jobs_total", .help = "Of a test.", .labels = {"function"}};
    const promlet_opts of_sizes = {
        .name = "sizes", .help = "Of a test.", .cells = PROMLET_CELLS_PER_CPU};
    promlet_counter_family *family;
    jobs.cells = PROMLET_CELLS_PER_CPU;
    family = promlet_counter_family_new(NULL, &jobs);
    for (int i = 0; i < FUNCTIONS; i++) {
        char number[16];
        (void)snprintf(number, sizeof number, "%d", i);
        counters[i] = promlet_counter_with(family, number);
    }
    sizes = promlet_histogram_new(NULL, &of_sizes);
}

static int has_line(const char *text, const char *line)
{
    if (strstr(text, line) == NULL) {
        printf("wrong: no line %s", line);
        return 0;
    }
    return 1;
}

int main(void)
{
    char line[64];
    char *text;
    int is_well = 1;
    make_metrics();
    for (int i = 0; i < FUNCTIONS * ROUNDS; i++) {
        functions[i % FUNCTIONS](counters[i % FUNCTIONS]);
    }
    text = promlet_get_metrics();
    for (int i = 0; i < FUNCTIONS; i++) {
        (void)snprintf(line, sizeof line, "\njobs_total{function=\"%d\"} %d\n", i, ROUNDS);
        is_well &= has_line(text, line);
    }
    (void)snprintf(line, sizeof line, "\nsizes_count %d\n", FUNCTIONS * ROUNDS);
    is_well &= has_line(text, line);
    promlet_free(text);
    return is_well ? 0 : 1;
}
