/* SPDX-License-Identifier: Apache-2.0 */
/* Reads from the Prometheus text what a client counted. */
#ifndef BENCH_TEXT_H
#define BENCH_TEXT_H

#include <stdbool.h>
#include <stdint.h>

/* The sum of the whole numbers in the lines that begin so, such as "jobs_total{". */
uint64_t text_total(const char *text, const char *begin);

/* True if each line that begins so shows one of bench_values, as a gauge does that was set, or 0,
   as one does that was not yet, and if not all of them show 0. */
bool text_shows_values(const char *text, const char *begin);

#endif
