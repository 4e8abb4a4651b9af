/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Metrics to Graphite: as lines of its plaintext protocol, with labels as parts of the path or as
 * tags, sent over TCP once or every so often. docs/graphite.md shows how.
 *
 * What Graphite can't have in a path is replaced by `_`, and the same for all whose paths are then
 * the same: of series that differ in nothing else it keeps one value. It has no NaN and no
 * infinities, and its files no names of any length: values that are none, or whose path is longer
 * than 4000 bytes (in plain paths: or a part of it than 250), are left out and counted.
 */
#ifndef PROMLET_GRAPHITE_H
#define PROMLET_GRAPHITE_H

#include <promlet/export.h>
#include <promlet/periodic.h>
#include <promlet/registry.h>
#include <promlet/snapshot.h>
#include <promlet/status.h>

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

PROMLET_BEGIN_DECLS

/** See the options of the same names. */
#define PROMLET_DEFAULT_GRAPHITE_PORT 2003
#define PROMLET_DEFAULT_GRAPHITE_CONNECT_SECONDS 5
#define PROMLET_DEFAULT_GRAPHITE_SEND_SECONDS 10
#define PROMLET_DEFAULT_GRAPHITE_MAX_INTERVAL_SECONDS 60

/** How lines are written. Zero it, then set what is needed. The struct grows at its end only. */
typedef struct promlet_graphite_encoding {
    /** What stands before each name, with a dot between them: letters, digits, `_`, `-`, `:`, and
        single dots that are neither first nor last. NULL: nothing. */
    const char *prefix;
    /** Labels are tags: `requests_total;method=GET;status=200`. Else they are parts of the path,
        their names as well: `requests_total.method.GET.status.200`. */
    bool tagged;
    /** When the values were true, in seconds since 1970, above 0; those that collectors emit with a
        time of their own have that. 0: now. */
    int64_t timestamp_seconds;
} promlet_graphite_encoding;

/**
 * Write a snapshot as lines `path value time` through a function, in pieces of at most
 * PROMLET_PIECE_SIZE bytes, for transports of your own. The samples are those of the Prometheus
 * text format: a histogram has a line for each bucket with `le` as its last label, and `_sum` and
 * `_count`.
 *
 * Call it as promlet_graphite_write(snapshot, encoding, write, ctx, left_out), which passes
 * encoding_size along. Needs about 28 KiB of stack.
 *
 * snapshot       must not be NULL.
 * encoding       how; lent for the call; must not be NULL.
 * write          called with each piece, in this thread, with no lock held; must not be NULL.
 * ctx            passed to write.
 * left_out       where to put how many values were left out, see above; set unless an argument is
 *                wrong. NULL: not wanted.
 * encoding_size  sizeof(promlet_graphite_encoding) as the caller was compiled.
 * Returns: PROMLET_OK; PROMLET_ERROR_ARGUMENT; PROMLET_ERROR_WRITER when write returned false.
 * Thread-safe: yes. Signal-safe: no. After fork: yes. Allocates: no.
 */
PROMLET_API promlet_status promlet_graphite_write_sized(const promlet_snapshot *snapshot,
                                                        const promlet_graphite_encoding *encoding,
                                                        promlet_write_fn write, void *ctx,
                                                        uint64_t *left_out, size_t encoding_size);

/** What is sent, where to, and how. Zero it, then set what is needed; everything is copied. The
    struct grows at its end only. */
typedef struct promlet_graphite_opts {
    /** What to send; must outlive the sending. NULL: the default registry. */
    promlet_registry *registry;
    /** Where Graphite (carbon, or a relay) is: a name, or an address of IPv4 or IPv6. All addresses
        of a name are tried, one after the other. Required. */
    const char *host;
    /** Where it listens for lines over TCP, 1 to 65535. 0: PROMLET_DEFAULT_GRAPHITE_PORT. */
    int port;
    /** As in promlet_graphite_encoding. */
    const char *prefix;
    /** As in promlet_graphite_encoding. */
    bool tagged;
    /** The most seconds for connecting, without those that it takes to find the name's addresses.
        0: PROMLET_DEFAULT_GRAPHITE_CONNECT_SECONDS. */
    double connect_seconds;
    /** The most seconds for sending all and for its arrival. 0:
        PROMLET_DEFAULT_GRAPHITE_SEND_SECONDS. */
    double send_seconds;
    /** Only for promlet_graphite_start(), as what follows: the seconds from one sending to the
        next. Graphite keeps the last value in each of the times that it keeps; let it be the
        shortest of these. 0: PROMLET_DEFAULT_INTERVAL_SECONDS. */
    double interval_seconds;
    /** After a sending that failed the wait is doubled each time, up to this; one that works brings
        the interval back. Below the interval: no wait is doubled. 0:
        PROMLET_DEFAULT_GRAPHITE_MAX_INTERVAL_SECONDS. */
    double max_interval_seconds;
    /** Leaves out what the sending tells about itself, which stands beside the registry's metrics
        in what is sent and nowhere else, with the label `server`:
        `promlet_graphite_duration_seconds`, a summary of how long it took,
        `promlet_graphite_failures_total`, `promlet_graphite_left_out_total` (values, see above),
        `promlet_graphite_last_success_timestamp_seconds` and `promlet_graphite_size_bytes`. They
        tell of the sendings before; the last two are there once one has worked. What the registry
        has under one of these names is left out where it is something else. */
    bool hide_own_metrics;
} promlet_graphite_opts;

/**
 * Send the metrics, now and in this thread, on a connection of their own. It ends with both sides'
 * ends of it, so that PROMLET_OK says that all has arrived, and not just that it was on its way.
 *
 * It takes no longer than connect_seconds and send_seconds, whatever the other side does. Only a
 * name may take longer, as the system asks name servers for its addresses for as long as it is set
 * up to; an address takes no time. In a callback and in a collector it is an error at once.
 *
 * Call it as promlet_graphite_send(options, left_out), which passes options_size along.
 *
 * options       see promlet_graphite_opts; must not be NULL.
 * left_out      where to put how many values were left out; set to 0 on an error. NULL: not wanted.
 * options_size  sizeof(promlet_graphite_opts) as the caller was compiled.
 * Returns: PROMLET_OK; PROMLET_ERROR_ARGUMENT; PROMLET_ERROR_UNREACHABLE (the name is not known,
 * nobody listens there, or the connection was closed before all had arrived), _TIMEOUT, _MEMORY or
 * _SYSTEM; PROMLET_ERROR_BUSY in a callback or collector. promlet_last_error() names the place,
 * what was tried, why it failed, and after how many bytes, of which Graphite may have any number of
 * whole lines.
 * Thread-safe: yes. Signal-safe: no. After fork: yes; with a name only if no other thread was
 * looking one up at the fork, whose locks the C library would miss. Allocates: yes.
 */
PROMLET_API promlet_status promlet_graphite_send_sized(const promlet_graphite_opts *options,
                                                       uint64_t *left_out, size_t options_size);

/**
 * Start a thread that sends the metrics every so often: at once, after each interval, and once more
 * at promlet_periodic_stop(), which waits for that as long as promlet_graphite_send() takes. A
 * failed sending is counted, the log callback hears of the first one in a row, and what it would
 * have sent is not sent later.
 *
 * A forked child has no such thread: nothing is sent there for its parent. It may start one of its
 * own.
 *
 * Call it as promlet_graphite_start(options, &periodic), which passes options_size along.
 *
 * options       see promlet_graphite_opts; must not be NULL.
 * periodic      where to put the thread, for the calls of <promlet/periodic.h>, to be given to
 *               promlet_periodic_stop(); set to NULL on an error. Must not be NULL.
 * options_size  sizeof(promlet_graphite_opts) as the caller was compiled.
 * Returns: PROMLET_OK; PROMLET_ERROR_ARGUMENT, _MEMORY, _PERMISSION (there is no right to make a
 * thread) or _SYSTEM (the system makes none), with a sentence in promlet_last_error(). What is
 * wrong with the other side the first sending finds.
 * Thread-safe: yes. Signal-safe: no. After fork: yes. Allocates: yes.
 */
PROMLET_API promlet_status promlet_graphite_start_sized(const promlet_graphite_opts *options,
                                                        promlet_periodic **periodic,
                                                        size_t options_size);

PROMLET_END_DECLS

#ifdef __cplusplus
inline promlet_status promlet_graphite_write(const promlet_snapshot *snapshot,
                                             const promlet_graphite_encoding *encoding,
                                             promlet_write_fn write, void *ctx, uint64_t *left_out)
{
    return promlet_graphite_write_sized(snapshot, encoding, write, ctx, left_out,
                                        sizeof(promlet_graphite_encoding));
}
inline promlet_status promlet_graphite_send(const promlet_graphite_opts *options,
                                            uint64_t *left_out)
{
    return promlet_graphite_send_sized(options, left_out, sizeof(promlet_graphite_opts));
}
inline promlet_status promlet_graphite_start(const promlet_graphite_opts *options,
                                             promlet_periodic **periodic)
{
    return promlet_graphite_start_sized(options, periodic, sizeof(promlet_graphite_opts));
}
#else
/* Variadic, because braces don't protect the commas of a compound literal. */
#define promlet_graphite_write(...)                                                                \
    promlet_graphite_write_sized(__VA_ARGS__, sizeof(promlet_graphite_encoding))
#define promlet_graphite_send(...)                                                                 \
    promlet_graphite_send_sized(__VA_ARGS__, sizeof(promlet_graphite_opts))
#define promlet_graphite_start(...)                                                                \
    promlet_graphite_start_sized(__VA_ARGS__, sizeof(promlet_graphite_opts))
#endif

#endif
