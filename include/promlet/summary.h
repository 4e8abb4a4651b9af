/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Summaries: how many values there were, and their sum, such as bytes sent in how many answers. By
 * choice also quantiles over a sliding window, such as the latency that 99 % stay below.
 *
 *     promlet_summary *sizes = promlet_summary_new(
 *         NULL, &(promlet_opts){.name = "answer_bytes", .help = "Size of an answer."});
 *     promlet_summary_observe(sizes, 512);
 *
 * Count and sum cost what a counter costs. Quantiles (promlet_opts.quantiles) are for the one
 * metric of one process that must be precise: they can't be added up over several processes, which
 * a histogram's buckets can, and each series with quantiles takes PROMLET_QUANTILE_BYTES, whatever
 * their number. (Most systems give a page of it only once a value falls there; values that span
 * three decades need some 40 KB.) What they promise:
 *
 * - Of the n values in the window, the ceil(q * n)-th from below, within 1 % if its magnitude lies
 *   between 1e-9 and 1e12, of either sign. What is nearer to 0 counts as 0, what is farther as
 *   about 1.1e12. All values count in the sum as they are.
 * - The window (promlet_opts.window_seconds) ends now and begins between 80 and 100 % of its length
 *   ago. What is older never counts, however long nobody scraped.
 * - NaN while the window is empty.
 * - Recording still takes no lock, allocates nothing and waits for nobody. It reads the coarse
 *   clock, and costs about twice as much as without quantiles. More than 2^32 - 1 values within one
 *   hundredth of their magnitude and a fifth of the window count as so many.
 */
#ifndef PROMLET_SUMMARY_H
#define PROMLET_SUMMARY_H

#include <promlet/export.h>
#include <promlet/labels.h>
#include <promlet/registry.h>

#include <stddef.h>
#include <stdint.h>

#ifndef __cplusplus
/**
 * The two fields of promlet_opts that name the quantiles of a summary, from a list of numbers:
 *
 *     &(promlet_opts){.name = "wait_seconds", .help = "Wait.", PROMLET_QUANTILES(0.5, 0.99)}
 *
 * C only; in C++ assign `.quantiles` and `.quantile_count`.
 */
#define PROMLET_QUANTILES(...)                                                                     \
    .quantiles = (const double[]){__VA_ARGS__},                                                    \
    .quantile_count = sizeof((const double[]){__VA_ARGS__}) / sizeof(double)
#endif

PROMLET_BEGIN_DECLS

/** One summary: a series of its family, or a metric without labels. A handle; keep it. */
typedef struct promlet_summary promlet_summary;

/** A summary with labels, before the values of its labels are known. */
typedef struct promlet_summary_family promlet_summary_family;

/** The most quantiles that one summary can have. */
#define PROMLET_MAX_QUANTILES 100

/** The memory of a series with quantiles beyond what one without takes, in bytes. */
#define PROMLET_QUANTILE_BYTES 212864

/** The window of a summary's quantiles when its options say 0, in seconds. */
#define PROMLET_DEFAULT_WINDOW_SECONDS 600

/**
 * Declare a summary without labels. It is exposed from now on, at zero. Declaring the same again
 * (name, unit, quantiles, window, no labels) returns the same one; of its help and cells, what the
 * first declaration said holds, see promlet_opts.
 *
 * Call it as promlet_summary_new(registry, options), which passes options_size along.
 *
 * registry      NULL: the default one.
 * options       copied; see promlet_opts. Bounds are refused.
 * options_size  sizeof(promlet_opts) as the caller was compiled.
 * Returns: a handle, never NULL; it belongs to the registry and lives as long. On an error it is a
 * handle that records nothing, and promlet_registry_status() and promlet_last_error() say why:
 * PROMLET_ERROR_ARGUMENT (quantiles or window, too), _NAME, _LABELS (it has labels), _CONFLICT,
 * _BOUNDS or _MEMORY.
 * Thread-safe: yes. Signal-safe: no. After fork: yes. Allocates: yes.
 */
PROMLET_API promlet_summary *promlet_summary_new_sized(promlet_registry *registry,
                                                       const promlet_opts *options,
                                                       size_t options_size);

/**
 * Declare a summary with labels. HELP and TYPE are exposed from now on, a series once its label
 * values are asked for. Declaring the same again (name, unit, quantiles, window, labels) returns
 * the same family; of its help, max_series, cells and idle_seconds, what the first declaration said
 * holds, see promlet_opts.
 *
 * Call it as promlet_summary_family_new(registry, options), which passes options_size along.
 *
 * registry      NULL: the default one.
 * options       copied; see promlet_opts. Bounds are refused.
 * options_size  sizeof(promlet_opts) as the caller was compiled.
 * Returns: a family, never NULL; it belongs to the registry and lives as long. On an error it is
 * a family whose handles record nothing; errors as for promlet_summary_new_sized(),
 * except _LABELS.
 * Thread-safe: yes. Signal-safe: no. After fork: yes. Allocates: yes.
 */
PROMLET_API promlet_summary_family *promlet_summary_family_new_sized(promlet_registry *registry,
                                                                     const promlet_opts *options,
                                                                     size_t options_size);

/**
 * The series of a family with these label values, created at zero when it is new. Finding one that
 * exists takes no lock and allocates nothing; keeping the handle is faster still. The usual call
 * is promlet_summary_with(family, "GET"), which counts the values.
 *
 * family  from promlet_summary_family_new(); NULL is an error.
 * values  one string a label, in the order of the declaration; copied. "" is allowed and means
 *         the same as no label to Prometheus. Bytes that are not UTF-8 are replaced by U+FFFD.
 * count   how many values; must be the number of declared labels.
 * Returns: a handle, never NULL. It is good until promlet_summary_release() or the end of the
 * registry, also when its series is removed: what is recorded then is not shown. Asking for a
 * removed series gives the same one, at zero. Beyond a limit (of series or memory) it
 * is the family's overflow series. On an error (PROMLET_ERROR_LABELS, _ARGUMENT, _MEMORY)
 * it is a handle that records nothing, and promlet_registry_status() and promlet_last_error() say
 * why.
 * Thread-safe: yes. Signal-safe: no. After fork: yes. Allocates: only for a new series, and for
 * values that are not UTF-8 or too long.
 */
PROMLET_API promlet_summary *promlet_summary_with_values(promlet_summary_family *family,
                                                         const char *const *values, size_t count);

/**
 * Give a handle back that promlet_summary_with(), promlet_summary_with_values() or
 * promlet_summary_new() returned: once for each time that it was returned, and not to be used any
 * more after that. A series stays in memory as long as somebody holds a handle to it; it keeps its
 * value and is shown without one, too, until it is removed or expires. Most programs keep their
 * handles, and never call this.
 *
 * summary  NULL, a handle that records nothing and one at file scope are ignored. Releasing a
 *          handle more often than it was returned is an error; while its series is still there, it
 *          changes nothing, and the log callback and promlet_last_error() hear of it.
 * Thread-safe: yes, lock-free. Signal-safe: no. After fork: yes. Allocates: no.
 */
PROMLET_API void promlet_summary_release(promlet_summary *summary);

/**
 * Record one value: it counts, and is added to the sum.
 *
 * summary  NULL is counted in promlet_dropped_total{reason="invalid_handle"}.
 * value    in the unit of the summary; durations in seconds. Negative ones are allowed. A NaN or
 *          infinite value is dropped and counted in
 *          promlet_dropped_total{reason="nan"|"infinite"} of the registry.
 * Thread-safe: yes, lock-free. Signal-safe: yes. After fork: yes. Allocates: no. Keeps errno.
 */
PROMLET_API void promlet_summary_observe(promlet_summary *summary, double value);

/**
 * Record one value in the series with these label values, which is created when it is new. For code
 * that can't keep a handle: a series that exists is found without a lock and without memory. The
 * usual call is promlet_summary_observe_by(family, seconds, "GET"), which counts the label values.
 *
 * It records as promlet_summary_observe() does on the handle of promlet_summary_with_values(), and
 * has the same errors (PROMLET_ERROR_LABELS, _ARGUMENT, _MEMORY). On one nothing is recorded; it is
 * counted in promlet_dropped_total{reason="no_series"}, promlet_registry_status() and
 * promlet_last_error() say why, and the log callback hears of the first one of each family. Bytes
 * of a label value that are not UTF-8 are replaced by U+FFFD; each call with such a value
 * allocates.
 *
 * family  from promlet_summary_family_new(); NULL is an error, of the default registry.
 * value   in the unit of the summary; not infinite or NaN.
 * values  one string a label, in the order of the declaration; lent.
 * count   how many values; must be the number of declared labels.
 * Thread-safe: yes, lock-free where the series exists. Signal-safe: where the series exists and the
 * values are UTF-8 and not too long. After fork: yes. Allocates: only for a new series, and for
 * values that are not UTF-8 or too long. Keeps errno where it exists.
 */
PROMLET_API void promlet_summary_observe_by_values(promlet_summary_family *family, double value,
                                                   const char *const *values, size_t count);

/**
 * How many values were recorded. Who asks for the count first and then for the sum gets a sum that
 * has all values counted.
 *
 * summary  NULL, and a handle that records nothing: 0. At file scope: of this definition alone.
 * Returns: the count, over all CPUs.
 * Thread-safe: yes, lock-free. Signal-safe: yes. After fork: yes. Allocates: no. Keeps errno.
 */
PROMLET_API uint64_t promlet_summary_count(const promlet_summary *summary);

/**
 * The sum of the recorded values.
 *
 * summary  NULL, and a handle that records nothing: 0. At file scope: of this definition alone.
 * Returns: the sum, in the unit of the summary.
 * Thread-safe: yes, lock-free. Signal-safe: yes. After fork: yes. Allocates: no. Keeps errno.
 */
PROMLET_API double promlet_summary_sum(const promlet_summary *summary);

/**
 * A quantile of the values in the window. It need not be one of those that the options name; there
 * must be some there. Takes some 10 us, as a scrape does for it.
 *
 * summary   NULL, a handle that records nothing, and a summary without quantiles: NaN.
 * quantile  0 (the lowest value) to 1 (the highest one); else NaN.
 * Returns: the value, in the unit of the summary; NaN while the window is empty.
 * Thread-safe: yes, lock-free. Signal-safe: yes. After fork: yes. Allocates: no. Keeps errno.
 */
PROMLET_API double promlet_summary_quantile(const promlet_summary *summary, double quantile);

PROMLET_END_DECLS

#ifdef __cplusplus
inline promlet_summary *promlet_summary_new(promlet_registry *registry, const promlet_opts *options)
{
    return promlet_summary_new_sized(registry, options, sizeof(promlet_opts));
}
inline promlet_summary_family *promlet_summary_family_new(promlet_registry *registry,
                                                          const promlet_opts *options)
{
    return promlet_summary_family_new_sized(registry, options, sizeof(promlet_opts));
}
template <class... Values>
promlet_summary *promlet_summary_with(promlet_summary_family *family, Values... values)
{
    static_assert(sizeof...(values) > 0, "a family has labels: give a value for each");
    const char *const list[] = {values...};
    return promlet_summary_with_values(family, list, sizeof...(values));
}
template <class... Values>
void promlet_summary_observe_by(promlet_summary_family *family, double value, Values... values)
{
    static_assert(sizeof...(values) > 0, "a family has labels: give a value for each");
    const char *const list[] = {values...};
    promlet_summary_observe_by_values(family, value, list, sizeof...(values));
}
#else
/* Variadic, because braces don't protect the commas of a compound literal. */
#define promlet_summary_new(...) promlet_summary_new_sized(__VA_ARGS__, sizeof(promlet_opts))
#define promlet_summary_family_new(...)                                                            \
    promlet_summary_family_new_sized(__VA_ARGS__, sizeof(promlet_opts))
#define promlet_summary_with(family, ...)                                                          \
    promlet_summary_with_values((family), PROMLET_LABEL_VALUES(__VA_ARGS__))
#define promlet_summary_observe_by(family, value, ...)                                             \
    promlet_summary_observe_by_values((family), (value), PROMLET_LABEL_VALUES(__VA_ARGS__))
#endif

#endif
