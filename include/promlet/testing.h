/* SPDX-License-Identifier: Apache-2.0 */
/*
 * For tests of programs that use promlet: what a series shows, and a registry beside an expected
 * text. In a library of its own: promlet::testing in CMake, promlet-testing for pkg-config.
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
 * promlet_last_error() then names one that comes near; PROMLET_ERROR_ARGUMENT;
 * PROMLET_ERROR_MEMORY.
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
