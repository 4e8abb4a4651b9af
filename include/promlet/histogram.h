/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Histograms: how often a value fell into which range, such as latencies or sizes.
 *
 * With promlet_opts.native_factor a histogram has native buckets as well, which Prometheus scrapes
 * as protobuf when it is told to (docs/formats.md): so many that nobody has to guess bounds, and
 * only those in use are sent.
 *
 *     promlet_histogram *latency = promlet_histogram_new(NULL, &(promlet_opts){
 *         .name = "request_duration_seconds", .help = "Time to answer.", .native_factor = 1.1});
 *
 * Each is at most so many times as wide as the one before, native_factor, which gives one of 13
 * schemas: with schema s they end at the powers of 2^(2^-s). A classic and a native bucket are
 * counted together, so both always have the same total. With native_only there are no classic ones,
 * and the text formats show +Inf alone.
 *
 * Memory for 1.5 times native_max_buckets buckets is set aside with each series, 6 KiB by default,
 * and for each CPU once it is hot. More buckets in use than native_max_buckets: the scrape that
 * finds them halves the resolution, by joining neighbours, as often as it takes, down to schema -4.
 * Values that find the memory used up before a scrape comes are counted in coarser buckets, of
 * schema 3, 0 or -4, and the resolution then falls to that. It stays so, or until
 * native_min_reset_seconds have passed since the series last began: then it is reset right behind
 * its reading for a snapshot, classic buckets, sum and start time too, and what no snapshot has
 * shown yet counts in its new life. A snapshot that fails resets nothing; but of one that is taken
 * and then not written, such as for want of memory, what only that one has is lost. The zero bucket
 * never widens to save buckets, as that of other libraries does where a further option allows it:
 * native_zero_threshold says from the start what counts as 0.
 */
#ifndef PROMLET_HISTOGRAM_H
#define PROMLET_HISTOGRAM_H

#include <promlet/bounds.h>
#include <promlet/export.h>
#include <promlet/labels.h>
#include <promlet/registry.h>

#include <stddef.h>
#include <stdint.h>

PROMLET_BEGIN_DECLS

/** One histogram: a series of its family, or a metric without labels. A handle; keep it. */
typedef struct promlet_histogram promlet_histogram;

/** A histogram with labels, before the values of its labels are known. */
typedef struct promlet_histogram_family promlet_histogram_family;

/**
 * Declare a histogram without labels. It is exposed from now on, with all counts at zero.
 * Declaring the same again (name, unit, bounds, native buckets, no labels) returns the same
 * histogram; of its help, cells and exemplars, what the first declaration said holds, see
 * promlet_opts.
 *
 * Call it as promlet_histogram_new(registry, options), which passes options_size along.
 *
 * registry      NULL: the default one.
 * options       copied; see promlet_opts. Without bounds: PROMLET_BOUNDS_DEFAULT, or none with
 *               native_only.
 * options_size  sizeof(promlet_opts) as the caller was compiled.
 * Returns: a handle, never NULL; it belongs to the registry and lives as long. On an error it is
 * a handle that records nothing, and promlet_registry_status() and promlet_last_error() say why:
 * PROMLET_ERROR_ARGUMENT, _NAME, _LABELS (it has labels), _CONFLICT, _BOUNDS or _MEMORY.
 * Thread-safe: yes. Signal-safe: no. After fork: yes. Allocates: yes.
 */
PROMLET_API promlet_histogram *promlet_histogram_new_sized(promlet_registry *registry,
                                                           const promlet_opts *options,
                                                           size_t options_size);

/**
 * Declare a histogram with labels. HELP and TYPE are exposed from now on, a series once its label
 * values are asked for. Declaring the same again (name, unit, bounds, native buckets, labels)
 * returns the same family; of its help, max_series, cells, idle_seconds and exemplars, what the
 * first declaration said holds, see promlet_opts.
 *
 * Call it as promlet_histogram_family_new(registry, options), which passes options_size along.
 *
 * registry      NULL: the default one.
 * options       copied; see promlet_opts. Without bounds: PROMLET_BOUNDS_DEFAULT.
 * options_size  sizeof(promlet_opts) as the caller was compiled.
 * Returns: a family, never NULL; it belongs to the registry and lives as long. On an error it is
 * a family whose handles record nothing; errors as for promlet_histogram_new_sized(),
 * except _LABELS.
 * Thread-safe: yes. Signal-safe: no. After fork: yes. Allocates: yes.
 */
PROMLET_API promlet_histogram_family *promlet_histogram_family_new_sized(
    promlet_registry *registry, const promlet_opts *options, size_t options_size);

/**
 * The series of a family with these label values, created at zero when it is new. Finding one
 * that exists takes no lock and allocates nothing; keeping the handle is faster still. The usual
 * call is promlet_histogram_with(family, "GET"), which counts the values.
 *
 * family  from promlet_histogram_family_new(); NULL is an error.
 * values  one string a label, in the order of the declaration; copied. "" is allowed and means
 *         the same as no label to Prometheus. Bytes that are not UTF-8 are replaced by U+FFFD.
 * count   how many values; must be the number of declared labels.
 * Returns: a handle, never NULL. It is good until promlet_histogram_release() or the end of the
 * registry, also when its series is removed: what is recorded then is not shown. Asking for a
 * removed series gives the same one, at zero. Beyond a limit (of series or memory) it
 * is the family's overflow series. On an error (PROMLET_ERROR_LABELS, _ARGUMENT, _MEMORY)
 * it is a handle that records nothing, and promlet_registry_status() and promlet_last_error() say
 * why.
 * Thread-safe: yes. Signal-safe: no. After fork: yes. Allocates: only for a new series, and for
 * values that are not UTF-8 or too long.
 */
PROMLET_API promlet_histogram *promlet_histogram_with_values(promlet_histogram_family *family,
                                                             const char *const *values,
                                                             size_t count);

/**
 * Give a handle back that promlet_histogram_with(), promlet_histogram_with_values() or
 * promlet_histogram_new() returned: once for each time that it was returned, and not to be used any
 * more after that. A series stays in memory as long as somebody holds a handle to it; it keeps its
 * value and is shown without one, too, until it is removed or expires. Most programs keep their
 * handles, and never call this.
 *
 * histogram  NULL, a handle that records nothing and one at file scope are ignored. Releasing a
 *            handle more often than it was returned is an error; while its series is still there,
 *            it changes nothing, and the log callback and promlet_last_error() hear of it.
 * Thread-safe: yes, lock-free. Signal-safe: no. After fork: yes. Allocates: no.
 */
PROMLET_API void promlet_histogram_release(promlet_histogram *histogram);

/**
 * Record one value: it counts in the first bucket whose bound is not below it, and in the sum.
 *
 * histogram  NULL is counted in promlet_dropped_total{reason="invalid_handle"}.
 * value      in the unit of the histogram; durations in seconds. Negative ones are allowed. A NaN
 *            or infinite value is dropped and counted in
 *            promlet_dropped_total{reason="nan"|"infinite"} of the registry.
 * Thread-safe: yes, lock-free. Signal-safe: yes. After fork: yes. Allocates: no. Keeps errno.
 */
PROMLET_API void promlet_histogram_observe(promlet_histogram *histogram, double value);

/**
 * How many values were recorded. Who asks for the count first and then for the sum gets a sum that
 * has all values counted.
 *
 * histogram  NULL, and a handle that records nothing: 0. At file scope: of this definition alone.
 * Returns: the count of all buckets, over all CPUs.
 * Thread-safe: yes, lock-free. Signal-safe: yes. After fork: yes. Allocates: no. Keeps errno.
 */
PROMLET_API uint64_t promlet_histogram_count(const promlet_histogram *histogram);

/**
 * The sum of the recorded values.
 *
 * histogram  NULL, and a handle that records nothing: 0. At file scope: of this definition alone.
 * Returns: the sum, in the unit of the histogram.
 * Thread-safe: yes, lock-free. Signal-safe: yes. After fork: yes. Allocates: no. Keeps errno.
 */
PROMLET_API double promlet_histogram_sum(const promlet_histogram *histogram);

/**
 * A quantile of all values since the start, estimated as PromQL's histogram_quantile() does: values
 * are taken to be spread evenly in their bucket. The first bucket begins at 0 if its bound is above
 * 0; else the answer in it is its bound. In the +Inf bucket the answer is the highest finite bound.
 * Needs about 8 KiB of stack.
 *
 * With native_only it is found in the native buckets, in which values are taken to be spread evenly
 * by their logarithms, as PromQL does since Prometheus 3 (earlier ones: evenly); in the zero bucket
 * evenly, and on one side of 0 if all others are there. It counts all buckets some 20 times.
 *
 * histogram  NULL, and a handle that records nothing: NaN. At file scope: of this definition alone.
 * quantile   0 to 1. Below 0 the answer is -Inf, above 1 +Inf, for NaN NaN.
 * Returns: the value, in the unit of the histogram; NaN without observations, and for a histogram
 * without finite bounds or native_only; for 0 also while the first bucket is empty and its bound
 * above 0. Thread-safe: yes, lock-free. Signal-safe: yes. After fork: yes. Allocates: no. Keeps
 * errno.
 */
PROMLET_API double promlet_histogram_quantile(const promlet_histogram *histogram, double quantile);

/**
 * Record one value in the series with these label values, which is created when it is new. For code
 * that can't keep a handle: a series that exists is found without a lock and without memory. The
 * usual call is promlet_histogram_observe_by(family, seconds, "GET"), which counts the label
 * values.
 * A series that was removed, or that a scrape takes away just then because of its idle_seconds, is
 * not one that exists.
 *
 * It records as promlet_histogram_observe() does on the handle of promlet_histogram_with_values(),
 * and has the same errors (PROMLET_ERROR_LABELS, _ARGUMENT, _MEMORY). On one nothing is recorded;
 * it is counted in promlet_dropped_total{reason="no_series"}, promlet_registry_status() and
 * promlet_last_error() say why, and the log callback hears of the first one of each family. Bytes
 * of a label value that are not UTF-8 are replaced by U+FFFD; each call with such a value
 * allocates.
 *
 * family  from promlet_histogram_family_new(); NULL is an error, of the default registry.
 * value   in the unit of the histogram; not infinite or NaN.
 * values  one string a label, in the order of the declaration; lent.
 * count   how many values; must be the number of declared labels.
 * Thread-safe: yes, lock-free where the series exists. Signal-safe: where the series exists and the
 * values are UTF-8 and not too long. After fork: yes. Allocates: only for a new series, and for
 * values that are not UTF-8 or too long. Keeps errno where it exists.
 */
PROMLET_API void promlet_histogram_observe_by_values(promlet_histogram_family *family, double value,
                                                     const char *const *values, size_t count);

PROMLET_END_DECLS

#ifdef __cplusplus
inline promlet_histogram *promlet_histogram_new(promlet_registry *registry,
                                                const promlet_opts *options)
{
    return promlet_histogram_new_sized(registry, options, sizeof(promlet_opts));
}
inline promlet_histogram_family *promlet_histogram_family_new(promlet_registry *registry,
                                                              const promlet_opts *options)
{
    return promlet_histogram_family_new_sized(registry, options, sizeof(promlet_opts));
}
template <class... Values>
promlet_histogram *promlet_histogram_with(promlet_histogram_family *family, Values... values)
{
    static_assert(sizeof...(values) > 0, "a family has labels: give a value for each");
    const char *const list[] = {values...};
    return promlet_histogram_with_values(family, list, sizeof...(values));
}
template <class... Values>
void promlet_histogram_observe_by(promlet_histogram_family *family, double value, Values... values)
{
    static_assert(sizeof...(values) > 0, "a family has labels: give a value for each");
    const char *const list[] = {values...};
    promlet_histogram_observe_by_values(family, value, list, sizeof...(values));
}
#else
/* Variadic, because braces don't protect the commas of a compound literal. */
#define promlet_histogram_new(...) promlet_histogram_new_sized(__VA_ARGS__, sizeof(promlet_opts))
#define promlet_histogram_family_new(...)                                                          \
    promlet_histogram_family_new_sized(__VA_ARGS__, sizeof(promlet_opts))
#define promlet_histogram_with(family, ...)                                                        \
    promlet_histogram_with_values((family), PROMLET_LABEL_VALUES(__VA_ARGS__))
#define promlet_histogram_observe_by(family, value, ...)                                           \
    promlet_histogram_observe_by_values((family), (value), PROMLET_LABEL_VALUES(__VA_ARGS__))
#endif

#endif
