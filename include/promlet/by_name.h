/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Labels by name instead of by position: one series, or a view of a family.
 *
 *     promlet_counter_family *requests = promlet_counter_family_new(
 *         NULL, &(promlet_opts){.name = "requests_total",
 *                               .help = "Requests served.",
 *                               .labels = {"method", "status"}});
 *     promlet_counter_inc(
 *         promlet_counter_with_labels(requests, {"status", "200"}, {"method", "GET"}));
 *     promlet_counter_family *gets = promlet_counter_family_curry(requests, {"method", "GET"});
 *     promlet_counter_inc_by(gets, "404");
 *
 * A view is a family with the values of some labels fixed. It is taken wherever a family is, which
 * then asks for the other labels only, by position in the order of the declaration or by name; and
 * what is done to a view, is done to its series only. A view of a view fixes more. It belongs to
 * the family's registry and lives as long; fixing the same again gives the same view. A family has
 * at most as many views as it may have series. Looking up through a view takes a little longer than
 * through the family.
 *
 * In C++, a label is written promlet_label{"method", "GET"}.
 */
#ifndef PROMLET_BY_NAME_H
#define PROMLET_BY_NAME_H

#include <promlet/counter.h>
#include <promlet/export.h>
#include <promlet/gauge.h>
#include <promlet/histogram.h>
#include <promlet/info.h>
#include <promlet/labels.h>
#include <promlet/state_set.h>
#include <promlet/summary.h>
#include <promlet/unknown.h>

#include <stddef.h>

PROMLET_BEGIN_DECLS

/**
 * The series of a family with these labels, as promlet_counter_with_values() gives it, but by name.
 * The usual call is promlet_counter_with_labels(family, {"status", "200"}, {"method", "GET"}),
 * which counts the labels.
 *
 * family  from promlet_counter_family_new(), or a view; NULL is an error.
 * labels  one a label that the family declares and no view has fixed, in any order; copied.
 * count   how many labels.
 * Returns: as promlet_counter_with_values(). Errors are also a name that the family doesn't have,
 * one that is missing, given twice, or fixed (PROMLET_ERROR_LABELS).
 * Thread-safe: yes. Signal-safe: no. After fork: yes. Allocates: only for a new series, and for
 * values that are not UTF-8 or too long.
 */
PROMLET_API promlet_counter *promlet_counter_with_label_array(promlet_counter_family *family,
                                                              const promlet_label *labels,
                                                              size_t count);

/**
 * A view of a family: some of its labels get fixed values. The usual call is
 * promlet_counter_family_curry(family, {"method", "GET"}), which counts the labels.
 *
 * family  from promlet_counter_family_new(), or a view; NULL is an error.
 * labels  at least one that the family declares and no view has fixed; copied. Bytes of a value
 *         that are not UTF-8 are replaced by U+FFFD.
 * count   how many labels.
 * Returns: a family, never NULL; it belongs to the registry and lives as long. On an error
 * (PROMLET_ERROR_LABELS, _ARGUMENT, _MEMORY) it is a family whose handles record nothing, and
 * promlet_registry_status() and promlet_last_error() say why.
 * Thread-safe: yes. Signal-safe: no. After fork: yes. Allocates: yes.
 */
PROMLET_API promlet_counter_family *promlet_counter_family_curry_array(
    promlet_counter_family *family, const promlet_label *labels, size_t count);

/**
 * The series of a family with these labels: as promlet_counter_with_label_array().
 *
 * family  from promlet_gauge_family_new(), or a view; NULL is an error.
 * labels  one a label that the family declares and no view has fixed, in any order; copied.
 * count   how many labels.
 * Returns: as promlet_gauge_with_values().
 * Thread-safe: yes. Signal-safe: no. After fork: yes. Allocates: only for a new series, and for
 * values that are not UTF-8 or too long.
 */
PROMLET_API promlet_gauge *promlet_gauge_with_label_array(promlet_gauge_family *family,
                                                          const promlet_label *labels,
                                                          size_t count);

/**
 * A view of a family: as promlet_counter_family_curry_array().
 *
 * family  from promlet_gauge_family_new(), or a view; NULL is an error.
 * labels  at least one that the family declares and no view has fixed; copied.
 * count   how many labels.
 * Returns: a family, never NULL; it belongs to the registry and lives as long.
 * Thread-safe: yes. Signal-safe: no. After fork: yes. Allocates: yes.
 */
PROMLET_API promlet_gauge_family *promlet_gauge_family_curry_array(promlet_gauge_family *family,
                                                                   const promlet_label *labels,
                                                                   size_t count);

/**
 * The series of a family with these labels: as promlet_counter_with_label_array().
 *
 * family  from promlet_histogram_family_new(), or a view; NULL is an error.
 * labels  one a label that the family declares and no view has fixed, in any order; copied.
 * count   how many labels.
 * Returns: as promlet_histogram_with_values().
 * Thread-safe: yes. Signal-safe: no. After fork: yes. Allocates: only for a new series, and for
 * values that are not UTF-8 or too long.
 */
PROMLET_API promlet_histogram *promlet_histogram_with_label_array(promlet_histogram_family *family,
                                                                  const promlet_label *labels,
                                                                  size_t count);

/**
 * A view of a family: as promlet_counter_family_curry_array().
 *
 * family  from promlet_histogram_family_new(), or a view; NULL is an error.
 * labels  at least one that the family declares and no view has fixed; copied.
 * count   how many labels.
 * Returns: a family, never NULL; it belongs to the registry and lives as long.
 * Thread-safe: yes. Signal-safe: no. After fork: yes. Allocates: yes.
 */
PROMLET_API promlet_histogram_family *promlet_histogram_family_curry_array(
    promlet_histogram_family *family, const promlet_label *labels, size_t count);

/**
 * The series of a family with these labels: as promlet_counter_with_label_array().
 *
 * family  from promlet_summary_family_new(), or a view; NULL is an error.
 * labels  one a label that the family declares and no view has fixed, in any order; copied.
 * count   how many labels.
 * Returns: as promlet_summary_with_values().
 * Thread-safe: yes. Signal-safe: no. After fork: yes. Allocates: only for a new series, and for
 * values that are not UTF-8 or too long.
 */
PROMLET_API promlet_summary *promlet_summary_with_label_array(promlet_summary_family *family,
                                                              const promlet_label *labels,
                                                              size_t count);

/**
 * A view of a family: as promlet_counter_family_curry_array().
 *
 * family  from promlet_summary_family_new(), or a view; NULL is an error.
 * labels  at least one that the family declares and no view has fixed; copied.
 * count   how many labels.
 * Returns: a family, never NULL; it belongs to the registry and lives as long.
 * Thread-safe: yes. Signal-safe: no. After fork: yes. Allocates: yes.
 */
PROMLET_API promlet_summary_family *promlet_summary_family_curry_array(
    promlet_summary_family *family, const promlet_label *labels, size_t count);

/**
 * The series of a family with these labels: as promlet_counter_with_label_array().
 *
 * family  from promlet_info_family_new(), or a view; NULL is an error.
 * labels  one a label that the family declares and no view has fixed, in any order; copied.
 * count   how many labels.
 * Returns: as promlet_info_with_values().
 * Thread-safe: yes. Signal-safe: no. After fork: yes. Allocates: only for a new series, and for
 * values that are not UTF-8 or too long.
 */
PROMLET_API promlet_info *promlet_info_with_label_array(promlet_info_family *family,
                                                        const promlet_label *labels, size_t count);

/**
 * A view of a family: as promlet_counter_family_curry_array().
 *
 * family  from promlet_info_family_new(), or a view; NULL is an error.
 * labels  at least one that the family declares and no view has fixed; copied.
 * count   how many labels.
 * Returns: a family, never NULL; it belongs to the registry and lives as long.
 * Thread-safe: yes. Signal-safe: no. After fork: yes. Allocates: yes.
 */
PROMLET_API promlet_info_family *promlet_info_family_curry_array(promlet_info_family *family,
                                                                 const promlet_label *labels,
                                                                 size_t count);

/**
 * The series of a family with these labels: as promlet_counter_with_label_array().
 *
 * family  from promlet_state_set_family_new(), or a view; NULL is an error.
 * labels  one a label that the family declares and no view has fixed, in any order; copied.
 * count   how many labels.
 * Returns: as promlet_state_set_with_values().
 * Thread-safe: yes. Signal-safe: no. After fork: yes. Allocates: only for a new series, and for
 * values that are not UTF-8 or too long.
 */
PROMLET_API promlet_state_set *promlet_state_set_with_label_array(promlet_state_set_family *family,
                                                                  const promlet_label *labels,
                                                                  size_t count);

/**
 * A view of a family: as promlet_counter_family_curry_array().
 *
 * family  from promlet_state_set_family_new(), or a view; NULL is an error.
 * labels  at least one that the family declares and no view has fixed; copied.
 * count   how many labels.
 * Returns: a family, never NULL; it belongs to the registry and lives as long.
 * Thread-safe: yes. Signal-safe: no. After fork: yes. Allocates: yes.
 */
PROMLET_API promlet_state_set_family *promlet_state_set_family_curry_array(
    promlet_state_set_family *family, const promlet_label *labels, size_t count);

/**
 * The series of a family with these labels: as promlet_counter_with_label_array().
 *
 * family  from promlet_unknown_family_new(), or a view; NULL is an error.
 * labels  one a label that the family declares and no view has fixed, in any order; copied.
 * count   how many labels.
 * Returns: as promlet_unknown_with_values().
 * Thread-safe: yes. Signal-safe: no. After fork: yes. Allocates: only for a new series, and for
 * values that are not UTF-8 or too long.
 */
PROMLET_API promlet_unknown *promlet_unknown_with_label_array(promlet_unknown_family *family,
                                                              const promlet_label *labels,
                                                              size_t count);

/**
 * A view of a family: as promlet_counter_family_curry_array().
 *
 * family  from promlet_unknown_family_new(), or a view; NULL is an error.
 * labels  at least one that the family declares and no view has fixed; copied.
 * count   how many labels.
 * Returns: a family, never NULL; it belongs to the registry and lives as long.
 * Thread-safe: yes. Signal-safe: no. After fork: yes. Allocates: yes.
 */
PROMLET_API promlet_unknown_family *promlet_unknown_family_curry_array(
    promlet_unknown_family *family, const promlet_label *labels, size_t count);

PROMLET_END_DECLS

#ifdef __cplusplus
/* promlet_X_with_labels() and promlet_X_family_curry() for one instrument. */
#define PROMLET_BY_NAME(instrument)                                                                \
    template <class... Labels>                                                                     \
    promlet_##instrument *promlet_##instrument##_with_labels(                                      \
        promlet_##instrument##_family *family, const Labels &...labels)                            \
    {                                                                                              \
        static_assert(sizeof...(labels) > 0, "a family has labels: give each");                    \
        const promlet_label list[] = {labels...};                                                  \
        return promlet_##instrument##_with_label_array(family, list, sizeof...(labels));           \
    }                                                                                              \
    template <class... Labels>                                                                     \
    promlet_##instrument##_family *promlet_##instrument##_family_curry(                            \
        promlet_##instrument##_family *family, const Labels &...labels)                            \
    {                                                                                              \
        static_assert(sizeof...(labels) > 0, "a view fixes at least one label");                   \
        const promlet_label list[] = {labels...};                                                  \
        return promlet_##instrument##_family_curry_array(family, list, sizeof...(labels));         \
    }
PROMLET_BY_NAME(counter)
PROMLET_BY_NAME(gauge)
PROMLET_BY_NAME(histogram)
PROMLET_BY_NAME(summary)
PROMLET_BY_NAME(info)
PROMLET_BY_NAME(state_set)
PROMLET_BY_NAME(unknown)
#undef PROMLET_BY_NAME
#else
#define promlet_counter_with_labels(family, ...)                                                   \
    promlet_counter_with_label_array((family), PROMLET_LABEL_LIST(__VA_ARGS__))
#define promlet_counter_family_curry(family, ...)                                                  \
    promlet_counter_family_curry_array((family), PROMLET_LABEL_LIST(__VA_ARGS__))
#define promlet_gauge_with_labels(family, ...)                                                     \
    promlet_gauge_with_label_array((family), PROMLET_LABEL_LIST(__VA_ARGS__))
#define promlet_gauge_family_curry(family, ...)                                                    \
    promlet_gauge_family_curry_array((family), PROMLET_LABEL_LIST(__VA_ARGS__))
#define promlet_histogram_with_labels(family, ...)                                                 \
    promlet_histogram_with_label_array((family), PROMLET_LABEL_LIST(__VA_ARGS__))
#define promlet_histogram_family_curry(family, ...)                                                \
    promlet_histogram_family_curry_array((family), PROMLET_LABEL_LIST(__VA_ARGS__))
#define promlet_summary_with_labels(family, ...)                                                   \
    promlet_summary_with_label_array((family), PROMLET_LABEL_LIST(__VA_ARGS__))
#define promlet_summary_family_curry(family, ...)                                                  \
    promlet_summary_family_curry_array((family), PROMLET_LABEL_LIST(__VA_ARGS__))
#define promlet_info_with_labels(family, ...)                                                      \
    promlet_info_with_label_array((family), PROMLET_LABEL_LIST(__VA_ARGS__))
#define promlet_info_family_curry(family, ...)                                                     \
    promlet_info_family_curry_array((family), PROMLET_LABEL_LIST(__VA_ARGS__))
#define promlet_state_set_with_labels(family, ...)                                                 \
    promlet_state_set_with_label_array((family), PROMLET_LABEL_LIST(__VA_ARGS__))
#define promlet_state_set_family_curry(family, ...)                                                \
    promlet_state_set_family_curry_array((family), PROMLET_LABEL_LIST(__VA_ARGS__))
#define promlet_unknown_with_labels(family, ...)                                                   \
    promlet_unknown_with_label_array((family), PROMLET_LABEL_LIST(__VA_ARGS__))
#define promlet_unknown_family_curry(family, ...)                                                  \
    promlet_unknown_family_curry_array((family), PROMLET_LABEL_LIST(__VA_ARGS__))
#endif

#endif
