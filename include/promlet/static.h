/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Metrics defined at file scope, without any code that registers them:
 *
 *     PROMLET_STATIC_COUNTER(restarts, "worker_restarts_total", "Workers restarted.");
 *     ...
 *     promlet_counter_inc(restarts);
 *
 * They belong to the default registry and are exposed at zero before they are first used, in the
 * executable, in shared objects that it links and in those that it opens with dlopen().
 *
 * How: each definition is a static cell, and an ELF note that says where the cell is and what it is
 * called. Recording writes to the cell and knows nothing of a registry. A scrape walks the notes of
 * all modules that are loaded at that moment. So there are no constructors, no order of
 * initialisation, and nothing to forget.
 *
 * Defined more than once (in several files or modules) with the same name and kind, the definitions
 * are one metric and their values are added up. A wrong name, wrong bounds, or a name that is taken
 * by a metric of another kind, with labels or with other bounds is reported by the next scrape, in
 * the status of the default registry, and that definition is not exposed; of two that differ,
 * either may be the one that is.
 *
 * After dlclose(): the counts and sums that the last scrape before it saw stay exposed and never
 * go down, while what was recorded after that scrape is lost with the module; a gauge's share is
 * gone. When the module is loaded again, counting goes on from there. To lose nothing, scrape
 * (promlet_get_metrics(), say) between the module's last recording and dlclose().
 *
 * One copy of promlet a process: where an executable and shared objects use it, all link the shared
 * library. With several static copies, metrics end up in whichever registry the linker chose, and
 * after dlclose() only one of the copies keeps the totals.
 *
 * Needs ELF and gcc or clang; with gcc, not -fPIC together with -mcmodel=large. Works in C and C++,
 * with -flto, --gc-sections, static and position-independent executables.
 */
#ifndef PROMLET_STATIC_H
#define PROMLET_STATIC_H

#include <promlet/bounds.h>
#include <promlet/cell.h>
#include <promlet/counter.h>
#include <promlet/gauge.h>
#include <promlet/histogram.h>
#include <promlet/summary.h>

#include <stddef.h>
#include <stdint.h>

/* The kinds, as an ELF note has them. */
#define PROMLET_STATIC_KIND_COUNTER 1
#define PROMLET_STATIC_KIND_GAUGE 2
#define PROMLET_STATIC_KIND_HISTOGRAM 3
#define PROMLET_STATIC_KIND_SUMMARY 4

/**
 * Define a counter at file scope: `id` becomes a `promlet_counter *` of this file.
 * name and help are string literals, as in promlet_opts.
 */
#define PROMLET_STATIC_COUNTER(id, name, help)                                                     \
    static promlet_counter id##_promlet_cell = {NULL, NULL, 0, 0};                                 \
    PROMLET_STATIC_NOTE(id, PROMLET_STATIC_KIND_COUNTER, name, help, &id##_promlet_cell, 0,        \
                        &id##_promlet_cell)                                                        \
    static promlet_counter *const id __attribute__((unused)) = &id##_promlet_cell

/**
 * Define a gauge at file scope: `id` becomes a `promlet_gauge *` of this file.
 * name and help are string literals, as in promlet_opts.
 */
#define PROMLET_STATIC_GAUGE(id, name, help)                                                       \
    static promlet_gauge id##_promlet_cell = {NULL, 0};                                            \
    PROMLET_STATIC_NOTE(id, PROMLET_STATIC_KIND_GAUGE, name, help, &id##_promlet_cell, 0,          \
                        &id##_promlet_cell)                                                        \
    static promlet_gauge *const id __attribute__((unused)) = &id##_promlet_cell

/**
 * Define a histogram at file scope with PROMLET_BOUNDS_DEFAULT: `id` becomes a
 * `promlet_histogram *` of this file. name and help are string literals, as in promlet_opts.
 */
#define PROMLET_STATIC_HISTOGRAM(id, name, help)                                                   \
    PROMLET_STATIC_HISTOGRAM_BOUNDS(id, name, help, PROMLET_BOUNDS_DEFAULT)

/**
 * The same with bounds of one's own, as constants or a preset; +Inf is implied and left out:
 * PROMLET_STATIC_HISTOGRAM_BOUNDS(size, "size_bytes", "Size.", 100, 1000, 10000);
 */
#define PROMLET_STATIC_HISTOGRAM_BOUNDS(id, name, help, ...)                                       \
    static const double id##_promlet_values[] = {__VA_ARGS__};                                     \
    static const struct promlet_bounds id##_promlet_bounds = {                                     \
        sizeof(id##_promlet_values) / sizeof(double), id##_promlet_values, NULL};                  \
    static uint64_t id##_promlet_buckets[sizeof(id##_promlet_values) / sizeof(double) + 1];        \
    static promlet_histogram id##_promlet_cell = {NULL, NULL, &id##_promlet_bounds,                \
                                                  id##_promlet_buckets, 0};                        \
    PROMLET_STATIC_NOTE(id, PROMLET_STATIC_KIND_HISTOGRAM, name, help, id##_promlet_values,        \
                        sizeof(id##_promlet_values) / sizeof(double), id##_promlet_buckets)        \
    static promlet_histogram *const id __attribute__((unused)) = &id##_promlet_cell

/**
 * Define a summary at file scope, without quantiles: `id` becomes a `promlet_summary *` of this
 * file. name and help are string literals, as in promlet_opts.
 */
#define PROMLET_STATIC_SUMMARY(id, name, help)                                                     \
    static promlet_summary id##_promlet_cell = {NULL, NULL, NULL, 0, 0};                           \
    PROMLET_STATIC_NOTE(id, PROMLET_STATIC_KIND_SUMMARY, name, help, &id##_promlet_cell, 0,        \
                        &id##_promlet_cell)                                                        \
    static promlet_summary *const id __attribute__((unused)) = &id##_promlet_cell

/*
 * For the macros above: the note. Its content is nine words: ABI, kind, then the distances from
 * each word to what it points to, and the number of bounds. Distances, because a scrape may see a
 * module that dlopen() has mapped but not yet relocated, where pointers are not pointers yet. The
 * last one leads to a word that a scrape sets when it has read the cell: it is zero again when the
 * module was unloaded and loaded anew.
 *
 * The function is never called. It gives the assembler the addresses, which an asm statement at
 * file scope could not name in C++ or under LTO.
 */
#define PROMLET_STATIC_NOTE(id, kind, name, help, values, count, buckets)                          \
    static const char id##_promlet_name[] = name;                                                  \
    static const char id##_promlet_help[] = help;                                                  \
    static uint64_t id##_promlet_seen;                                                             \
    __attribute__((used)) static void id##_promlet_note(void)                                      \
    {                                                                                              \
        __asm__ volatile(".pushsection .note.promlet,\"a\",%%note\n\t"                             \
                         ".balign 4\n\t"                                                           \
                         ".4byte 8, 72, 1\n\t"                                                     \
                         ".asciz \"promlet\"\n\t"                                                  \
                         ".8byte %c0, %c1\n\t"                                                     \
                         ".8byte %c2 - .\n\t"                                                      \
                         ".8byte %c3 - .\n\t"                                                      \
                         ".8byte %c4 - .\n\t"                                                      \
                         ".8byte %c5 - .\n\t"                                                      \
                         ".8byte %c6\n\t"                                                          \
                         ".8byte %c7 - .\n\t"                                                      \
                         ".8byte %c8 - .\n\t"                                                      \
                         ".popsection"                                                             \
                         :                                                                         \
                         : "i"(PROMLET_CELL_ABI), "i"(kind), "i"(id##_promlet_name),               \
                           "i"(id##_promlet_help), "i"(&id##_promlet_cell), "i"(values),           \
                           "i"(count), "i"(buckets), "i"(&id##_promlet_seen));                     \
    }

#endif
