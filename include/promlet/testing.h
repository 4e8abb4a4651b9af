/* SPDX-License-Identifier: Apache-2.0 */
/*
 * For tests of programs that use promlet: what a series shows, and a registry beside an expected
 * text, in a library of its own (promlet::testing in CMake, promlet-testing for pkg-config); and a
 * clock, in the core.
 *
 * The clock: a test sets the time, and lets it pass as it likes. Nothing sleeps, and what a timer
 * records is exact:
 *
 *     #include <promlet/testing.h>
 *     ...
 *     promlet_histogram *latency = promlet_histogram_new(
 *         NULL, &(promlet_opts){.name = "lookup_seconds", .help = "Time of a look-up."});
 *     promlet_testing_set_time(1700000000);
 *     promlet_timer timer = promlet_timer_start();
 *     promlet_testing_advance(0.3);
 *     promlet_timer_observe(timer, latency); // exactly 0.3
 *     promlet_testing_use_real_time();
 *
 * It governs all time that promlet tells or measures: timers of every clock, the current time in a
 * gauge, and whatever happens after a time. It does not govern real waiting: the deadlines of the
 * server's connections and of slow callbacks.
 */
#ifndef PROMLET_TESTING_H
#define PROMLET_TESTING_H

#include <promlet/export.h>
#include <promlet/labels.h>
#include <promlet/registry.h>
#include <promlet/status.h>

#include <stddef.h>

PROMLET_BEGIN_DECLS

/**
 * The value of one sample, as a scrape shows it: of a counter or gauge by its name, of a histogram
 * by `x_count`, `x_sum`, or `x_bucket` with the label `le`. The registry is scraped for it. The
 * usual call is promlet_testing_value(registry, "jobs_total", "queue", "mail").
 *
 * registry  NULL: the default one.
 * sample    the name as it is exposed, then name and value of each label, in any order; lent. A
 *           label with the value "" may be left out. The values of `le` and `quantile` are compared
 *           as numbers.
 * count     how many strings; odd.
 * value     where to put the value; left alone on an error. NULL: not wanted. Counts beyond 2^53
 *           are rounded.
 * Returns: PROMLET_OK; PROMLET_ERROR_NOT_FOUND when there is no such sample, and
 * promlet_last_error() then names one that comes near, or the line of the registry's text that
 * can't be read; PROMLET_ERROR_ARGUMENT; PROMLET_ERROR_MEMORY.
 * Thread-safe: yes. Signal-safe: no. After fork: yes. Allocates: yes.
 */
PROMLET_API promlet_status promlet_testing_find(promlet_registry *registry,
                                                const char *const *sample, size_t count,
                                                double *value);

/**
 * The same, for a test that knows the sample to be there.
 *
 * registry  NULL: the default one.
 * sample    as for promlet_testing_find(); lent.
 * count     how many strings; odd.
 * Returns: the value; NaN on an error, and promlet_last_error() then says which. A gauge can be NaN
 * as well; promlet_testing_find() tells the two apart.
 * Thread-safe: yes. Signal-safe: no. After fork: yes. Allocates: yes.
 */
PROMLET_API double promlet_testing_value_of(promlet_registry *registry, const char *const *sample,
                                            size_t count);

/**
 * What differs between a registry and a text in the format that promlet_get_metrics() has, one line
 * a difference, without the dash:
 *
 * - missing: jobs_total{queue="mail"} 3
 * - unexpected: jobs_total{queue="post"} 1
 * - changed: depth is 5, expected 4
 *
 * Neither the order of lines nor that of labels matters, and 1 is the same as 1.0. Lines `# HELP`
 * and `# TYPE` of the text must be right, but need not be there; nor do timestamps. Empty lines and
 * other comments are skipped.
 *
 * registry  NULL: the default one.
 * expected  all samples that there should be; lent. NULL is the same as "".
 * names     which families the text shows whole, by their names as they are exposed, ended by NULL;
 *           lent. Samples of others are not unexpected; a name that the registry does not have is
 *           missing. NULL: all families.
 * Returns: NULL when nothing differs; else what does, or the line of the text that can't be read,
 * or "out of memory". To be freed with promlet_free().
 * Thread-safe: yes. Signal-safe: no. After fork: yes. Allocates: yes.
 */
PROMLET_API char *promlet_testing_compare(promlet_registry *registry, const char *expected,
                                          const char *const *names);

/* ---- time ------------------------------------------------------------------------------------ */

/**
 * Stop the time, at a moment of your choice. Until promlet_testing_use_real_time() it passes by
 * promlet_testing_advance() only. As with a real system whose time of day is set, nothing gets
 * older by it: a timer that runs goes on from here. Timers with PROMLET_CLOCK_FAST or _COARSE
 * follow as well, but for a fast one that was started before.
 *
 * unix_seconds  since 1970; from 0 to 9.2e9, fractions to the nanosecond.
 * Returns: PROMLET_OK, or PROMLET_ERROR_ARGUMENT, and the time is as before.
 * Thread-safe: with all but the other calls of the clock; all threads see the new time.
 * Signal-safe: no. After fork: yes. Allocates: no.
 */
PROMLET_API promlet_status promlet_testing_set_time(double unix_seconds);

/**
 * Let time pass. If it still runs, it stops where it is first.
 *
 * seconds  0 or more, fractions to the nanosecond; up to a time of 9.2e9 s altogether.
 * Returns: PROMLET_OK, or PROMLET_ERROR_ARGUMENT, and the time is as before.
 * Thread-safe: with all but the other calls of the clock; all threads see the new time.
 * Signal-safe: no. After fork: yes. Allocates: no.
 */
PROMLET_API promlet_status promlet_testing_advance(double seconds);

/**
 * Let time run again: the time of day is the system's, and what is measured goes on from where it
 * stopped, so that nothing gets younger. In a process whose time was stopped, PROMLET_CLOCK_FAST
 * means PROMLET_CLOCK_PRECISE from then on.
 *
 * Thread-safe: with all but the other calls of the clock. Signal-safe: no. After fork: yes.
 * Allocates: no.
 */
PROMLET_API void promlet_testing_use_real_time(void);

PROMLET_END_DECLS

#ifdef __cplusplus
template <class... Labels>
double promlet_testing_value(promlet_registry *registry, const char *name, Labels... labels)
{
    const char *const sample[] = {name, labels...};
    return promlet_testing_value_of(registry, sample, 1 + sizeof...(labels));
}
#else
#define promlet_testing_value(registry, ...)                                                       \
    promlet_testing_value_of((registry), PROMLET_LABEL_VALUES(__VA_ARGS__))
#endif

#endif
