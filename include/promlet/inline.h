/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The recording calls, compiled into the program that includes this header: the same names, the
 * same meaning, without the call. By choice, for code in which a nanosecond counts:
 *
 *     #include <promlet/promlet.h>
 *     #include <promlet/inline.h>
 *     PROMLET_STATIC_COUNTER(lookups, "cache_lookups_total", "Look-ups in the cache.");
 *     int main(void)
 *     {
 *         promlet_counter_inc(lookups);
 *     }
 *
 * What it costs: about 200 bytes of code for an increment and 730 for an observation at each place,
 * and a tie to the layout of the cells (cell.h). The tie is guarded: a library of another layout
 * has another SONAME, and its static form does not link. Programs with and without this header mix
 * freely, in one process and on one metric.
 *
 * The names become macros. `&promlet_counter_inc` and `(promlet_counter_inc)(counter)` still mean
 * the function, arguments are evaluated once, and commas in them do no harm; but no member or
 * function of another kind can have such a name. They call functions of this file, so clang warns
 * of them in a C inline function that is not static. Works in C11 and C++11 with gcc and clang, not
 * with -masm=intel. A file that is compiled with a sanitizer makes ordinary calls, because the
 * sanitizer can't know what the library does with the same memory.
 *
 * A profiler whose signal hits a recording may show that sample without its callers, because the
 * kernel leaves the sequence before it delivers the signal.
 */
#ifndef PROMLET_INLINE_H
#define PROMLET_INLINE_H

#include <promlet/counter.h>
#include <promlet/gauge.h>
#include <promlet/histogram.h>
#include <promlet/hot_path.h>
#include <promlet/summary.h>

#ifndef PROMLET_IS_SANITIZED
#define promlet_counter_inc(...) promlet_hot_counter_inc(__VA_ARGS__)
#define promlet_counter_add_u64(...) promlet_hot_counter_add_u64(__VA_ARGS__)
#define promlet_counter_add(...) promlet_hot_counter_add(__VA_ARGS__)
#define promlet_gauge_set(...) promlet_hot_gauge_set(__VA_ARGS__)
#define promlet_gauge_add(...) promlet_hot_gauge_add(__VA_ARGS__)
#define promlet_gauge_sub(...) promlet_hot_gauge_sub(__VA_ARGS__)
#define promlet_gauge_inc(...) promlet_hot_gauge_inc(__VA_ARGS__)
#define promlet_gauge_dec(...) promlet_hot_gauge_dec(__VA_ARGS__)
#define promlet_histogram_observe(...) promlet_hot_histogram_observe(__VA_ARGS__)
#define promlet_summary_observe(...) promlet_hot_summary_observe(__VA_ARGS__)
#endif

#endif
