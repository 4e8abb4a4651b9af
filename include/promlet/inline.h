/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The recording calls, compiled into the program that includes this header: the same names, the
 * same meaning, without the call. By choice, for code in which a nanosecond counts:
 *
 *     #include <promlet/promlet.h>
 *     #include <promlet/inline.h>
 *     ...
 *     promlet_counter_inc(requests);
 *
 * What it costs: about 150 bytes of code for an increment and 700 for an observation at each place,
 * and a tie to the layout of the cells (cell.h). The tie is guarded: a library of another
 * layout has another SONAME, and its static form does not link. Programs with and without this
 * header mix freely, in one process and on one metric.
 *
 * The names become macros, so `&promlet_counter_inc` and `(promlet_counter_inc)(counter)` still
 * mean the function. Arguments are evaluated once. Works in C11 and C++11 with gcc and clang, not
 * with -masm=intel.
 */
#ifndef PROMLET_INLINE_H
#define PROMLET_INLINE_H

#include <promlet/counter.h>
#include <promlet/gauge.h>
#include <promlet/histogram.h>
#include <promlet/hot_path.h>

#define promlet_counter_inc(counter) promlet_hot_counter_add_u64((counter), 1)
#define promlet_counter_add_u64(counter, amount) promlet_hot_counter_add_u64((counter), (amount))
#define promlet_counter_add(counter, amount) promlet_hot_counter_add((counter), (amount))
#define promlet_gauge_set(gauge, value) promlet_hot_gauge_set((gauge), (value))
#define promlet_gauge_add(gauge, amount) promlet_hot_gauge_add((gauge), (amount))
#define promlet_gauge_sub(gauge, amount) promlet_hot_gauge_sub((gauge), (amount))
#define promlet_gauge_inc(gauge) promlet_hot_gauge_add((gauge), 1)
#define promlet_gauge_dec(gauge) promlet_hot_gauge_add((gauge), -1)
#define promlet_histogram_observe(histogram, value)                                                \
    promlet_hot_histogram_observe((histogram), (value))

#endif
