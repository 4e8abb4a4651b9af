/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Scopes: a line at the top of a block, and whatever way the block is left, the recording is made.
 *
 *     static int load_page(promlet_histogram *latency, promlet_gauge *loading)
 *     {
 *         PROMLET_TIMED_SCOPE(latency);
 *         PROMLET_IN_PROGRESS_SCOPE(loading);
 *         ...
 *         return 0;
 *     }
 *
 * Every way out counts: the end of the block, return, break, continue, goto, and in C++ an
 * exception. A scope may stand in a loop or in another one, and several in one block end in the
 * reverse order. As with any variable, a goto or a case label must not jump past it into its block;
 * clang and C++ refuse to compile that, gcc in C does not, and the end of the block then uses what
 * was never set.
 *
 * What does not leave a block ends no scope: longjmp(), exit(), _exit(), exec(), and in C, unless
 * it is compiled with -fexceptions, a C++ exception or a cancelled thread (pthread_exit(),
 * pthread_cancel()) that passes through. Nothing is recorded then, and a gauge of things in
 * progress stays one too high; put setjmp(), or the code that may be cancelled, inside the scope.
 *
 * The macros need gcc or clang, and are not defined elsewhere. What they call is portable: make a
 * scope with promlet_X_start(), and end it with promlet_X_finish() on every way out.
 *
 * Make the handle that a scope is given once and keep it: promlet_histogram_with() in each call
 * would take handles that nobody gives back, so that the series never expires. For label values
 * that change with each call there are PROMLET_OUTCOME_SCOPE and promlet_timer_observe_by().
 *
 * While recording is switched off (recording.h), scopes read no clock and record nothing; what is
 * in progress is counted all the same.
 */
#ifndef PROMLET_SCOPE_H
#define PROMLET_SCOPE_H

#include <promlet/export.h>
#include <promlet/gauge.h>
#include <promlet/histogram.h>
#include <promlet/labels.h>
#include <promlet/registry.h>
#include <promlet/summary.h>
#include <promlet/timer.h>

#include <stddef.h>

#ifdef __cplusplus
#include <cstddef>
#include <exception>
#endif

PROMLET_BEGIN_DECLS

/* ---- time ------------------------------------------------------------------------------------ */

/** A block that is timed. The members are promlet's. */
typedef struct promlet_timed_scope {
    promlet_histogram *histogram;
    promlet_summary *summary;
    promlet_timer timer;
} promlet_timed_scope;

/**
 * Begin to time a block for a histogram. PROMLET_TIMED_SCOPE(histogram) does so, and ends it.
 *
 * histogram  as for promlet_histogram_observe(); its unit must be seconds.
 * clock      what to read; see promlet_clock.
 * Returns: the scope, to be ended with promlet_timed_scope_finish().
 * Thread-safe: yes, lock-free. Signal-safe: yes. After fork: yes. Allocates: no. Keeps errno.
 */
PROMLET_API promlet_timed_scope promlet_timed_scope_start(promlet_histogram *histogram,
                                                          promlet_clock clock);

/**
 * Begin to time a block for a summary. PROMLET_TIMED_SCOPE(summary) does so, and ends it.
 *
 * summary  as for promlet_summary_observe(); its unit must be seconds.
 * clock    what to read; see promlet_clock.
 * Returns: the scope, to be ended with promlet_timed_scope_finish().
 * Thread-safe: yes, lock-free. Signal-safe: yes. After fork: yes. Allocates: no. Keeps errno.
 */
PROMLET_API promlet_timed_scope promlet_timed_scope_start_summary(promlet_summary *summary,
                                                                  promlet_clock clock);

/**
 * Record the time since the scope began. A second time it does nothing.
 *
 * scope  from promlet_timed_scope_start() or _start_summary(); NULL does nothing.
 * Thread-safe: yes, lock-free; a scope belongs to one thread at a time. Signal-safe: yes.
 * After fork: yes. Allocates: no. Keeps errno.
 */
PROMLET_API void promlet_timed_scope_finish(promlet_timed_scope *scope);

/* ---- in progress ----------------------------------------------------------------------------- */

/** A block that is in progress. The member is promlet's. */
typedef struct promlet_in_progress_scope {
    promlet_gauge *gauge;
} promlet_in_progress_scope;

/**
 * Add 1 to a gauge until the block is left. PROMLET_IN_PROGRESS_SCOPE(gauge) does so, and ends it.
 *
 * gauge  NULL is counted once in promlet_dropped_total{reason="invalid_handle"}.
 * Returns: the scope, to be ended with promlet_in_progress_scope_finish().
 * Thread-safe: yes, lock-free. Signal-safe: yes. After fork: yes. Allocates: no. Keeps errno.
 */
PROMLET_API promlet_in_progress_scope promlet_in_progress_scope_start(promlet_gauge *gauge);

/**
 * Take the 1 back, whether or not recording is switched off. A second time it does nothing.
 *
 * scope  from promlet_in_progress_scope_start(); NULL does nothing.
 * Thread-safe: yes, lock-free; a scope belongs to one thread at a time. Signal-safe: yes.
 * After fork: yes. Allocates: no. Keeps errno.
 */
PROMLET_API void promlet_in_progress_scope_finish(promlet_in_progress_scope *scope);

/* ---- outcome --------------------------------------------------------------------------------- */

/**
 * How long something took and how it ended, for a histogram whose last label says the latter: "" is
 * success, anything else the kind of error. From one such histogram come the rate, the rate of
 * errors by kind, and the duration of both.
 *
 *     static promlet_histogram_family *requests; // .labels = {"method", "error_type"}
 *     static int answer(const char *method)
 *     {
 *         PROMLET_OUTCOME_SCOPE(outcome, requests, method);
 *         if (strcmp(method, "GET") != 0) {
 *             promlet_outcome_fail(&outcome, "MethodNotAllowed");
 *             return -1;
 *         }
 *         return 0;
 *     }
 *
 * Error types must be few, such as the names of an enum: each makes a series for each set of the
 * other values. A text with a number or an address in it is none. The members are promlet's.
 */
typedef struct promlet_outcome {
    promlet_histogram_family *family;
    promlet_timer timer;
    const char **values;
    size_t count;
} promlet_outcome;

/**
 * Begin something whose outcome shall be recorded. PROMLET_OUTCOME_SCOPE(name, family, ...) does
 * so, and ends it.
 *
 * family  as for promlet_histogram_observe_by_values(); the last label is that of the error type,
 *         the unit is seconds.
 * values  one string a label, in the order of the declaration; array and strings are lent until the
 *         outcome is finished. The last one is the error type: this call makes it "", which is
 *         success.
 * count   how many values, the error type among them.
 * Returns: the outcome, to be ended with promlet_outcome_finish().
 * Thread-safe: yes, lock-free. Signal-safe: yes. After fork: yes. Allocates: no. Keeps errno.
 */
PROMLET_API promlet_outcome promlet_outcome_start(promlet_histogram_family *family,
                                                  const char **values, size_t count);

/**
 * Say that it failed. The last call decides.
 *
 * outcome     from PROMLET_OUTCOME_SCOPE or promlet_outcome_start(); NULL does nothing.
 * error_type  lent until the outcome is finished, as a string literal is. NULL and "" mean
 *             "_OTHER", as OpenTelemetry has it, so that a failure never looks like a success.
 * Thread-safe: yes; an outcome belongs to one thread at a time. Signal-safe: yes. After fork: yes.
 * Allocates: no. Keeps errno.
 */
PROMLET_API void promlet_outcome_fail(promlet_outcome *outcome, const char *error_type);

/**
 * Record nothing of it, be it no outcome at all or one that was recorded otherwise.
 *
 * outcome  from PROMLET_OUTCOME_SCOPE or promlet_outcome_start(); NULL does nothing.
 * Thread-safe: yes; an outcome belongs to one thread at a time. Signal-safe: yes. After fork: yes.
 * Allocates: no. Keeps errno.
 */
PROMLET_API void promlet_outcome_cancel(promlet_outcome *outcome);

/**
 * Record how long it took and how it ended, as promlet_histogram_observe_by_values() does, with the
 * same errors. A second time it does nothing.
 *
 * outcome  from promlet_outcome_start(); NULL does nothing.
 * Thread-safe: yes, lock-free where the series exists; an outcome belongs to one thread at a time.
 * Signal-safe: where the series exists and the values are UTF-8 and not too long. After fork: yes.
 * Allocates: only for a new series, and for values that are not UTF-8 or too long. Keeps errno
 * where it exists.
 */
PROMLET_API void promlet_outcome_finish(promlet_outcome *outcome);

PROMLET_END_DECLS

/* ---- macros ---------------------------------------------------------------------------------- */

#ifdef __GNUC__

/* A name of its own for each scope, also where a macro puts several on one line. */
#define PROMLET_SCOPE_PASTE(prefix, number) prefix##number
#define PROMLET_SCOPE_NAME(prefix, number) PROMLET_SCOPE_PASTE(prefix, number)
#define PROMLET_SCOPE_ENDS_WITH(finish) __attribute__((cleanup(finish), unused))

/**
 * Time the rest of the block, and record the seconds when it is left, in a histogram or a summary.
 * A declaration, so it stands between statements; the metric is evaluated once, here.
 */
#define PROMLET_TIMED_SCOPE(metric) PROMLET_TIMED_SCOPE_WITH(metric, PROMLET_CLOCK_PRECISE)

/** The same on a clock of your choice: PROMLET_TIMED_SCOPE_WITH(lookup, PROMLET_CLOCK_FAST); */
#define PROMLET_TIMED_SCOPE_WITH(metric, clock)                                                    \
    promlet_timed_scope PROMLET_SCOPE_NAME(promlet_timed_scope_, __COUNTER__)                      \
        PROMLET_SCOPE_ENDS_WITH(promlet_timed_scope_finish) =                                      \
            PROMLET_TIMED_SCOPE_START(metric)((metric), (clock))

/* The call that starts a scope for a metric of this type. */
#ifdef __cplusplus
#define PROMLET_TIMED_SCOPE_START(metric) promlet_timed_scope_start
#else
#define PROMLET_TIMED_SCOPE_START(metric)                                                          \
    _Generic((metric), promlet_summary *                                                           \
             : promlet_timed_scope_start_summary, default                                          \
             : promlet_timed_scope_start)
#endif

/** Add 1 to a gauge for the rest of the block. The gauge is evaluated once, here. */
#define PROMLET_IN_PROGRESS_SCOPE(gauge)                                                           \
    promlet_in_progress_scope PROMLET_SCOPE_NAME(promlet_in_progress_scope_, __COUNTER__)          \
        PROMLET_SCOPE_ENDS_WITH(promlet_in_progress_scope_finish) =                                \
            promlet_in_progress_scope_start(gauge)

/**
 * PROMLET_OUTCOME_SCOPE(name, family, "GET") makes a variable of this name, whose outcome is
 * recorded when the block is left: a success, unless promlet_outcome_fail(&name, "Timeout") was
 * called. One string a label, but none for the last one. In C++, leaving by an exception is the
 * error "exception", unless another was named; a cancelled thread leaves a success.
 */
#ifdef __cplusplus
#define PROMLET_OUTCOME_SCOPE(name, ...) promlet_outcome_scope name(__VA_ARGS__)
#else
#define PROMLET_OUTCOME_SCOPE(name, ...)                                                           \
    promlet_outcome name PROMLET_SCOPE_ENDS_WITH(promlet_outcome_finish) =                         \
        PROMLET_OUTCOME_START(__VA_ARGS__, NULL)

/* The NULL is the place of the error type. The array lives as long as the block does, so longer
   than the variable's end. */
#define PROMLET_OUTCOME_START(family, ...)                                                         \
    promlet_outcome_start((family), (const char *[]){__VA_ARGS__},                                 \
                          sizeof((const char *[]){__VA_ARGS__}) / sizeof(const char *))
#endif

#endif

#ifdef __cplusplus
/** promlet_timed_scope_start_summary() under the name that histograms have. */
inline promlet_timed_scope promlet_timed_scope_start(promlet_summary *summary, promlet_clock clock)
{
    return promlet_timed_scope_start_summary(summary, clock);
}

/** How many exceptions of this thread were thrown and not yet caught; before C++17 at most 1. */
inline int promlet_exceptions_now()
{
#if __cplusplus >= 201703L
    return std::uncaught_exceptions();
#else
    return std::uncaught_exception() ? 1 : 0;
#endif
}

/** An outcome that is recorded when its block is left, also by an exception. */
class promlet_outcome_scope : public promlet_outcome
{
  public:
    template <class... Values>
    explicit promlet_outcome_scope(promlet_histogram_family *histograms, Values... labels)
        : promlet_outcome(), exceptions(promlet_exceptions_now())
    {
        static_assert(sizeof...(labels) < PROMLET_MAX_LABELS, "no family has so many labels");
        const char *const list[] = {labels..., nullptr};
        for (std::size_t i = 0; i < sizeof...(labels); i++) {
            room[i] = list[i];
        }
        *static_cast<promlet_outcome *>(this) =
            promlet_outcome_start(histograms, room, sizeof...(labels) + 1);
    }
    promlet_outcome_scope(const promlet_outcome_scope &) = delete;
    promlet_outcome_scope &operator=(const promlet_outcome_scope &) = delete;
    ~promlet_outcome_scope()
    {
        if (promlet_exceptions_now() > exceptions && *values[count - 1] == '\0') {
            promlet_outcome_fail(this, "exception");
        }
        promlet_outcome_finish(this);
    }

  private:
    int exceptions; /* that were thrown and not yet caught when it began */
    const char *room[PROMLET_MAX_LABELS];
};
#endif

#endif
