/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Exemplars: beside a counter or a bucket of a histogram, one recording that stands for many, with
 * labels that say where it came from: mostly the trace and the span, so that a dashboard leads from
 * a slow bucket to a request that was in it. OpenMetrics and protobuf carry them; text 0.0.4 can't.
 *
 * A metric has room for them if its options say so (promlet_opts.exemplars). Either each recording
 * says what belongs to it:
 *
 *     promlet_histogram *latency = promlet_histogram_new(
 *         NULL, &(promlet_opts){.name = "request_seconds", .help = "Time.", .exemplars = true});
 *     promlet_histogram_observe_with_exemplar(
 *         latency, 0.25, PROMLET_LABEL_LIST({"trace_id", "0af7651916cd43dd8448eb211c80319c"}));
 *
 * or promlet asks for the trace that the thread works for, promlet_set_trace_context_hook(), and
 * all recordings stay as they are.
 *
 * A counter keeps one exemplar, a histogram one a bucket. It is shown until another one takes its
 * place. The next one that comes by a hook is kept only after a scrape has shown the one before, so
 * that a trace is asked for, and the clock read, at most a few times between two scrapes; one that
 * comes with a call is always kept. Nobody waits for anybody: what meets another thread that is
 * storing in the same place is not kept.
 *
 * What breaks a rule is not kept, and counted in promlet_dropped_total; the recording itself is
 * made. The reasons: "exemplar_labels" (a name that is not [a-zA-Z_][a-zA-Z0-9_]* or stands twice,
 * a name or value that is NULL), "exemplar_size" (beyond the limits below) and "exemplar_no_room"
 * (the options of the metric don't say .exemplars; one at file scope has none).
 */
#ifndef PROMLET_EXEMPLAR_H
#define PROMLET_EXEMPLAR_H

#include <promlet/counter.h>
#include <promlet/export.h>
#include <promlet/histogram.h>
#include <promlet/labels.h>

#include <stdbool.h>
#include <stddef.h>

PROMLET_BEGIN_DECLS

/** The most characters (Unicode code points) of all names and values of an exemplar together, as
    OpenMetrics has it. */
#define PROMLET_MAX_EXEMPLAR_CHARACTERS 128

/** The most bytes of the same, with one more for each name and each value. All that is ASCII fits.
 */
#define PROMLET_MAX_EXEMPLAR_BYTES 192

/** The most labels of an exemplar. */
#define PROMLET_MAX_EXEMPLAR_LABELS 32

/** What a thread works for, as W3C Trace Context and OpenTelemetry have it. */
typedef struct promlet_trace_context {
    unsigned char trace_id[16]; /**< As bytes; all zero: no trace. */
    unsigned char span_id[8];   /**< As bytes; all zero: no span. */
    bool is_sampled;            /**< The trace is kept, so that it can be looked at. */
} promlet_trace_context;

/**
 * Says which trace the calling thread works for.
 *
 * context  to be filled in; zeroed.
 * ctx      as given with the function.
 * Returns: false if it works for none.
 */
typedef bool (*promlet_trace_context_fn)(promlet_trace_context *context, void *ctx);

/**
 * Have promlet ask for the trace of a recording: promlet_counter_inc() and its like, and
 * promlet_histogram_observe(), with a handle or by label values, called or inlined, and what uses
 * them, such as timers and scopes. One function serves the whole process. Only metrics with room
 * for exemplars ask, when theirs is due; of a trace that is sampled, `trace_id` and `span_id` are
 * kept in hexadecimal digits. As long as the answer is no, the next recording asks again. What it
 * costs: with a function that is set, every recording of a counter or histogram takes 1 to 4 ns
 * longer.
 *
 * The function runs in the thread that records, amid the recording. It should do no more than read
 * what the tracer keeps for the thread, and may use only what is allowed wherever the program
 * records: if in signal handlers, then what is signal-safe. It must return. Recordings that it
 * makes itself have no exemplars. errno is kept.
 *
 * fn   NULL: nobody is asked. When this call returns, another thread may still be in the function
 *      that was set before; so its module must not be unloaded.
 * ctx  passed to fn.
 * Thread-safe: yes. Signal-safe: no. After fork: yes; the child inherits it. Allocates: no.
 */
PROMLET_API void promlet_set_trace_context_hook(promlet_trace_context_fn fn, void *ctx);

/**
 * Do what promlet_counter_add() does, and keep these labels and the amount as the counter's
 * exemplar, with the time of day.
 *
 * counter  as for promlet_counter_add(). What that refuses has no exemplar either.
 * amount   in the unit of the counter.
 * labels   names and values; copied. Bytes of a value that are not UTF-8 are replaced by U+FFFD.
 *          NULL without labels.
 * count    how many labels there are.
 * Thread-safe: yes, lock-free. Signal-safe: yes. After fork: yes. Allocates: no. Keeps errno.
 */
PROMLET_API void promlet_counter_add_with_exemplar(promlet_counter *counter, double amount,
                                                   const promlet_label *labels, size_t count);

/**
 * Do what promlet_histogram_observe() does, and keep these labels and the value as the exemplar of
 * its bucket, with the time of day.
 *
 * histogram  as for promlet_histogram_observe(). What that refuses has no exemplar either.
 * value      in the unit of the histogram.
 * labels     names and values; copied. Bytes of a value that are not UTF-8 are replaced by U+FFFD.
 *            NULL without labels.
 * count      how many labels there are.
 * Thread-safe: yes, lock-free. Signal-safe: yes. After fork: yes. Allocates: no. Keeps errno.
 */
PROMLET_API void promlet_histogram_observe_with_exemplar(promlet_histogram *histogram, double value,
                                                         const promlet_label *labels, size_t count);

/**
 * The same as promlet_counter_add_with_exemplar() with the labels `trace_id` and `span_id`, for who
 * has them as bytes.
 *
 * counter  as for promlet_counter_add(). What that refuses has no exemplar either.
 * amount   in the unit of the counter.
 * context  lent. NULL, one that is not sampled, and one without a trace or a span: the amount is
 *          added, and that is all.
 * Thread-safe: yes, lock-free. Signal-safe: yes. After fork: yes. Allocates: no. Keeps errno.
 */
PROMLET_API void promlet_counter_add_with_trace(promlet_counter *counter, double amount,
                                                const promlet_trace_context *context);

/**
 * The same as promlet_histogram_observe_with_exemplar() with the labels `trace_id` and `span_id`,
 * for who has them as bytes.
 *
 * histogram  as for promlet_histogram_observe(). What that refuses has no exemplar either.
 * value      in the unit of the histogram.
 * context    lent. NULL, one that is not sampled, and one without a trace or a span: the value is
 *            recorded, and that is all.
 * Thread-safe: yes, lock-free. Signal-safe: yes. After fork: yes. Allocates: no. Keeps errno.
 */
PROMLET_API void promlet_histogram_observe_with_trace(promlet_histogram *histogram, double value,
                                                      const promlet_trace_context *context);

PROMLET_END_DECLS

#endif
