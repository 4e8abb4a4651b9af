/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Unknowns: numbers of which nobody can say whether they are totals or levels, such as those of
 * another system that are only passed on. Prefer a counter or a gauge where you know.
 *
 * In the text format 0.0.4 their type is `untyped`.
 */
#ifndef PROMLET_UNKNOWN_H
#define PROMLET_UNKNOWN_H

#include <promlet/export.h>
#include <promlet/labels.h>
#include <promlet/registry.h>

#include <stddef.h>

PROMLET_BEGIN_DECLS

/** One unknown: a series of its family, or a metric without labels. A handle; keep it. */
typedef struct promlet_unknown promlet_unknown;

/** An unknown with labels, before the values of its labels are known. */
typedef struct promlet_unknown_family promlet_unknown_family;

/**
 * Declare an unknown without labels. It is exposed from now on, at zero. Declaring the same again
 * (name, unit, no labels) returns the same one; the help text of the first declaration holds, see
 * promlet_opts.
 *
 * Call it as promlet_unknown_new(registry, options), which passes options_size along.
 *
 * registry      NULL: the default one.
 * options       copied; see promlet_opts. Bounds are refused.
 * options_size  sizeof(promlet_opts) as the caller was compiled.
 * Returns: a handle, never NULL; it belongs to the registry and lives as long. On an error it is a
 * handle that records nothing, and promlet_registry_status() and promlet_last_error() say why:
 * PROMLET_ERROR_ARGUMENT, _NAME, _LABELS (it has labels), _CONFLICT, _BOUNDS or _MEMORY.
 * Thread-safe: yes. Signal-safe: no. After fork: yes. Allocates: yes.
 */
PROMLET_API promlet_unknown *promlet_unknown_new_sized(promlet_registry *registry,
                                                       const promlet_opts *options,
                                                       size_t options_size);

/**
 * Declare an unknown with labels. HELP and TYPE are exposed from now on, a series once its label
 * values are asked for. Declaring the same again (name, unit, labels) returns the same family; of
 * its help, max_series and idle_seconds, what the first declaration said holds, see promlet_opts.
 *
 * Call it as promlet_unknown_family_new(registry, options), which passes options_size along.
 *
 * registry      NULL: the default one.
 * options       copied; see promlet_opts. Bounds are refused.
 * options_size  sizeof(promlet_opts) as the caller was compiled.
 * Returns: a family, never NULL; it belongs to the registry and lives as long. On an error it is
 * a family whose handles record nothing; errors as for promlet_unknown_new_sized(),
 * except _LABELS.
 * Thread-safe: yes. Signal-safe: no. After fork: yes. Allocates: yes.
 */
PROMLET_API promlet_unknown_family *promlet_unknown_family_new_sized(promlet_registry *registry,
                                                                     const promlet_opts *options,
                                                                     size_t options_size);

/**
 * The series of a family with these label values, created at zero when it is new. Finding one that
 * exists takes no lock and allocates nothing; keeping the handle is faster still. The usual call
 * is promlet_unknown_with(family, "rack 3"), which counts the values.
 *
 * family  from promlet_unknown_family_new(); NULL is an error.
 * values  one string a label, in the order of the declaration; copied. "" is allowed and means
 *         the same as no label to Prometheus. Bytes that are not UTF-8 are replaced by U+FFFD.
 * count   how many values; must be the number of declared labels.
 * Returns: a handle, never NULL. It is good until promlet_unknown_release() or the end of the
 * registry, also when its series is removed: what is recorded then is not shown. Asking for a
 * removed series gives the same one, at zero. Beyond a limit (of series or memory) it
 * is the family's overflow series. On an error (PROMLET_ERROR_LABELS, _ARGUMENT, _MEMORY)
 * it is a handle that records nothing, and promlet_registry_status() and promlet_last_error() say
 * why.
 * Thread-safe: yes. Signal-safe: no. After fork: yes. Allocates: only for a new series, and for
 * values that are not UTF-8 or too long.
 */
PROMLET_API promlet_unknown *promlet_unknown_with_values(promlet_unknown_family *family,
                                                         const char *const *values, size_t count);

/**
 * Give a handle back that promlet_unknown_with(), promlet_unknown_with_values() or
 * promlet_unknown_new() returned: once for each time that it was returned, and not to be used any
 * more after that. A series stays in memory as long as somebody holds a handle to it; it keeps its
 * value and is shown without one, too, until it is removed or expires. Most programs keep their
 * handles, and never call this.
 *
 * unknown  NULL, a handle that records nothing and one at file scope are ignored. Releasing a
 *          handle more often than it was returned is an error; while its series is still there, it
 *          changes nothing, and the log callback and promlet_last_error() hear of it.
 * Thread-safe: yes, lock-free. Signal-safe: no. After fork: yes. Allocates: no.
 */
PROMLET_API void promlet_unknown_release(promlet_unknown *unknown);

/**
 * Set the value.
 *
 * unknown  NULL is counted in promlet_dropped_total{reason="invalid_handle"}.
 * value    any double, NaN and infinities, too.
 * Thread-safe: yes, lock-free. Signal-safe: yes. After fork: yes. Allocates: no. Keeps errno.
 */
PROMLET_API void promlet_unknown_set(promlet_unknown *unknown, double value);

/**
 * The value that was set last.
 *
 * unknown  NULL, and a handle that records nothing: NaN.
 * Returns: the value; 0 before the first one.
 * Thread-safe: yes, lock-free. Signal-safe: yes. After fork: yes. Allocates: no. Keeps errno.
 */
PROMLET_API double promlet_unknown_value(const promlet_unknown *unknown);

/**
 * Set the series with these label values, which is created when it is new. For code that can't
 * keep a handle: a series that exists is found without a lock and without memory. The usual call is
 * promlet_unknown_set_by(family, 21.5, "rack 3"), which counts the label values.
 *
 * It records as promlet_unknown_set() does on the handle of promlet_unknown_with_values(), and has
 * the same errors (PROMLET_ERROR_LABELS, _ARGUMENT, _MEMORY). On one nothing is recorded; it is
 * counted in promlet_dropped_total{reason="no_series"}, promlet_registry_status() and
 * promlet_last_error() say why, and the log callback hears of the first one of each family. Bytes
 * of a label value that are not UTF-8 are replaced by U+FFFD; each call with such a value
 * allocates.
 *
 * family  from promlet_unknown_family_new(); NULL is an error, of the default registry.
 * value   any double.
 * values  one string a label, in the order of the declaration; lent.
 * count   how many values; must be the number of declared labels.
 * Thread-safe: yes, lock-free where the series exists. Signal-safe: where the series exists and the
 * values are UTF-8 and not too long. After fork: yes. Allocates: only for a new series, and for
 * values that are not UTF-8 or too long. Keeps errno where it exists.
 */
PROMLET_API void promlet_unknown_set_by_values(promlet_unknown_family *family, double value,
                                               const char *const *values, size_t count);

PROMLET_END_DECLS

#ifdef __cplusplus
inline promlet_unknown *promlet_unknown_new(promlet_registry *registry, const promlet_opts *options)
{
    return promlet_unknown_new_sized(registry, options, sizeof(promlet_opts));
}
inline promlet_unknown_family *promlet_unknown_family_new(promlet_registry *registry,
                                                          const promlet_opts *options)
{
    return promlet_unknown_family_new_sized(registry, options, sizeof(promlet_opts));
}
template <class... Values>
promlet_unknown *promlet_unknown_with(promlet_unknown_family *family, Values... values)
{
    static_assert(sizeof...(values) > 0, "a family has labels: give a value for each");
    const char *const list[] = {values...};
    return promlet_unknown_with_values(family, list, sizeof...(values));
}
template <class... Values>
void promlet_unknown_set_by(promlet_unknown_family *family, double value, Values... values)
{
    static_assert(sizeof...(values) > 0, "a family has labels: give a value for each");
    const char *const list[] = {values...};
    promlet_unknown_set_by_values(family, value, list, sizeof...(values));
}
#else
/* Variadic, because braces don't protect the commas of a compound literal. */
#define promlet_unknown_new(...) promlet_unknown_new_sized(__VA_ARGS__, sizeof(promlet_opts))
#define promlet_unknown_family_new(...)                                                            \
    promlet_unknown_family_new_sized(__VA_ARGS__, sizeof(promlet_opts))
#define promlet_unknown_with(family, ...)                                                          \
    promlet_unknown_with_values((family), PROMLET_LABEL_VALUES(__VA_ARGS__))
#define promlet_unknown_set_by(family, value, ...)                                                 \
    promlet_unknown_set_by_values((family), (value), PROMLET_LABEL_VALUES(__VA_ARGS__))
#endif

#endif
