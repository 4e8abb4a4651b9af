/* SPDX-License-Identifier: Apache-2.0 */
/* What the programs share that turn doubles into text: which doubles, the check, and main(). */
#ifndef BENCH_NUMBERS_H
#define BENCH_NUMBERS_H

#include "harness.h"

/* What one double takes at most, the end of its line included. */
enum { BENCH_NUMBER_ROOM = 48 };

typedef struct bench_formatter {
    const char *name;
    /* Writes a line for each value, one after the other, and returns their end. */
    char *(*format)(const double *values, size_t count, char *out);
} bench_formatter;

/* main() of a program with these, of which the one without a name is the last. */
int bench_numbers_main(int argc, char **argv, const bench_formatter *formatters);

#endif
