/* SPDX-License-Identifier: Apache-2.0 */
/* Counters: totals that only go up, such as requests served or bytes sent. */
#ifndef PROMLET_COUNTER_H
#define PROMLET_COUNTER_H

#include <promlet/export.h>
#include <promlet/labels.h>
#include <promlet/registry.h>

#include <stddef.h>
#include <stdint.h>

PROMLET_BEGIN_DECLS

/** One counter: a series of its family, or a metric without labels. A handle; keep it. */
typedef struct promlet_counter promlet_counter;

/** A counter with labels, before the values of its labels are known. */
typedef struct promlet_counter_family promlet_counter_family;

/**
 * Declare a counter without labels. It is exposed from now on, at zero. Declaring the same again
 * (name, unit, no labels) returns the same counter; of its help, cells and exemplars, what the
 * first declaration said holds, see promlet_opts.
 *
 * Call it as promlet_counter_new(registry, options), which passes options_size along.
 *
 * registry      NULL: the default one.
 * options       copied; see promlet_opts. Bounds are refused.
 * options_size  sizeof(promlet_opts) as the caller was compiled.
 * Returns: a handle, never NULL; it belongs to the registry and lives as long. On an error it is
 * a handle that records nothing, and promlet_registry_status() and promlet_last_error() say why:
 * PROMLET_ERROR_ARGUMENT, _NAME, _LABELS (it has labels), _CONFLICT, _BOUNDS or _MEMORY.
 * Thread-safe: yes. Signal-safe: no. After fork: yes. Allocates: yes.
 */
PROMLET_API promlet_counter *promlet_counter_new_sized(promlet_registry *registry,
                                                       const promlet_opts *options,
                                                       size_t options_size);

/**
 * Declare a counter with labels. HELP and TYPE are exposed from now on, a series once its label
 * values are asked for. Declaring the same again (name, unit, labels) returns the same family; of
 * its help, max_series, cells, idle_seconds and exemplars, what the first declaration said holds,
 * see promlet_opts.
 *
 * Call it as promlet_counter_family_new(registry, options), which passes options_size along.
 *
 * registry      NULL: the default one.
 * options       copied; see promlet_opts. Bounds are refused.
 * options_size  sizeof(promlet_opts) as the caller was compiled.
 * Returns: a family, never NULL; it belongs to the registry and lives as long. On an error it is
 * a family whose handles record nothing; errors as for promlet_counter_new_sized(),
 * except _LABELS.
 * Thread-safe: yes. Signal-safe: no. After fork: yes. Allocates: yes.
 */
PROMLET_API promlet_counter_family *promlet_counter_family_new_sized(promlet_registry *registry,
                                                                     const promlet_opts *options,
                                                                     size_t options_size);

/**
 * The series of a family with these label values, created at zero when it is new. Finding one
 * that exists takes no lock and allocates nothing; keeping the handle is faster still. The usual
 * call is promlet_counter_with(family, "GET", "200"), which counts the values.
 *
 * family  from promlet_counter_family_new(); NULL is an error.
 * values  one string a label, in the order of the declaration; copied. "" is allowed and means
 *         the same as no label to Prometheus. Bytes that are not UTF-8 are replaced by U+FFFD.
 * count   how many values; must be the number of declared labels.
 * Returns: a handle, never NULL. It is good until promlet_counter_release() or the end of the
 * registry, also when its series is removed: what is recorded then is not shown. Asking for a
 * removed series gives the same one, at zero. Beyond a limit (of series or memory) it
 * is the family's overflow series. On an error (PROMLET_ERROR_LABELS, _ARGUMENT, _MEMORY)
 * it is a handle that records nothing, and promlet_registry_status() and promlet_last_error() say
 * why.
 * Thread-safe: yes. Signal-safe: no. After fork: yes. Allocates: only for a new series, and for
 * values that are not UTF-8 or too long.
 */
PROMLET_API promlet_counter *promlet_counter_with_values(promlet_counter_family *family,
                                                         const char *const *values, size_t count);

/**
 * Give a handle back that promlet_counter_with(), promlet_counter_with_values() or
 * promlet_counter_new() returned: once for each time that it was returned, and not to be used any
 * more after that. A series stays in memory as long as somebody holds a handle to it; it keeps its
 * value and is shown without one, too, until it is removed or expires. Most programs keep their
 * handles, and never call this.
 *
 * counter  NULL, a handle that records nothing and one at file scope are ignored. Releasing a
 *          handle more often than it was returned is an error; while its series is still there, it
 *          changes nothing, and the log callback and promlet_last_error() hear of it.
 * Thread-safe: yes, lock-free. Signal-safe: no. After fork: yes. Allocates: no.
 */
PROMLET_API void promlet_counter_release(promlet_counter *counter);

/**
 * Add 1. Exact up to 2^64-1, where the counter starts again at 0, which Prometheus reads as a
 * reset.
 *
 * counter  NULL is counted in promlet_dropped_total{reason="invalid_handle"}.
 * Thread-safe: yes, lock-free. Signal-safe: yes. After fork: yes. Allocates: no. Keeps errno.
 */
PROMLET_API void promlet_counter_inc(promlet_counter *counter);

/**
 * Add a whole amount. Exact up to 2^64-1, as promlet_counter_inc().
 *
 * counter  NULL is counted in promlet_dropped_total{reason="invalid_handle"}.
 * amount   in the unit of the counter.
 * Thread-safe: yes, lock-free. Signal-safe: yes. After fork: yes. Allocates: no. Keeps errno.
 */
PROMLET_API void promlet_counter_add_u64(promlet_counter *counter, uint64_t amount);

/**
 * Add an amount: inc(amount) of other clients. Whole amounts below 2^64 are added exactly; others
 * to a double beside them.
 *
 * counter  NULL is counted in promlet_dropped_total{reason="invalid_handle"}.
 * amount   in the unit of the counter. A negative, infinite or NaN amount is dropped and counted
 *          in promlet_dropped_total{reason="negative"|"infinite"|"nan"} of the registry.
 * Thread-safe: yes, lock-free. Signal-safe: yes. After fork: yes. Allocates: no. Keeps errno.
 */
PROMLET_API void promlet_counter_add(promlet_counter *counter, double amount);

/**
 * The total.
 *
 * counter  NULL, and a handle that records nothing: 0. At file scope: of this definition alone.
 * Returns: the total over all CPUs, rounded to a double; exact below 2^53.
 * Thread-safe: yes, lock-free. Signal-safe: yes. After fork: yes. Allocates: no. Keeps errno.
 */
PROMLET_API double promlet_counter_value(const promlet_counter *counter);

/**
 * The total as a whole number, exact up to 2^64-1.
 *
 * counter  NULL, and a handle that records nothing: 0. At file scope: of this definition alone.
 * Returns: the total over all CPUs, without the fraction; 2^64-1 if it is more than that.
 * Thread-safe: yes, lock-free. Signal-safe: yes. After fork: yes. Allocates: no. Keeps errno.
 */
PROMLET_API uint64_t promlet_counter_value_u64(const promlet_counter *counter);

/**
 * Add 1 to the series with these label values, which is created when it is new. For code that can't
 * keep a handle: a series that exists is found without a lock and without memory. The usual call is
 * promlet_counter_inc_by(family, "GET", "200"), which counts the values.
 * A series that was removed, or that a scrape takes away just then because of its idle_seconds, is
 * not one that exists.
 *
 * It records as promlet_counter_inc() does on the handle of promlet_counter_with_values(), and has
 * the same errors (PROMLET_ERROR_LABELS, _ARGUMENT, _MEMORY). On one nothing is recorded; it is
 * counted in promlet_dropped_total{reason="no_series"}, promlet_registry_status() and
 * promlet_last_error() say why, and the log callback hears of the first one of each family. Bytes
 * of a value that are not UTF-8 are replaced by U+FFFD; each call with such a value allocates.
 *
 * family  from promlet_counter_family_new(); NULL is an error, of the default registry.
 * values  one string a label, in the order of the declaration; lent.
 * count   how many values; must be the number of declared labels.
 * Thread-safe: yes, lock-free where the series exists. Signal-safe: where the series exists and the
 * values are UTF-8 and not too long. After fork: yes. Allocates: only for a new series, and for
 * values that are not UTF-8 or too long. Keeps errno where it exists.
 */
PROMLET_API void promlet_counter_inc_by_values(promlet_counter_family *family,
                                               const char *const *values, size_t count);

/**
 * Add an amount to the series with these label values: promlet_counter_add() as
 * promlet_counter_inc_by_values() does promlet_counter_inc(), with the same errors. The usual call
 * is promlet_counter_add_by(family, 0.5, "GET", "200").
 *
 * family  from promlet_counter_family_new(); NULL is an error, of the default registry.
 * amount  in the unit of the counter; not negative, infinite or NaN.
 * values  one string a label, in the order of the declaration; lent.
 * count   how many values; must be the number of declared labels.
 * Thread-safe: yes, lock-free where the series exists. Signal-safe: where the series exists and the
 * values are UTF-8 and not too long. After fork: yes. Allocates: only for a new series, and for
 * values that are not UTF-8 or too long. Keeps errno where it exists.
 */
PROMLET_API void promlet_counter_add_by_values(promlet_counter_family *family, double amount,
                                               const char *const *values, size_t count);

/**
 * Add a whole amount to the series with these label values: promlet_counter_add_u64() as
 * promlet_counter_inc_by_values() does promlet_counter_inc(), with the same errors. The usual call
 * is promlet_counter_add_u64_by(family, 512, "GET", "200").
 *
 * family  from promlet_counter_family_new(); NULL is an error, of the default registry.
 * amount  in the unit of the counter.
 * values  one string a label, in the order of the declaration; lent.
 * count   how many values; must be the number of declared labels.
 * Thread-safe: yes, lock-free where the series exists. Signal-safe: where the series exists and the
 * values are UTF-8 and not too long. After fork: yes. Allocates: only for a new series, and for
 * values that are not UTF-8 or too long. Keeps errno where it exists.
 */
PROMLET_API void promlet_counter_add_u64_by_values(promlet_counter_family *family, uint64_t amount,
                                                   const char *const *values, size_t count);

PROMLET_END_DECLS

#ifdef __cplusplus
inline promlet_counter *promlet_counter_new(promlet_registry *registry, const promlet_opts *options)
{
    return promlet_counter_new_sized(registry, options, sizeof(promlet_opts));
}
inline promlet_counter_family *promlet_counter_family_new(promlet_registry *registry,
                                                          const promlet_opts *options)
{
    return promlet_counter_family_new_sized(registry, options, sizeof(promlet_opts));
}
template <class... Values>
promlet_counter *promlet_counter_with(promlet_counter_family *family, Values... values)
{
    static_assert(sizeof...(values) > 0, "a family has labels: give a value for each");
    const char *const list[] = {values...};
    return promlet_counter_with_values(family, list, sizeof...(values));
}
template <class... Values>
void promlet_counter_inc_by(promlet_counter_family *family, Values... values)
{
    static_assert(sizeof...(values) > 0, "a family has labels: give a value for each");
    const char *const list[] = {values...};
    promlet_counter_inc_by_values(family, list, sizeof...(values));
}
template <class... Values>
void promlet_counter_add_by(promlet_counter_family *family, double amount, Values... values)
{
    static_assert(sizeof...(values) > 0, "a family has labels: give a value for each");
    const char *const list[] = {values...};
    promlet_counter_add_by_values(family, amount, list, sizeof...(values));
}
template <class... Values>
void promlet_counter_add_u64_by(promlet_counter_family *family, uint64_t amount, Values... values)
{
    static_assert(sizeof...(values) > 0, "a family has labels: give a value for each");
    const char *const list[] = {values...};
    promlet_counter_add_u64_by_values(family, amount, list, sizeof...(values));
}
#else
/* Variadic, because braces don't protect the commas of a compound literal. */
#define promlet_counter_new(...) promlet_counter_new_sized(__VA_ARGS__, sizeof(promlet_opts))
#define promlet_counter_family_new(...)                                                            \
    promlet_counter_family_new_sized(__VA_ARGS__, sizeof(promlet_opts))
#define promlet_counter_with(family, ...)                                                          \
    promlet_counter_with_values((family), PROMLET_LABEL_VALUES(__VA_ARGS__))
#define promlet_counter_inc_by(family, ...)                                                        \
    promlet_counter_inc_by_values((family), PROMLET_LABEL_VALUES(__VA_ARGS__))
#define promlet_counter_add_by(family, amount, ...)                                                \
    promlet_counter_add_by_values((family), (amount), PROMLET_LABEL_VALUES(__VA_ARGS__))
#define promlet_counter_add_u64_by(family, amount, ...)                                            \
    promlet_counter_add_u64_by_values((family), (amount), PROMLET_LABEL_VALUES(__VA_ARGS__))
#endif

#endif
