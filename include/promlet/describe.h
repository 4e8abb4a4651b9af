/* SPDX-License-Identifier: Apache-2.0 */
/* What there is in a registry, without its values: for programs that make something of it, as
   <promlet/dashboard.h> does. */
#ifndef PROMLET_DESCRIBE_H
#define PROMLET_DESCRIBE_H

#include <promlet/export.h>
#include <promlet/registry.h>
#include <promlet/snapshot.h>
#include <promlet/status.h>

#include <stdbool.h>
#include <stddef.h>

PROMLET_BEGIN_DECLS

/** A metric as it was declared, or as a collector emits it. All is lent until the callback returns;
    no pointer is NULL. The struct grows at its end only. */
typedef struct promlet_description {
    /** The name as a scrape shows it, with `_total` or `_info` where its type wants that, and
        escaped as it was asked for. */
    const char *name;
    /** As OpenMetrics calls it: "counter", "gauge", "histogram", "gaugehistogram", "summary",
        "info", "stateset" or "unknown". */
    const char *type;
    /** The base unit; "" for none. */
    const char *unit;
    /** The help text; "" for none. Valid UTF-8. */
    const char *help;
    /** Names of the labels that tell its series apart, escaped likewise; without constant ones, and
        without `le`, `quantile` and the label of a state set's states. */
    const char *const *labels;
    /** How many there are. */
    size_t label_count;
    /** A histogram has buckets with bounds of their own. */
    bool has_classic_buckets;
    /** A histogram has native buckets. */
    bool has_native_buckets;
    /** A summary has quantiles. */
    bool has_quantiles;
} promlet_description;

/**
 * Receives the description of a metric.
 *
 * description  lent until the callback returns.
 * ctx          what was given to promlet_registry_describe().
 */
typedef void (*promlet_describe_fn)(const promlet_description *description, void *ctx);

/**
 * Tell which metrics a registry has, in the order of their names, those without series as well. The
 * registry is scraped for it: that finds the metrics at file scope, and calls callbacks and
 * collectors, whose families are known only then. Of promlet's own metrics those are told of that
 * have been shown before or are shown by this scrape.
 *
 * registry   NULL: the default one.
 * escaping   how the names of metrics and labels are given that are not plain;
 *            PROMLET_ESCAPING_ALLOW_UTF8: as they are.
 * described  called with each metric, in this thread, with no lock held; it may call any promlet
 *            function. Must not be NULL.
 * ctx        passed to described.
 * Returns: PROMLET_OK; PROMLET_ERROR_ARGUMENT, _BUSY (in a callback or collector) or _MEMORY, and
 * described was then not called.
 * Thread-safe: yes. Signal-safe: no. After fork: yes. Allocates: yes.
 */
PROMLET_API promlet_status promlet_registry_describe(promlet_registry *registry,
                                                     promlet_escaping escaping,
                                                     promlet_describe_fn described, void *ctx);

PROMLET_END_DECLS

#endif
