/* SPDX-License-Identifier: Apache-2.0 */
/* Gauges: values that go up and down, such as a queue's length or a temperature. */
#ifndef PROMLET_GAUGE_H
#define PROMLET_GAUGE_H

#include <promlet/export.h>
#include <promlet/labels.h>
#include <promlet/registry.h>

#include <stddef.h>

PROMLET_BEGIN_DECLS

/** One gauge: a series of its family, or a metric without labels. A handle; keep it. */
typedef struct promlet_gauge promlet_gauge;

/** A gauge with labels, before the values of its labels are known. */
typedef struct promlet_gauge_family promlet_gauge_family;

/**
 * Declare a gauge without labels. It is exposed from now on, at zero. Declaring the same again
 * (name, unit, no labels) returns the same gauge; the help text of the first declaration holds, see
 * promlet_opts.
 *
 * Call it as promlet_gauge_new(registry, options), which passes options_size along.
 *
 * registry      NULL: the default one.
 * options       copied; see promlet_opts. Bounds are refused.
 * options_size  sizeof(promlet_opts) as the caller was compiled.
 * Returns: a handle, never NULL; it belongs to the registry and lives as long. On an error it is
 * a handle that records nothing, and promlet_registry_status() and promlet_last_error() say why:
 * PROMLET_ERROR_ARGUMENT, _NAME, _LABELS (it has labels), _CONFLICT, _BOUNDS or _MEMORY.
 * Thread-safe: yes. Signal-safe: no. After fork: yes. Allocates: yes.
 */
PROMLET_API promlet_gauge *promlet_gauge_new_sized(promlet_registry *registry,
                                                   const promlet_opts *options,
                                                   size_t options_size);

/**
 * Declare a gauge with labels. HELP and TYPE are exposed from now on, a series once its label
 * values are asked for. Declaring the same again (name, unit, labels) returns the same family; of
 * its help, max_series and idle_seconds, what the first declaration said holds, see promlet_opts.
 *
 * Call it as promlet_gauge_family_new(registry, options), which passes options_size along.
 *
 * registry      NULL: the default one.
 * options       copied; see promlet_opts. Bounds are refused.
 * options_size  sizeof(promlet_opts) as the caller was compiled.
 * Returns: a family, never NULL; it belongs to the registry and lives as long. On an error it is
 * a family whose handles record nothing; errors as for promlet_gauge_new_sized(),
 * except _LABELS.
 * Thread-safe: yes. Signal-safe: no. After fork: yes. Allocates: yes.
 */
PROMLET_API promlet_gauge_family *promlet_gauge_family_new_sized(promlet_registry *registry,
                                                                 const promlet_opts *options,
                                                                 size_t options_size);

/**
 * The series of a family with these label values, created at zero when it is new. Finding one
 * that exists takes no lock and allocates nothing; keeping the handle is faster still. The usual
 * call is promlet_gauge_with(family, "disk0"), which counts the values.
 *
 * family  from promlet_gauge_family_new(); NULL is an error.
 * values  one string a label, in the order of the declaration; copied. "" is allowed and means
 *         the same as no label to Prometheus. Bytes that are not UTF-8 are replaced by U+FFFD.
 * count   how many values; must be the number of declared labels.
 * Returns: a handle, never NULL. It is good until promlet_gauge_release() or the end of the
 * registry, also when its series is removed: what is recorded then is not shown. Asking for a
 * removed series gives the same one, at zero. Beyond a limit (of series or memory) it
 * is the family's overflow series. On an error (PROMLET_ERROR_LABELS, _ARGUMENT, _MEMORY)
 * it is a handle that records nothing, and promlet_registry_status() and promlet_last_error() say
 * why.
 * Thread-safe: yes. Signal-safe: no. After fork: yes. Allocates: only for a new series, and for
 * values that are not UTF-8 or too long.
 */
PROMLET_API promlet_gauge *promlet_gauge_with_values(promlet_gauge_family *family,
                                                     const char *const *values, size_t count);

/**
 * Give a handle back that promlet_gauge_with(), promlet_gauge_with_values() or promlet_gauge_new()
 * returned: once for each time that it was returned, and not to be used any more after that. A
 * series stays in memory as long as somebody holds a handle to it; it keeps its value and is shown
 * without one, too, until it is removed or expires. Most programs keep their handles, and never
 * call this.
 *
 * gauge  NULL, a handle that records nothing and one at file scope are ignored. Releasing a handle
 *        more often than it was returned is an error; while its series is still there, it changes
 *        nothing, and the log callback and promlet_last_error() hear of it.
 * Thread-safe: yes, lock-free. Signal-safe: no. After fork: yes. Allocates: no.
 */
PROMLET_API void promlet_gauge_release(promlet_gauge *gauge);

/**
 * Set the value. Every double is allowed, NaN and the infinities too.
 *
 * gauge  NULL is counted in promlet_dropped_total{reason="invalid_handle"}.
 * value  in the unit of the gauge.
 * Thread-safe: yes, lock-free. Signal-safe: yes. After fork: yes. Allocates: no. Keeps errno.
 */
PROMLET_API void promlet_gauge_set(promlet_gauge *gauge, double value);

/**
 * Add an amount, which may be negative: inc(amount) of other clients.
 *
 * gauge   NULL is counted in promlet_dropped_total{reason="invalid_handle"}.
 * amount  in the unit of the gauge. An infinite or NaN amount is dropped and counted in
 *         promlet_dropped_total{reason="infinite"|"nan"} of the registry.
 * Thread-safe: yes, lock-free. Signal-safe: yes. After fork: yes. Allocates: no. Keeps errno.
 */
PROMLET_API void promlet_gauge_add(promlet_gauge *gauge, double amount);

/**
 * Subtract an amount, dec(amount) of other clients: promlet_gauge_add() with the sign turned.
 *
 * gauge   NULL is counted in promlet_dropped_total{reason="invalid_handle"}.
 * amount  in the unit of the gauge; infinite and NaN amounts are dropped and counted.
 * Thread-safe: yes, lock-free. Signal-safe: yes. After fork: yes. Allocates: no. Keeps errno.
 */
PROMLET_API void promlet_gauge_sub(promlet_gauge *gauge, double amount);

/**
 * Add 1.
 *
 * gauge  NULL is counted in promlet_dropped_total{reason="invalid_handle"}.
 * Thread-safe: yes, lock-free. Signal-safe: yes. After fork: yes. Allocates: no. Keeps errno.
 */
PROMLET_API void promlet_gauge_inc(promlet_gauge *gauge);

/**
 * Subtract 1.
 *
 * gauge  NULL is counted in promlet_dropped_total{reason="invalid_handle"}.
 * Thread-safe: yes, lock-free. Signal-safe: yes. After fork: yes. Allocates: no. Keeps errno.
 */
PROMLET_API void promlet_gauge_dec(promlet_gauge *gauge);

/**
 * Set to the current time, in seconds since 1970 (Unix time), with its fraction. For a gauge such
 * as `job_last_success_timestamp_seconds`.
 *
 * gauge  NULL is counted in promlet_dropped_total{reason="invalid_handle"}.
 * Thread-safe: yes, lock-free. Signal-safe: yes. After fork: yes. Allocates: no. Keeps errno.
 */
PROMLET_API void promlet_gauge_set_to_current_time(promlet_gauge *gauge);

/**
 * Raise to a value: set the gauge if the value is higher than what it has, else leave it alone. So
 * a gauge shows the highest value that any thread had, such as the longest queue. A gauge that is
 * NaN takes any value. It starts at 0: where values can be negative, set it to -INFINITY first.
 *
 * gauge  NULL is counted in promlet_dropped_total{reason="invalid_handle"}.
 * value  in the unit of the gauge; infinite ones are allowed, as in promlet_gauge_set(). NaN is
 *        dropped and counted in promlet_dropped_total{reason="nan"} of the registry.
 * Thread-safe: yes, lock-free. Signal-safe: yes. After fork: yes. Allocates: no. Keeps errno.
 */
PROMLET_API void promlet_gauge_raise_to(promlet_gauge *gauge, double value);

/**
 * Lower to a value: set the gauge if the value is lower than what it has, else leave it alone. So a
 * gauge shows the lowest value that any thread had. A gauge that is NaN takes any value. It starts
 * at 0: set it to INFINITY, or to the first value, before the first call.
 *
 * gauge  NULL is counted in promlet_dropped_total{reason="invalid_handle"}.
 * value  in the unit of the gauge; infinite ones are allowed, as in promlet_gauge_set(). NaN is
 *        dropped and counted in promlet_dropped_total{reason="nan"} of the registry.
 * Thread-safe: yes, lock-free. Signal-safe: yes. After fork: yes. Allocates: no. Keeps errno.
 */
PROMLET_API void promlet_gauge_lower_to(promlet_gauge *gauge, double value);

/**
 * The value.
 *
 * gauge  NULL, and a handle that records nothing: NaN. At file scope: of this definition alone.
 * Returns: the value, in the unit of the gauge.
 * Thread-safe: yes, lock-free. Signal-safe: yes. After fork: yes. Allocates: no. Keeps errno.
 */
PROMLET_API double promlet_gauge_value(const promlet_gauge *gauge);

/**
 * Set the series with these label values, which is created when it is new. For code that can't keep
 * a handle: a series that exists is found without a lock and without memory. The usual call is
 * promlet_gauge_set_by(family, 21.5, "kitchen"), which counts the values.
 * A series that was removed, or that a scrape takes away just then because of its idle_seconds, is
 * not one that exists.
 *
 * It records as promlet_gauge_set() does on the handle of promlet_gauge_with_values(), and has the
 * same errors (PROMLET_ERROR_LABELS, _ARGUMENT, _MEMORY). On one nothing is recorded; it is counted
 * in promlet_dropped_total{reason="no_series"}, promlet_registry_status() and
 * promlet_last_error() say why, and the log callback hears of the first one of each family. Bytes
 * of a value that are not UTF-8 are replaced by U+FFFD; each call with such a value allocates.
 *
 * family  from promlet_gauge_family_new(); NULL is an error, of the default registry.
 * value   in the unit of the gauge.
 * values  one string a label, in the order of the declaration; lent.
 * count   how many values; must be the number of declared labels.
 * Thread-safe: yes, lock-free where the series exists. Signal-safe: where the series exists and the
 * values are UTF-8 and not too long. After fork: yes. Allocates: only for a new series, and for
 * values that are not UTF-8 or too long. Keeps errno where it exists.
 */
PROMLET_API void promlet_gauge_set_by_values(promlet_gauge_family *family, double value,
                                             const char *const *values, size_t count);

/**
 * Add an amount, which may be negative, to the series with these label values: promlet_gauge_add()
 * as promlet_gauge_set_by_values() does promlet_gauge_set(), with the same errors. The usual call
 * is promlet_gauge_add_by(family, -1, "kitchen").
 *
 * family  from promlet_gauge_family_new(); NULL is an error, of the default registry.
 * amount  in the unit of the gauge; not infinite or NaN.
 * values  one string a label, in the order of the declaration; lent.
 * count   how many values; must be the number of declared labels.
 * Thread-safe: yes, lock-free where the series exists. Signal-safe: where the series exists and the
 * values are UTF-8 and not too long. After fork: yes. Allocates: only for a new series, and for
 * values that are not UTF-8 or too long. Keeps errno where it exists.
 */
PROMLET_API void promlet_gauge_add_by_values(promlet_gauge_family *family, double amount,
                                             const char *const *values, size_t count);

/**
 * Add 1 to the series with these label values: promlet_gauge_inc() as
 * promlet_gauge_set_by_values() does promlet_gauge_set(), with the same errors. The usual call is
 * promlet_gauge_inc_by(family, "kitchen").
 *
 * family  from promlet_gauge_family_new(); NULL is an error, of the default registry.
 * values  one string a label, in the order of the declaration; lent.
 * count   how many values; must be the number of declared labels.
 * Thread-safe: yes, lock-free where the series exists. Signal-safe: where the series exists and the
 * values are UTF-8 and not too long. After fork: yes. Allocates: only for a new series, and for
 * values that are not UTF-8 or too long. Keeps errno where it exists.
 */
PROMLET_API void promlet_gauge_inc_by_values(promlet_gauge_family *family,
                                             const char *const *values, size_t count);

/**
 * Subtract 1 from the series with these label values: promlet_gauge_dec() as
 * promlet_gauge_set_by_values() does promlet_gauge_set(), with the same errors. The usual call is
 * promlet_gauge_dec_by(family, "kitchen").
 *
 * family  from promlet_gauge_family_new(); NULL is an error, of the default registry.
 * values  one string a label, in the order of the declaration; lent.
 * count   how many values; must be the number of declared labels.
 * Thread-safe: yes, lock-free where the series exists. Signal-safe: where the series exists and the
 * values are UTF-8 and not too long. After fork: yes. Allocates: only for a new series, and for
 * values that are not UTF-8 or too long. Keeps errno where it exists.
 */
PROMLET_API void promlet_gauge_dec_by_values(promlet_gauge_family *family,
                                             const char *const *values, size_t count);

/**
 * Subtract an amount from the series with these label values: promlet_gauge_sub() as
 * promlet_gauge_set_by_values() does promlet_gauge_set(), with the same errors. The usual call is
 * promlet_gauge_sub_by(family, 2.5, "kitchen").
 *
 * family  from promlet_gauge_family_new(); NULL is an error, of the default registry.
 * amount  in the unit of the gauge; not infinite or NaN.
 * values  one string a label, in the order of the declaration; lent.
 * count   how many values; must be the number of declared labels.
 * Thread-safe: yes, lock-free where the series exists. Signal-safe: where the series exists and the
 * values are UTF-8 and not too long. After fork: yes. Allocates: only for a new series, and for
 * values that are not UTF-8 or too long. Keeps errno where it exists.
 */
PROMLET_API void promlet_gauge_sub_by_values(promlet_gauge_family *family, double amount,
                                             const char *const *values, size_t count);

/**
 * Raise the series with these label values to a value: promlet_gauge_raise_to() as
 * promlet_gauge_set_by_values() does promlet_gauge_set(), with the same errors. The usual call is
 * promlet_gauge_raise_to_by(family, 2.5, "kitchen"). A series that is new starts at 0.
 *
 * family  from promlet_gauge_family_new(); NULL is an error, of the default registry.
 * value   in the unit of the gauge; not NaN.
 * values  one string a label, in the order of the declaration; lent.
 * count   how many values; must be the number of declared labels.
 * Thread-safe: yes, lock-free where the series exists. Signal-safe: where the series exists and the
 * values are UTF-8 and not too long. After fork: yes. Allocates: only for a new series, and for
 * values that are not UTF-8 or too long. Keeps errno where it exists.
 */
PROMLET_API void promlet_gauge_raise_to_by_values(promlet_gauge_family *family, double value,
                                                  const char *const *values, size_t count);

/**
 * Lower the series with these label values to a value: promlet_gauge_lower_to() as
 * promlet_gauge_set_by_values() does promlet_gauge_set(), with the same errors. The usual call is
 * promlet_gauge_lower_to_by(family, 2.5, "kitchen"). A series that is new starts at 0.
 *
 * family  from promlet_gauge_family_new(); NULL is an error, of the default registry.
 * value   in the unit of the gauge; not NaN.
 * values  one string a label, in the order of the declaration; lent.
 * count   how many values; must be the number of declared labels.
 * Thread-safe: yes, lock-free where the series exists. Signal-safe: where the series exists and the
 * values are UTF-8 and not too long. After fork: yes. Allocates: only for a new series, and for
 * values that are not UTF-8 or too long. Keeps errno where it exists.
 */
PROMLET_API void promlet_gauge_lower_to_by_values(promlet_gauge_family *family, double value,
                                                  const char *const *values, size_t count);

PROMLET_END_DECLS

#ifdef __cplusplus
inline promlet_gauge *promlet_gauge_new(promlet_registry *registry, const promlet_opts *options)
{
    return promlet_gauge_new_sized(registry, options, sizeof(promlet_opts));
}
inline promlet_gauge_family *promlet_gauge_family_new(promlet_registry *registry,
                                                      const promlet_opts *options)
{
    return promlet_gauge_family_new_sized(registry, options, sizeof(promlet_opts));
}
template <class... Values>
promlet_gauge *promlet_gauge_with(promlet_gauge_family *family, Values... values)
{
    static_assert(sizeof...(values) > 0, "a family has labels: give a value for each");
    const char *const list[] = {values...};
    return promlet_gauge_with_values(family, list, sizeof...(values));
}
template <class... Values>
void promlet_gauge_set_by(promlet_gauge_family *family, double value, Values... values)
{
    static_assert(sizeof...(values) > 0, "a family has labels: give a value for each");
    const char *const list[] = {values...};
    promlet_gauge_set_by_values(family, value, list, sizeof...(values));
}
template <class... Values>
void promlet_gauge_add_by(promlet_gauge_family *family, double amount, Values... values)
{
    static_assert(sizeof...(values) > 0, "a family has labels: give a value for each");
    const char *const list[] = {values...};
    promlet_gauge_add_by_values(family, amount, list, sizeof...(values));
}
template <class... Values> void promlet_gauge_inc_by(promlet_gauge_family *family, Values... values)
{
    static_assert(sizeof...(values) > 0, "a family has labels: give a value for each");
    const char *const list[] = {values...};
    promlet_gauge_inc_by_values(family, list, sizeof...(values));
}
template <class... Values> void promlet_gauge_dec_by(promlet_gauge_family *family, Values... values)
{
    static_assert(sizeof...(values) > 0, "a family has labels: give a value for each");
    const char *const list[] = {values...};
    promlet_gauge_dec_by_values(family, list, sizeof...(values));
}
template <class... Values>
void promlet_gauge_sub_by(promlet_gauge_family *family, double amount, Values... values)
{
    static_assert(sizeof...(values) > 0, "a family has labels: give a value for each");
    const char *const list[] = {values...};
    promlet_gauge_sub_by_values(family, amount, list, sizeof...(values));
}
template <class... Values>
void promlet_gauge_raise_to_by(promlet_gauge_family *family, double value, Values... values)
{
    static_assert(sizeof...(values) > 0, "a family has labels: give a value for each");
    const char *const list[] = {values...};
    promlet_gauge_raise_to_by_values(family, value, list, sizeof...(values));
}
template <class... Values>
void promlet_gauge_lower_to_by(promlet_gauge_family *family, double value, Values... values)
{
    static_assert(sizeof...(values) > 0, "a family has labels: give a value for each");
    const char *const list[] = {values...};
    promlet_gauge_lower_to_by_values(family, value, list, sizeof...(values));
}
#else
/* Variadic, because braces don't protect the commas of a compound literal. */
#define promlet_gauge_new(...) promlet_gauge_new_sized(__VA_ARGS__, sizeof(promlet_opts))
#define promlet_gauge_family_new(...)                                                              \
    promlet_gauge_family_new_sized(__VA_ARGS__, sizeof(promlet_opts))
#define promlet_gauge_with(family, ...)                                                            \
    promlet_gauge_with_values((family), PROMLET_LABEL_VALUES(__VA_ARGS__))
#define promlet_gauge_set_by(family, value, ...)                                                   \
    promlet_gauge_set_by_values((family), (value), PROMLET_LABEL_VALUES(__VA_ARGS__))
#define promlet_gauge_add_by(family, amount, ...)                                                  \
    promlet_gauge_add_by_values((family), (amount), PROMLET_LABEL_VALUES(__VA_ARGS__))
#define promlet_gauge_inc_by(family, ...)                                                          \
    promlet_gauge_inc_by_values((family), PROMLET_LABEL_VALUES(__VA_ARGS__))
#define promlet_gauge_dec_by(family, ...)                                                          \
    promlet_gauge_dec_by_values((family), PROMLET_LABEL_VALUES(__VA_ARGS__))
#define promlet_gauge_sub_by(family, amount, ...)                                                  \
    promlet_gauge_sub_by_values((family), (amount), PROMLET_LABEL_VALUES(__VA_ARGS__))
#define promlet_gauge_raise_to_by(family, value, ...)                                              \
    promlet_gauge_raise_to_by_values((family), (value), PROMLET_LABEL_VALUES(__VA_ARGS__))
#define promlet_gauge_lower_to_by(family, value, ...)                                              \
    promlet_gauge_lower_to_by_values((family), (value), PROMLET_LABEL_VALUES(__VA_ARGS__))
#endif

#endif
