/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Values that are asked for at the scrape instead of being recorded: callbacks, which answer with
 * one number, and collectors, which emit whole families.
 *
 * Both run in the thread that takes a snapshot, or, with a deadline, in one that is made for the
 * call. No lock is held meanwhile: they may record, declare metrics, register and unregister
 * collectors, and take their time. What they can't do is to take a snapshot: it would have to wait
 * for them, so it is refused with PROMLET_ERROR_BUSY. One that waits for another thread's snapshot
 * waits for ever.
 */
#ifndef PROMLET_COLLECTOR_H
#define PROMLET_COLLECTOR_H

#include <promlet/export.h>
#include <promlet/registry.h>
#include <promlet/status.h>

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

PROMLET_BEGIN_DECLS

/** A registered callback or collector. A handle; keep it to unregister it. */
typedef struct promlet_collector promlet_collector;

/** Where a collector puts what it collects. Valid in the one call of the collector that it was
   given to, in any one thread at a time. */
typedef struct promlet_emitter promlet_emitter;

/**
 * Answers with the value of a metric.
 *
 * ctx  what was registered with the function.
 * Returns: the value now.
 */
typedef double (*promlet_callback_fn)(void *ctx);

/**
 * Emits families, see promlet_emit_family().
 *
 * emitter  where to emit.
 * ctx      what was registered with the function.
 * Returns: PROMLET_OK; anything else is an error, which costs all families of this call.
 * promlet_set_last_error() before it gives the warning its sentence.
 */
typedef promlet_status (*promlet_collect_fn)(promlet_emitter *emitter, void *ctx);

/* ---- callbacks ------------------------------------------------------------------------------- */

/*
 * Without a deadline a callback is asked in the scraping thread, which waits for as long as it
 * takes. That is for values which are just there: no thread is made and no clock is read, so there
 * may be thousands.
 *
 * With promlet_opts.deadline_seconds it is treated as a collector with a deadline is, see
 * promlet_collector_opts.deadline_seconds, and shows in promlet_collector_success and its like, as
 * promlet_collector_new() says, by the name of its metric, with the registry's prefix and a
 * counter's `_total`. An answer that a counter can't have is a failure, too. Each scrape makes a
 * thread for it.
 */

/**
 * Declare a gauge without labels whose value is asked for at each scrape. Its name is taken until
 * it is unregistered.
 *
 * Call it as promlet_gauge_callback_new(registry, options, fn, ctx), which passes options_size
 * along.
 *
 * registry      NULL: the default one.
 * options       copied; see promlet_opts. Labels and bounds are refused; max_series and cells mean
 *               nothing here; deadline_seconds is of use here only. Must not be NULL.
 * fn            called at each scrape that shows the gauge; must not be NULL. It may return NaN and
 *               infinities.
 * ctx           passed to fn; must live until the callback is unregistered.
 * options_size  sizeof(promlet_opts) as the caller was compiled.
 * Returns: a handle, never NULL, to be given back with promlet_collector_free(); it dies with the
 * registry. On an error it is a handle that does nothing, and promlet_registry_status() and
 * promlet_last_error() say why: PROMLET_ERROR_ARGUMENT, _NAME, _LABELS, _CONFLICT (the name belongs
 * to any other metric or, with a deadline, to a collector), _BOUNDS or _MEMORY.
 * Thread-safe: yes. Signal-safe: no. After fork: yes. Allocates: yes.
 */
PROMLET_API promlet_collector *promlet_gauge_callback_new_sized(promlet_registry *registry,
                                                                const promlet_opts *options,
                                                                promlet_callback_fn fn, void *ctx,
                                                                size_t options_size);

/**
 * Declare a counter without labels whose value is asked for at each scrape: a total that something
 * else counts. Its name is taken until it is unregistered.
 *
 * Call it as promlet_counter_callback_new(registry, options, fn, ctx), which passes options_size
 * along.
 *
 * registry      NULL: the default one.
 * options       as for promlet_gauge_callback_new_sized().
 * fn            called at each scrape that shows the counter; must not be NULL. A value that is
 *               negative, NaN or infinite is left out of the scrape, and counted in
 *               promlet_dropped_total{reason="negative"|"nan"|"infinite"}.
 * ctx           passed to fn; must live until the callback is unregistered.
 * options_size  sizeof(promlet_opts) as the caller was compiled.
 * Returns: as promlet_gauge_callback_new_sized().
 * Thread-safe: yes. Signal-safe: no. After fork: yes. Allocates: yes.
 */
PROMLET_API promlet_collector *promlet_counter_callback_new_sized(promlet_registry *registry,
                                                                  const promlet_opts *options,
                                                                  promlet_callback_fn fn, void *ctx,
                                                                  size_t options_size);

/**
 * Declare an unknown without labels whose value is asked for at each scrape. Its name is taken
 * until it is unregistered.
 *
 * Call it as promlet_unknown_callback_new(registry, options, fn, ctx), which passes options_size
 * along.
 *
 * registry      NULL: the default one.
 * options       as for promlet_gauge_callback_new_sized().
 * fn            called at each scrape that shows the unknown; must not be NULL. It may return NaN
 *               and infinities.
 * ctx           passed to fn; must live until the callback is unregistered.
 * options_size  sizeof(promlet_opts) as the caller was compiled.
 * Returns: as promlet_gauge_callback_new_sized().
 * Thread-safe: yes. Signal-safe: no. After fork: yes. Allocates: yes.
 */
PROMLET_API promlet_collector *promlet_unknown_callback_new_sized(promlet_registry *registry,
                                                                  const promlet_opts *options,
                                                                  promlet_callback_fn fn, void *ctx,
                                                                  size_t options_size);

/* ---- collectors ------------------------------------------------------------------------------ */

/**
 * How a collector is registered. Zero it, then set what is needed. The struct grows at its end
 * only.
 */
typedef struct promlet_collector_opts {
    /** What the collector is called in promlet_collector_success{collector="..."} and its like; no
        two of a registry have the same, nor has a callback with a deadline. Required; copied. */
    const char *name;
    /** Called at each scrape. Required. */
    promlet_collect_fn collect;
    /** Passed to collect; must live until the collector is unregistered. */
    void *ctx;
    /** How long a scrape waits for it. Beyond that its families are left out of the scrape, and it
        is not called again before it has returned. Such a collector runs in a thread that is made
        for each call, with all signals blocked; those of one registry run side by side. 0: it runs
        in the scraping thread, which waits for as long as it takes. */
    double deadline_seconds;
    /** The names of all families that it can emit, as they are exposed, so that a scrape that asks
        for others does not call it. NULL: unknown; it is called whatever is asked for. Copied. */
    const char *const *families;
    /** How many names there are. */
    size_t family_count;
} promlet_collector_opts;

/**
 * Register a collector. It shows in promlet_collector_success (1 or 0) and
 * promlet_collector_duration_seconds of each scrape that calls it, and its failures count in
 * promlet_collector_failures_total: it returned an error, it did not return in time, no thread
 * could be made for it, or something that it emitted was refused. The log callback hears of the
 * first failure in a row, and of no other before the collector has worked again. A help text that
 * is cut at PROMLET_MAX_HELP_BYTES counts in promlet_collector_help_texts_cut_total.
 *
 * Call it as promlet_collector_new(registry, options), which passes options_size along.
 *
 * registry      NULL: the default one.
 * options       see promlet_collector_opts; must not be NULL.
 * options_size  sizeof(promlet_collector_opts) as the caller was compiled.
 * Returns: a handle, never NULL, to be given back with promlet_collector_free(); it dies with the
 * registry. On an error it is a handle that does nothing, and promlet_registry_status() and
 * promlet_last_error() say why: PROMLET_ERROR_ARGUMENT, _NAME (the name is empty), _CONFLICT (it is
 * taken) or _MEMORY.
 * Thread-safe: yes. Signal-safe: no. After fork: yes. Allocates: yes.
 */
PROMLET_API promlet_collector *promlet_collector_new_sized(promlet_registry *registry,
                                                           const promlet_collector_opts *options,
                                                           size_t options_size);

/**
 * Unregister a callback or collector, and free it. If it runs, wait until it has returned, so that
 * what its ctx points to can be freed afterwards. In the callback or collector itself it returns at
 * once, and the handle is freed when the call has returned. Two collectors that free each other
 * wait for ever.
 *
 * A forked child forgets what other threads of its parent were calling, and waits for nothing of
 * it.
 *
 * collector  dead afterwards; NULL is allowed.
 * Thread-safe: yes, as the last use of the handle. Signal-safe: no. After fork: yes. Allocates: no.
 */
PROMLET_API void promlet_collector_free(promlet_collector *collector);

/**
 * The same, but wait for so long at most.
 *
 * collector  dead afterwards, unless PROMLET_ERROR_BUSY comes back; NULL is allowed.
 * seconds    0 or less: don't wait.
 * Returns: PROMLET_OK; PROMLET_ERROR_BUSY when it still runs: it stays registered and valid.
 * Thread-safe: yes, as the last use of the handle. Signal-safe: no. After fork: yes. Allocates: no.
 */
PROMLET_API promlet_status promlet_collector_free_within(promlet_collector *collector,
                                                         double seconds);

/**
 * Whether this thread is in a callback or collector, where no snapshot can be taken.
 *
 * Returns: true if it is.
 * Thread-safe: yes. Signal-safe: yes. After fork: yes. Allocates: no.
 */
PROMLET_API bool promlet_is_collecting(void);

/* ---- emitting -------------------------------------------------------------------------------- */

/** What a family is; the word of its TYPE line. New ones are added at the end. */
typedef enum promlet_type {
    PROMLET_TYPE_UNKNOWN = 0, /**< Nobody knows; in the text format, `untyped`. */
    PROMLET_TYPE_COUNTER,     /**< A total that only goes up. */
    PROMLET_TYPE_GAUGE,       /**< A value that goes up and down. */
    PROMLET_TYPE_HISTOGRAM,   /**< Counts in buckets, and a sum. */
    PROMLET_TYPE_SUMMARY,     /**< Quantiles, a count and a sum. */
    /** Counts in buckets that go up and down, such as the sizes of what waits now; emitted by
        promlet_emit_histogram(). The text format has no such type: three families of gauges, with
        `_bucket`, `_gcount` and `_gsum` behind the name. */
    PROMLET_TYPE_GAUGE_HISTOGRAM,
    PROMLET_TYPE_INFO /**< What is said in labels; the value is 1. A name that lacks `_info` gets
                           it, and a unit is refused. */
} promlet_type;

/** A family that a collector emits. Zero it, then set what is needed; everything is copied. The
    struct grows at its end only. */
typedef struct promlet_emit_opts {
    /** As in promlet_opts: a counter's name gets `_total`. Required. */
    const char *name;
    /** One sentence for people; NULL: none. */
    const char *help;
    /** Base unit, in which the name must end; NULL: none. */
    const char *unit;
    /** What it is. */
    promlet_type type;
    /** Label names, in the order in which values are given; the first NULL ends them. */
    const char *labels[PROMLET_MAX_LABELS];
} promlet_emit_opts;

/**
 * Begin a family; what is emitted next belongs to it. Families may come in any order, each once.
 * What is refused, here and below, is left out alone: the other families of the collector show, and
 * it counts as failed. The collector may go on, or return the error, which costs all of its
 * families.
 *
 * A name that a metric of the registry has, or a family of a collector that was registered before,
 * is found out after the collector has returned: the family is then left out in the same way.
 *
 * Call it as promlet_emit_family(emitter, options), which passes options_size along.
 *
 * emitter       what the collector was given; must not be NULL.
 * options       see promlet_emit_opts; must not be NULL.
 * options_size  sizeof(promlet_emit_opts) as the caller was compiled.
 * Returns: PROMLET_OK; PROMLET_ERROR_ARGUMENT, _NAME (a name breaks a rule or is promlet's own),
 * _CONFLICT (this collector has emitted a family with one of its names) or _MEMORY; what is emitted
 * until the next family is then refused with the same.
 * Thread-safe: no, one thread at a time uses an emitter. Signal-safe: no. After fork: yes.
 * Allocates: yes.
 */
PROMLET_API promlet_status promlet_emit_family_sized(promlet_emitter *emitter,
                                                     const promlet_emit_opts *options,
                                                     size_t options_size);

/**
 * Emit the value of one series of a counter, a gauge, an info or a family of unknown type. The
 * usual call is promlet_emit_value(emitter, 0.5, "GET", "200"), which counts the label values;
 * without labels it is promlet_emit_value(emitter, 0.5). Of two values for the same series the
 * first stays.
 *
 * emitter  what the collector was given; must not be NULL.
 * value    in the unit of the family; a counter's must not be negative, NaN or infinite, and an
 *          info's is 1.
 * values   one string a label, in the order of the family; copied. Bytes that are not UTF-8 are
 *          replaced by U+FFFD.
 * count    how many values; must be the number of labels.
 * Returns: PROMLET_OK; PROMLET_ERROR_ARGUMENT (the value, or the type of the family), _LABELS or
 * _MEMORY; the error of promlet_emit_family() when that was refused.
 * Thread-safe: no, one thread at a time uses an emitter. Signal-safe: no. After fork: yes.
 * Allocates: yes.
 */
PROMLET_API promlet_status promlet_emit_value_by_values(promlet_emitter *emitter, double value,
                                                        const char *const *values, size_t count);

/**
 * The same for a whole number, which is shown exactly. The usual call is
 * promlet_emit_u64(emitter, 3, "GET", "200").
 *
 * emitter  what the collector was given; must not be NULL.
 * value    in the unit of the family.
 * values   as for promlet_emit_value_by_values().
 * count    how many values; must be the number of labels.
 * Returns: as promlet_emit_value_by_values().
 * Thread-safe: no, one thread at a time uses an emitter. Signal-safe: no. After fork: yes.
 * Allocates: yes.
 */
PROMLET_API promlet_status promlet_emit_u64_by_values(promlet_emitter *emitter, uint64_t value,
                                                      const char *const *values, size_t count);

/**
 * The same for a value that was true at some other time, which is shown with it. The usual call is
 * promlet_emit_value_at(emitter, 21.5, 1767225600000, "kitchen"). Prometheus takes a value with a
 * time for what it is: one that does not change goes stale after five minutes.
 *
 * emitter       what the collector was given; must not be NULL.
 * value         as for promlet_emit_value_by_values().
 * timestamp_ms  milliseconds since 1970 in UTC, leap seconds not counted.
 * values        as for promlet_emit_value_by_values().
 * count         how many values; must be the number of labels.
 * Returns: as promlet_emit_value_by_values().
 * Thread-safe: no, one thread at a time uses an emitter. Signal-safe: no. After fork: yes.
 * Allocates: yes.
 */
PROMLET_API promlet_status promlet_emit_value_at_by_values(promlet_emitter *emitter, double value,
                                                           int64_t timestamp_ms,
                                                           const char *const *values, size_t count);

/** One series of a histogram. Zero it, then set what is needed; everything is copied. The struct
    grows at its end only. */
typedef struct promlet_emit_histogram_data {
    /** Upper bounds of the buckets (inclusive), rising and finite, without +Inf. All series of a
        family have the same; NULL with 0: +Inf is the only bucket. */
    const double *bounds;
    /** How many bounds there are; at most PROMLET_MAX_BOUNDS. */
    size_t bound_count;
    /** How many values fell into each bucket, and not into one before it: the counts are not
        cumulative. There are bound_count + 1 of them; the last is that of +Inf. Together they are
        at most 2^64-1. */
    const uint64_t *counts;
    /** The sum of all values. */
    double sum;
    /** When that was, as for promlet_emit_value_at(); 0: now. */
    int64_t timestamp_ms;
    /** One string a label, in the order of the family; the first NULL ends them. */
    const char *label_values[PROMLET_MAX_LABELS];
} promlet_emit_histogram_data;

/**
 * Emit one series of a histogram or a gauge histogram.
 *
 * Call it as promlet_emit_histogram(emitter, data), which passes data_size along.
 *
 * emitter    what the collector was given; must not be NULL.
 * data       see promlet_emit_histogram_data; must not be NULL.
 * data_size  sizeof(promlet_emit_histogram_data) as the caller was compiled.
 * Returns: as promlet_emit_value_by_values(), and PROMLET_ERROR_BOUNDS.
 * Thread-safe: no, one thread at a time uses an emitter. Signal-safe: no. After fork: yes.
 * Allocates: yes.
 */
PROMLET_API promlet_status promlet_emit_histogram_sized(promlet_emitter *emitter,
                                                        const promlet_emit_histogram_data *data,
                                                        size_t data_size);

/** One series of a summary. Zero it, then set what is needed; everything is copied. The struct
   grows at its end only. */
typedef struct promlet_emit_summary_data {
    /** Which quantiles, rising, from 0 to 1. All series of a family have the same; NULL with 0:
        none. */
    const double *quantiles;
    /** Their values; NaN where there is none. */
    const double *values;
    /** How many quantiles there are; at most PROMLET_MAX_BOUNDS. */
    size_t quantile_count;
    /** How many values there were. */
    uint64_t count;
    /** Their sum. */
    double sum;
    /** When that was, as for promlet_emit_value_at(); 0: now. */
    int64_t timestamp_ms;
    /** One string a label, in the order of the family; the first NULL ends them. */
    const char *label_values[PROMLET_MAX_LABELS];
} promlet_emit_summary_data;

/**
 * Emit one series of a summary.
 *
 * Call it as promlet_emit_summary(emitter, data), which passes data_size along.
 *
 * emitter    what the collector was given; must not be NULL.
 * data       see promlet_emit_summary_data; must not be NULL.
 * data_size  sizeof(promlet_emit_summary_data) as the caller was compiled.
 * Returns: as promlet_emit_value_by_values(), and PROMLET_ERROR_BOUNDS for the quantiles.
 * Thread-safe: no, one thread at a time uses an emitter. Signal-safe: no. After fork: yes.
 * Allocates: yes.
 */
PROMLET_API promlet_status promlet_emit_summary_sized(promlet_emitter *emitter,
                                                      const promlet_emit_summary_data *data,
                                                      size_t data_size);

PROMLET_END_DECLS

#ifdef __cplusplus
inline promlet_collector *promlet_gauge_callback_new(promlet_registry *registry,
                                                     const promlet_opts *options,
                                                     promlet_callback_fn fn, void *ctx)
{
    return promlet_gauge_callback_new_sized(registry, options, fn, ctx, sizeof(promlet_opts));
}
inline promlet_collector *promlet_counter_callback_new(promlet_registry *registry,
                                                       const promlet_opts *options,
                                                       promlet_callback_fn fn, void *ctx)
{
    return promlet_counter_callback_new_sized(registry, options, fn, ctx, sizeof(promlet_opts));
}
inline promlet_collector *promlet_unknown_callback_new(promlet_registry *registry,
                                                       const promlet_opts *options,
                                                       promlet_callback_fn fn, void *ctx)
{
    return promlet_unknown_callback_new_sized(registry, options, fn, ctx, sizeof(promlet_opts));
}
inline promlet_collector *promlet_collector_new(promlet_registry *registry,
                                                const promlet_collector_opts *options)
{
    return promlet_collector_new_sized(registry, options, sizeof(promlet_collector_opts));
}
inline promlet_status promlet_emit_family(promlet_emitter *emitter,
                                          const promlet_emit_opts *options)
{
    return promlet_emit_family_sized(emitter, options, sizeof(promlet_emit_opts));
}
template <class... Values>
promlet_status promlet_emit_value(promlet_emitter *emitter, double value, Values... values)
{
    const char *const list[] = {values..., nullptr};
    return promlet_emit_value_by_values(emitter, value, list, sizeof...(values));
}
template <class... Values>
promlet_status promlet_emit_u64(promlet_emitter *emitter, uint64_t value, Values... values)
{
    const char *const list[] = {values..., nullptr};
    return promlet_emit_u64_by_values(emitter, value, list, sizeof...(values));
}
template <class... Values>
promlet_status promlet_emit_value_at(promlet_emitter *emitter, double value, int64_t timestamp_ms,
                                     Values... values)
{
    const char *const list[] = {values..., nullptr};
    return promlet_emit_value_at_by_values(emitter, value, timestamp_ms, list, sizeof...(values));
}
inline promlet_status promlet_emit_histogram(promlet_emitter *emitter,
                                             const promlet_emit_histogram_data *data)
{
    return promlet_emit_histogram_sized(emitter, data, sizeof(promlet_emit_histogram_data));
}
inline promlet_status promlet_emit_summary(promlet_emitter *emitter,
                                           const promlet_emit_summary_data *data)
{
    return promlet_emit_summary_sized(emitter, data, sizeof(promlet_emit_summary_data));
}
#else
/* Variadic, because braces don't protect the commas of a compound literal. */
#define promlet_gauge_callback_new(...)                                                            \
    promlet_gauge_callback_new_sized(__VA_ARGS__, sizeof(promlet_opts))
#define promlet_counter_callback_new(...)                                                          \
    promlet_counter_callback_new_sized(__VA_ARGS__, sizeof(promlet_opts))
#define promlet_unknown_callback_new(...)                                                          \
    promlet_unknown_callback_new_sized(__VA_ARGS__, sizeof(promlet_opts))
#define promlet_collector_new(...)                                                                 \
    promlet_collector_new_sized(__VA_ARGS__, sizeof(promlet_collector_opts))
#define promlet_emit_family(...) promlet_emit_family_sized(__VA_ARGS__, sizeof(promlet_emit_opts))
#define promlet_emit_histogram(...)                                                                \
    promlet_emit_histogram_sized(__VA_ARGS__, sizeof(promlet_emit_histogram_data))
#define promlet_emit_summary(...)                                                                  \
    promlet_emit_summary_sized(__VA_ARGS__, sizeof(promlet_emit_summary_data))
/* There may be no label values, but a list of macro arguments or of an array's elements must not be
   empty: it is given a NULL more. */
#define PROMLET_EMIT_FIRST(first, ...) first
#define PROMLET_EMIT_REST(first, ...)                                                              \
    (const char *const[]){__VA_ARGS__},                                                            \
        (sizeof((const char *const[]){__VA_ARGS__}) / sizeof(const char *) - 1)
#define promlet_emit_value(emitter, ...)                                                           \
    promlet_emit_value_by_values((emitter), PROMLET_EMIT_FIRST(__VA_ARGS__, NULL),                 \
                                 PROMLET_EMIT_REST(__VA_ARGS__, NULL))
#define promlet_emit_u64(emitter, ...)                                                             \
    promlet_emit_u64_by_values((emitter), PROMLET_EMIT_FIRST(__VA_ARGS__, NULL),                   \
                               PROMLET_EMIT_REST(__VA_ARGS__, NULL))
#define promlet_emit_value_at(emitter, value, ...)                                                 \
    promlet_emit_value_at_by_values((emitter), (value), PROMLET_EMIT_FIRST(__VA_ARGS__, NULL),     \
                                    PROMLET_EMIT_REST(__VA_ARGS__, NULL))
#endif

#endif
