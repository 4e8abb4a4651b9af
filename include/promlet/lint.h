/* SPDX-License-Identifier: Apache-2.0 */
/* Advice on the names and help texts of metrics, by the rules of `promtool check metrics`. */
#ifndef PROMLET_LINT_H
#define PROMLET_LINT_H

#include <promlet/describe.h>
#include <promlet/export.h>
#include <promlet/registry.h>

PROMLET_BEGIN_DECLS

/** The rules. New ones are added at the end. */
typedef enum promlet_lint_rule {
    PROMLET_LINT_HELP = 0,        /**< Each metric has a help text. */
    PROMLET_LINT_COMPLETE_NAME,   /**< A counter is declared with the `_total` that it ends in, and
                                       shown with it. */
    PROMLET_LINT_TOTAL,           /**< Nothing but a counter ends in `_total`. */
    PROMLET_LINT_RESERVED_SUFFIX, /**< `_bucket`, `_count` and `_sum` belong to histograms, the
                                       last two to summaries as well. */
    PROMLET_LINT_BASE_UNIT,       /**< Seconds, not milliseconds; bytes, not kilobytes; a ratio, not
                                       percent. */
    PROMLET_LINT_ABBREVIATED_UNIT, /**< Units are written out: no `_ms`, no `_kb`. */
    PROMLET_LINT_TYPE_IN_NAME,     /**< A name does not say gauge, counter or another type. */
    PROMLET_LINT_COLON,            /**< Colons are for the names of recording rules. */
    PROMLET_LINT_NAME_CASE,        /**< A name is in snake_case. */
    PROMLET_LINT_LABEL_CASE        /**< The name of a label is in snake_case. */
} promlet_lint_rule;

/** A rule that a metric breaks. All is lent until the callback returns; grows at its end only. */
typedef struct promlet_lint_finding {
    const char *metric;     /**< The metric's name as it is exposed. */
    promlet_lint_rule rule; /**< Which rule. */
    const char *sentence;   /**< The metric and the rule in words, without a final newline. */
} promlet_lint_finding;

/**
 * Receives a finding.
 *
 * finding  lent until the callback returns.
 * ctx      what was given to promlet_registry_lint().
 */
typedef void (*promlet_lint_fn)(const promlet_lint_finding *finding, void *ctx);

/**
 * Look for rules that the metrics of a registry break, for a test that wants them all to be well.
 * Each declaration warns of the same through the callback of promlet_set_log_callback(), once;
 * no_lint in promlet_opts and in promlet_registry_opts switches that off, but not this. A finding
 * is advice: the metric works.
 *
 * Metrics at file scope are looked for first, as by a scrape. Names that break a rule of the data
 * model are errors and never come so far, and the labels `le` and `quantile` are among them.
 *
 * registry  NULL: the default one.
 * found     called with each finding in the order of the metrics' names, in this thread, with no
 *           lock held; it may call any promlet function. NULL: they are only counted.
 * ctx       passed to found.
 * Returns: the number of findings; -1 when out of memory, and found was then not called.
 * Thread-safe: yes. Signal-safe: no. After fork: yes. Allocates: yes.
 */
PROMLET_API int promlet_registry_lint(promlet_registry *registry, promlet_lint_fn found, void *ctx);

/**
 * Look for rules that one metric breaks which is in no registry: one that was read from a document,
 * or that is only planned.
 *
 * description  its name, type, help, labels and label_count are looked at, and nothing else; lent.
 *              None of these pointers may be NULL.
 * found        called with each finding, in this thread; it may call any promlet function. NULL:
 *              they are only counted.
 * ctx          passed to found.
 * Returns: the number of findings; -1 when a pointer is NULL, and found was then not called.
 * Thread-safe: yes. Signal-safe: no. After fork: yes. Allocates: no.
 */
PROMLET_API int promlet_lint_description(const promlet_description *description,
                                         promlet_lint_fn found, void *ctx);

PROMLET_END_DECLS

#endif
