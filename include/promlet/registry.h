/* SPDX-License-Identifier: Apache-2.0 */
/* Registries, which own metrics, and the options that every metric is declared with. */
#ifndef PROMLET_REGISTRY_H
#define PROMLET_REGISTRY_H

#include <promlet/export.h>
#include <promlet/labels.h>
#include <promlet/status.h>

#include <stdbool.h>
#include <stddef.h>

PROMLET_BEGIN_DECLS

/** The most label names that one family can declare. */
#define PROMLET_MAX_LABELS 32

/** The most finite bucket bounds that one histogram can have. */
#define PROMLET_MAX_BOUNDS 1000

/** How many series a family holds when its options say 0; the OpenTelemetry default. */
#define PROMLET_DEFAULT_MAX_SERIES 2000

/** The most native buckets that one histogram can be allowed to show. */
#define PROMLET_MAX_NATIVE_BUCKETS 10000

/** How many native buckets of a series are shown when its options say 0. */
#define PROMLET_DEFAULT_NATIVE_MAX_BUCKETS 160

/** How long a label value may be, in bytes, when a registry's options say 0. Servers have limits,
    too: VictoriaMetrics Cloud drops values beyond 1 KiB, Grafana Cloud cuts them beyond 2048. */
#define PROMLET_DEFAULT_MAX_LABEL_VALUE_BYTES 1024

/** How long a help text may be, in bytes; a longer one is cut. */
#define PROMLET_MAX_HELP_BYTES 4096

/**
 * A set of metrics that is scraped as one. Wherever a function takes a registry, NULL means the
 * default registry of the process, which always exists and is never freed.
 */
typedef struct promlet_registry promlet_registry;

/** How the series of a counter, histogram or summary are held in memory; see <promlet/recording.h>.
 */
typedef enum promlet_cells {
    PROMLET_CELLS_AUTO = 0, /**< One cell; one more for each CPU once the series is hot. */
    PROMLET_CELLS_PER_CPU,  /**< A cell for each CPU from the start, as the budget allows. */
    PROMLET_CELLS_SHARED    /**< One cell, whatever happens: the smallest. */
} promlet_cells;

/**
 * How a metric is declared. Zero it, then set what is needed; everything is copied. In C:
 *
 *     &(promlet_opts){.name = "jobs_total", .help = "Jobs done.", .labels = {"queue"}}
 *
 * What is declared again is the same metric where all of this is the same: kind, name, unit, labels
 * and constant labels; bounds and native buckets; quantiles and their window; states. Another of
 * these is an error. Of `help`, `max_series`, `cells`, `idle_seconds` and `exemplars`, what the
 * first declaration said holds. A later one may leave them out, or give PROMLET_DEFAULT_MAX_SERIES,
 * which asks for nothing; the first time that one asks for something else, the log callback hears
 * of it. `no_lint` is about the warnings of each declaration by itself.
 *
 * The struct grows at its end only. The calls that take it pass its size along, so a program that
 * was compiled against an older header keeps working.
 */
typedef struct promlet_opts {
    /** Full name as the user wants to see it: [a-zA-Z_:][a-zA-Z0-9_:]*, or any UTF-8 where the
        registry's `utf8_names` says so. Required. A counter whose name lacks `_total` gets it, and
        an info whose name lacks `_info`. Names that begin with `promlet_dropped`, `promlet_series`,
        `promlet_memory`, `promlet_help` or `promlet_collector` are promlet's own. */
    const char *name;
    /** One sentence for people. Bytes that are not UTF-8 are replaced, and what is beyond
        PROMLET_MAX_HELP_BYTES is left out, with a warning, and counted in
        `promlet_help_texts_cut_total{family}`. NULL: none, which the linter advises against. */
    const char *help;
    /** Base unit such as "seconds" or "bytes"; the name must then end in `_` and the unit (a
        counter's before `_total`). NULL: none. */
    const char *unit;
    /** Label names, in the order in which values are given later; the first NULL ends them.
        [a-zA-Z_][a-zA-Z0-9_]*, or any UTF-8 as above; not `le`, `quantile`,
        `otel_metric_overflow` or `__...`. */
    const char *labels[PROMLET_MAX_LABELS];
    /** Upper bounds of a histogram's buckets (inclusive), rising and finite; a last +Inf may be
        given and is implied. NULL: PROMLET_BOUNDS_DEFAULT. For histograms only. */
    const double *bounds;
    /** How many bounds there are; at most PROMLET_MAX_BOUNDS. 0 with bounds that are not NULL: the
        only bucket is +Inf. */
    size_t bound_count;
    /** The most series of the family; label sets beyond it share one overflow series, so that
        totals stay exact. 0: PROMLET_DEFAULT_MAX_SERIES. */
    size_t max_series;
    /** When a series is given per-CPU cells; 0, PROMLET_CELLS_AUTO, suits nearly all. Only for
        counters, histograms and summaries. */
    promlet_cells cells;
    /** Labels that every series of the family has, behind the registry's and before its own; the
        first NULL name ends them. Names as above, and none may stand twice on a series. The same
        metric declared with others is another definition. */
    promlet_label const_labels[PROMLET_MAX_CONST_LABELS];
    /** Series that nobody has asked for during this time are forgotten, and their memory is used
        again: those of `_by` calls; a handle keeps its series until it is released. Scrapes look
        after it, so a series stays some scrapes longer, and nothing is forgotten while nobody
        scrapes. What was recorded is shown before. In seconds; 0: never. */
    double idle_seconds;
    /** Names of the states of a state set, in the order of their indices; see
       <promlet/state_set.h>. Required there, and for state sets only. */
    const char *const *states;
    /** How many states there are; at most PROMLET_MAX_STATES. */
    size_t state_count;
    /** Quantiles that a summary shows, rising, from 0 to 1; see <promlet/summary.h> for what they
        cost. NULL: none. For summaries only. */
    const double *quantiles;
    /** How many quantiles there are; at most PROMLET_MAX_QUANTILES. */
    size_t quantile_count;
    /** How far back quantiles look, at least 1; 0: PROMLET_DEFAULT_WINDOW_SECONDS. Only together
        with quantiles. */
    double window_seconds;
    /** No warnings about the name and the help text of this metric, see <promlet/lint.h>, and about
        what this declaration says too late. */
    bool no_lint;
    /** Gives a histogram native buckets, each of which is at most so many times as wide as the one
        before: 1.1 suits nearly all; see <promlet/histogram.h>. Above 1; 0: none. */
    double native_factor;
    /** The most native buckets that are shown of a series, without that of 0; beyond it the
        resolution is halved. At most PROMLET_MAX_NATIVE_BUCKETS; 0:
        PROMLET_DEFAULT_NATIVE_MAX_BUCKETS. This and the three that follow: only together
        with native_factor. */
    size_t native_max_buckets;
    /** Values that are not farther from 0 share the zero bucket. Finite; 0: 2^-128. */
    double native_zero_threshold;
    /** A series whose resolution was halved starts again at zero, with full resolution, once it has
        counted for so long. In seconds; 0: never. */
    double native_min_reset_seconds;
    /** There are no classic buckets but +Inf, and no bounds may be given. */
    bool native_only;
    /** Room for exemplars: one for a counter, one a bucket for a histogram, each of 224 bytes. For
        counters and histograms only; see <promlet/exemplar.h>. */
    bool exemplars;
    /** How long a scrape waits for a callback, which then is called in a thread of its own. In
        seconds; 0: for as long as it takes. For callbacks only; see <promlet/collector.h>. */
    double deadline_seconds;
} promlet_opts;

/**
 * What a registry does with all its metrics. Zero it, then set what is needed; everything is
 * copied. The struct grows at its end only, as promlet_opts does.
 */
typedef struct promlet_registry_opts {
    /** What every name begins with: with "app_", a metric declared as `jobs_total` is exposed as
        `app_jobs_total`, which is also how errors name it. [a-zA-Z_:][a-zA-Z0-9_:]*. promlet's own
        metrics go without. NULL or "": none. */
    const char *prefix;
    /** Labels that every series has, before those of its family; the first NULL name ends them.
        Names as in promlet_opts, and not `reason`, `family` or `collector`, which promlet's own
        metrics have: they get these labels, too, so that registries can be told apart. */
    promlet_label const_labels[PROMLET_MAX_CONST_LABELS];
    /** Families without series are left out; else they show HELP and TYPE. */
    bool hide_empty_families;
    /** How long a label value may be, in bytes. A longer one is cut there, where a character ends,
        so values that begin alike share a series; each look-up with one allocates memory and counts
        in `promlet_series_values_cut_total{family}`. Not for what collectors emit.
        0: PROMLET_DEFAULT_MAX_LABEL_VALUE_BYTES. */
    size_t max_label_value_bytes;
    /** The most memory of all series: with their label text, tables and per-CPU cells, and the
        removed ones that somebody holds a handle to. Label sets beyond it share the overflow series
        of their family, and no series is given per-CPU cells, until there is room again. Metrics
        without labels and overflow series are always made, and count. In bytes; 0: no limit. */
    size_t max_memory_bytes;
    /** Leaves out promlet's own metrics, all of them. */
    bool hide_self_metrics;
    /** Shows, by family, how many series there are, and the memory that max_memory_bytes limits:
        `promlet_series{family}` and `promlet_memory_bytes`. */
    bool show_usage;
    /** No warnings about the names and help texts of metrics, see <promlet/lint.h>, and about what
        is declared too late. */
    bool no_lint;
    /** Metrics and labels, and the prefix, may have any name that is UTF-8 and not empty, such as
        `http.server.duration`. What a reader can't take as it is it gets escaped; names that would
        then be the same are refused. docs/utf8-names.md says how. Names that are reserved stay so.
        Like the prefix, part of every metric. */
    bool utf8_names;
} promlet_registry_opts;

/**
 * Make an empty registry of one's own, for a library that must not touch the default one or for a
 * test that wants to start from nothing.
 *
 * Returns: the registry, to be freed with promlet_registry_free(); NULL only when out of memory.
 * Check it: NULL as a registry means the default one everywhere else.
 * Thread-safe: yes. Signal-safe: no. After fork: yes. Allocates: yes.
 */
PROMLET_API promlet_registry *promlet_registry_new(void);

/**
 * Free a registry with all its metrics. Their handles are dead from here on: no thread may record
 * with one any more. Snapshots that were taken of it stay readable until they are released.
 *
 * It waits for callbacks and collectors that run. In one of its own it would wait for itself, so it
 * is refused there.
 *
 * registry  from promlet_registry_new(); NULL (the default registry) is refused and stays as it
 *           is, which promlet_last_error() says.
 * Thread-safe: no, this must be the last use of the registry. Signal-safe: no. After fork: yes.
 * Allocates: no.
 */
PROMLET_API void promlet_registry_free(promlet_registry *registry);

/**
 * Set all totals of a registry to zero: counters, histograms and summaries of all series, which
 * stay, as do their handles; they count, and say so, from now on. Exemplars are forgotten. Gauges,
 * states and the like stay as they are, and so do callbacks, collectors and promlet's own metrics.
 *
 * For a forked child whose metrics are added to those of its parent and its siblings: its copies of
 * the parent's totals would be counted once more. It is best called right after fork(). Whole
 * amounts start again exactly there, even if other threads record meanwhile; the sum of a histogram
 * may miss or hold the value of an observation that runs just then.
 *
 * It waits for a snapshot that is being taken, so no scrape shows half of it.
 *
 * registry  NULL: the default one, with the metrics at file scope.
 * Returns: PROMLET_OK; PROMLET_ERROR_BUSY in a callback or collector, where nothing is reset.
 * Thread-safe: yes. Signal-safe: no. After fork: yes. Allocates: no.
 */
PROMLET_API promlet_status promlet_registry_reset_totals(promlet_registry *registry);

/**
 * Set a registry's options, all of them: what they leave at zero is off from now on. The prefix,
 * the constant labels and utf8_names are part of every metric, so they can be changed only before
 * the first one is declared; later, options with the same ones are fine. Metrics at file scope
 * follow the options of the default registry, and the first scrape that finds one declares it.
 *
 * Call it as promlet_registry_configure(registry, options), which passes options_size along.
 *
 * registry      NULL: the default one.
 * options       copied; see promlet_registry_opts.
 * options_size  sizeof(promlet_registry_opts) as the caller was compiled.
 * Returns: PROMLET_OK; or an error, which leaves the options as they were and which
 * promlet_last_error() and promlet_registry_status() explain: PROMLET_ERROR_ARGUMENT, _NAME,
 * _LABELS (a constant label's value is NULL), _CONFLICT (too late) or _MEMORY.
 * Thread-safe: yes. Signal-safe: no. After fork: yes. Allocates: yes.
 */
PROMLET_API promlet_status promlet_registry_configure_sized(promlet_registry *registry,
                                                            const promlet_registry_opts *options,
                                                            size_t options_size);

/**
 * The first error that a declaration or a look-up in this registry met. Constructors never return
 * NULL: on an error they return a handle that records nothing. So a service declares everything
 * and then asks once; mistakes in metrics at file scope are found by the first scrape.
 *
 * registry  NULL: the default one.
 * why       NULL, or where to put the sentence that names the metric and the rule; it belongs to
 *           the registry, lives as long and never changes; "" when there was no error.
 * Returns: PROMLET_OK, or the code of the first error.
 * Thread-safe: yes. Signal-safe: no. After fork: yes. Allocates: no.
 */
PROMLET_API promlet_status promlet_registry_status(const promlet_registry *registry,
                                                   const char **why);

/**
 * Report an error as a declaration that is refused does: promlet_last_error() has the sentence, and
 * promlet_registry_status() keeps it if it is the first one; the log callback hears of it. For code
 * that adds ready-made metrics to promlet.
 *
 * registry  NULL: the default one.
 * status    the code; handed back. PROMLET_OK reports nothing.
 * sentence  copied, cut after 255 bytes; NULL means the text of the code.
 * Returns: status.
 * Thread-safe: yes. Signal-safe: no. After fork: yes. Allocates: no.
 */
PROMLET_API promlet_status promlet_registry_report(promlet_registry *registry,
                                                   promlet_status status, const char *sentence);

PROMLET_END_DECLS

#ifdef __cplusplus
inline promlet_status promlet_registry_configure(promlet_registry *registry,
                                                 const promlet_registry_opts *options)
{
    return promlet_registry_configure_sized(registry, options, sizeof(promlet_registry_opts));
}
#else
/* Variadic, because braces don't protect the commas of a compound literal. */
#define promlet_registry_configure(...)                                                            \
    promlet_registry_configure_sized(__VA_ARGS__, sizeof(promlet_registry_opts))
#endif

#endif
