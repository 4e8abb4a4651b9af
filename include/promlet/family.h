/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What can be done to families of all kinds: remove series, one or many, and unregister the metric.
 * Each call takes a typed family as it is (promlet_counter_family *, ...) or a promlet_family *. Of
 * a view (by_name.h) they remove its series only; it can't be unregistered.
 *
 * Handles to a series that was removed stay good until they are released: what is recorded with one
 * is not shown. Asking for the same labels again, for a handle or with a `_by` call, gives the same
 * series, set to zero: whole amounts start again exactly there, even if somebody records on it
 * meanwhile; the sum of a histogram may miss or hold the value of an observation that runs just
 * then. When nothing holds a removed series, a later scrape frees its memory.
 *
 * To forget series by themselves when nobody records on them any more, see
 * promlet_opts.idle_seconds.
 */
#ifndef PROMLET_FAMILY_H
#define PROMLET_FAMILY_H

#include <promlet/counter.h>
#include <promlet/export.h>
#include <promlet/gauge.h>
#include <promlet/histogram.h>
#include <promlet/info.h>
#include <promlet/labels.h>
#include <promlet/state_set.h>
#include <promlet/status.h>
#include <promlet/summary.h>
#include <promlet/unknown.h>

#include <stddef.h>

PROMLET_BEGIN_DECLS

/** A family of any kind. What promlet_family_of() makes of a typed one; there is nothing to free.
 */
typedef struct promlet_family promlet_family;

/**
 * Remove the series with these label values. The usual call is
 * promlet_family_remove(family, "GET", "200"), which counts the values.
 *
 * A metric without labels always exists: it is set to zero.
 *
 * family  of any kind; NULL is an error.
 * values  one string a label, in the order of the declaration; lent.
 * count   how many values; must be the number of declared labels.
 * Returns: PROMLET_OK; PROMLET_ERROR_NOT_FOUND if there is no such series; PROMLET_ERROR_LABELS for
 * a wrong number of values or one that is NULL; PROMLET_ERROR_ARGUMENT for NULL, and for metrics at
 * file scope and promlet's own, which can't be removed; PROMLET_ERROR_MEMORY only for a value that
 * is not UTF-8 or too long.
 * Thread-safe: yes. Signal-safe: no. After fork: yes. Allocates: only for a value that is not
 * UTF-8.
 */
PROMLET_API promlet_status promlet_family_remove_values(promlet_family *family,
                                                        const char *const *values, size_t count);

/**
 * Remove all series that have these labels, whatever their other ones are. The usual call in C is
 * promlet_family_remove_matching(family, PROMLET_LABEL_LIST({"tenant", "acme"})), which makes the
 * array and counts the labels.
 *
 * family  of any kind; NULL is an error.
 * labels  names and values, in any order; lent. No label fits every series.
 * count   how many labels.
 * Returns: how many series were removed. 0 also on an error, which promlet_last_error() then says:
 * an argument or a label is NULL, a name that the family does not have, a metric at file scope or
 * promlet's own, or out of memory.
 * Thread-safe: yes. Signal-safe: no. After fork: yes. Allocates: yes.
 */
PROMLET_API size_t promlet_family_remove_matching(promlet_family *family,
                                                  const promlet_label *labels, size_t count);

/**
 * Remove all series of a family. HELP and TYPE stay. A metric without labels is set to zero.
 *
 * family  of any kind; NULL is an error.
 * Returns: PROMLET_OK, also if there was none; PROMLET_ERROR_ARGUMENT for NULL, and for metrics at
 * file scope and promlet's own; PROMLET_ERROR_NOT_FOUND for what a refused declaration gave.
 * Thread-safe: yes. Signal-safe: no. After fork: yes. Allocates: no.
 */
PROMLET_API promlet_status promlet_family_clear(promlet_family *family);

/**
 * Take a metric with all its series out of its registry. Its names are free for any other metric.
 * Declaring exactly the same again gives the same family, with its series removed. Until then, what
 * is recorded with it is not shown. The family itself belongs to the registry and lives as long.
 *
 * family  of any kind; NULL is an error.
 * Returns: PROMLET_OK; PROMLET_ERROR_NOT_FOUND if it was unregistered already, or its declaration
 * was refused; PROMLET_ERROR_ARGUMENT for NULL, and for metrics at file scope and promlet's own;
 * PROMLET_ERROR_MEMORY, which leaves all as it was.
 * Thread-safe: yes. Signal-safe: no. After fork: yes. Allocates: yes.
 */
PROMLET_API promlet_status promlet_family_unregister(promlet_family *family);

/**
 * The same for a metric that is known by its name, also for one without labels, whose handles then
 * are as those of removed series.
 *
 * registry  NULL: the default one.
 * name      as it was declared or as it is shown (with `_total`); lent.
 * Returns: as promlet_family_unregister(); PROMLET_ERROR_NOT_FOUND if there is no such metric, and
 * PROMLET_ERROR_ARGUMENT for a callback, which ends with promlet_collector_free().
 * Thread-safe: yes. Signal-safe: no. After fork: yes. Allocates: yes.
 */
PROMLET_API promlet_status promlet_registry_unregister(promlet_registry *registry,
                                                       const char *name);

PROMLET_END_DECLS

#ifdef __cplusplus
inline promlet_family *promlet_family_of(promlet_family *family)
{
    return family;
}
inline promlet_family *promlet_family_of(promlet_counter_family *family)
{
    return reinterpret_cast<promlet_family *>(family);
}
inline promlet_family *promlet_family_of(promlet_gauge_family *family)
{
    return reinterpret_cast<promlet_family *>(family);
}
inline promlet_family *promlet_family_of(promlet_histogram_family *family)
{
    return reinterpret_cast<promlet_family *>(family);
}
inline promlet_family *promlet_family_of(promlet_summary_family *family)
{
    return reinterpret_cast<promlet_family *>(family);
}
inline promlet_family *promlet_family_of(promlet_info_family *family)
{
    return reinterpret_cast<promlet_family *>(family);
}
inline promlet_family *promlet_family_of(promlet_state_set_family *family)
{
    return reinterpret_cast<promlet_family *>(family);
}
inline promlet_family *promlet_family_of(promlet_unknown_family *family)
{
    return reinterpret_cast<promlet_family *>(family);
}
template <class Family>
promlet_status promlet_family_remove_values(Family *family, const char *const *values, size_t count)
{
    return promlet_family_remove_values(promlet_family_of(family), values, count);
}
template <class Family, class... Values>
promlet_status promlet_family_remove(Family *family, Values... values)
{
    static_assert(sizeof...(values) > 0, "a family has labels: give a value for each");
    const char *const list[] = {values...};
    return promlet_family_remove_values(promlet_family_of(family), list, sizeof...(values));
}
template <class Family>
size_t promlet_family_remove_matching(Family *family, const promlet_label *labels, size_t count)
{
    return promlet_family_remove_matching(promlet_family_of(family), labels, count);
}
template <class Family> promlet_status promlet_family_clear(Family *family)
{
    return promlet_family_clear(promlet_family_of(family));
}
template <class Family> promlet_status promlet_family_unregister(Family *family)
{
    return promlet_family_unregister(promlet_family_of(family));
}
#else
/** A typed family as one of any kind. The compiler refuses what is no family. */
#define promlet_family_of(family)                                                                  \
    ((promlet_family *)_Generic((family), promlet_counter_family *                                 \
                                : (family), promlet_gauge_family *                                 \
                                : (family), promlet_histogram_family *                             \
                                : (family), promlet_summary_family *                               \
                                : (family), promlet_info_family *                                  \
                                : (family), promlet_state_set_family *                             \
                                : (family), promlet_unknown_family *                               \
                                : (family), promlet_family *                                       \
                                : (family)))
#define promlet_family_remove(family, ...)                                                         \
    promlet_family_remove_values((family), PROMLET_LABEL_VALUES(__VA_ARGS__))
#define promlet_family_remove_values(family, ...)                                                  \
    promlet_family_remove_values(promlet_family_of(family), __VA_ARGS__)
#define promlet_family_remove_matching(family, ...)                                                \
    promlet_family_remove_matching(promlet_family_of(family), __VA_ARGS__)
#define promlet_family_clear(family) promlet_family_clear(promlet_family_of(family))
#define promlet_family_unregister(family) promlet_family_unregister(promlet_family_of(family))
#endif

#endif
