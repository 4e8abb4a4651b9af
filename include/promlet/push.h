/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Metrics to a Prometheus Pushgateway, for jobs that end before anybody could scrape them. Link
 * promlet::push (pkg-config: promlet-push). A service that runs on is better scraped, see
 * <promlet/server.h>; docs/push.md says why.
 *
 * A batch job needs one call at its end:
 *
 *     #include <promlet/promlet.h>
 *     #include <promlet/push.h>
 *     #include <stdio.h>
 *     static bool run(void)
 *     {
 *         return true; // if the work is done
 *     }
 *     int main(void)
 *     {
 *         promlet_timer timer = promlet_timer_start();
 *         bool has_succeeded = run();
 *         if (promlet_push_job(&(promlet_push_opts){.url = "http://gateway.example:9091",
 *                                                   .job = "nightly_backup"},
 *                              timer, has_succeeded) != PROMLET_OK) {
 *             fprintf(stderr, "%s\n", promlet_last_error());
 *         }
 *         return has_succeeded ? 0 : 1;
 *     }
 *
 * What is sent belongs to a group, which is named by the job and by any other labels, the grouping
 * key. The gateway puts these labels on all that it keeps for the group, and keeps it until it is
 * replaced or deleted, whether or not the job runs on.
 *
 * No call takes longer than its time-out, whatever name server and gateway do. Nothing that they
 * could be told is taken from the environment, no proxy either. No redirect is followed: where it
 * points to is in the sentence of promlet_last_error(), as what the gateway says against the
 * metrics is. These sentences never show passwords and tokens.
 */
#ifndef PROMLET_PUSH_H
#define PROMLET_PUSH_H

#include <promlet/export.h>
#include <promlet/labels.h>
#include <promlet/periodic.h>
#include <promlet/registry.h>
#include <promlet/snapshot.h>
#include <promlet/status.h>
#include <promlet/timer.h>

#include <stdbool.h>
#include <stddef.h>

PROMLET_BEGIN_DECLS

/** The most labels that a grouping key can have beside job and instance. */
#define PROMLET_MAX_GROUPING_LABELS 8

/** See the options of the same names. */
#define PROMLET_DEFAULT_CONNECT_SECONDS 5
#define PROMLET_DEFAULT_PUSH_SECONDS 10

/**
 * What is pushed, where to, and how. Zero it, then set what is needed; everything is copied or lent
 * for the call. The struct grows at its end only.
 */
typedef struct promlet_push_opts {
    /** What to push; must outlive the pushing. NULL: the default registry. */
    promlet_registry *registry;
    /** Where the gateway is, such as "http://gateway.example:9091" or
        "https://gateway.example/path"; what has no scheme is http. Without the /metrics/job/... of
        a group, which is added to any path, to one that ends in /metrics as well; a URL that has
        it already is refused. Without a query, and without a password: that is an option of its
        own; so a path has "%40" in place of an '@'. Required. */
    const char *url;
    /** The label job of the group. Any text that is not empty. Required. */
    const char *job;
    /** The label instance of the group. NULL: it has none, or see instance_is_hostname. */
    const char *instance;
    /** The label instance is the name of this machine. Think before: a job that may run on any of
        several machines should have none, or each of them keeps a group. */
    bool instance_is_hostname;
    /** More labels of the group; the first NULL name ends them. Names as in promlet_opts, and not
        `job` or `instance`; values may be any text, "" as well. */
    promlet_label grouping[PROMLET_MAX_GROUPING_LABELS];
    /** What to say with basic authentication; no ':' in the name. NULL, both: nothing. */
    const char *username;
    const char *password;
    /** What to say with bearer authentication, up to 4096 bytes of printable ASCII. NULL: nothing.
        Not together with a username. */
    const char *bearer_token;
    /** A PEM file with the certificates of those who vouch for the gateway. NULL: those that
        libcurl was built to trust. The gateway's certificate is always verified. This and the two
        that follow must be regular files, as they are read at each push, and be there and readable
        when a push, or the pushing, begins. */
    const char *ca_path;
    /** A PEM file with a certificate to show, and those of its issuers. NULL: none. */
    const char *certificate_path;
    /** A PEM file with the key of the certificate, without a password. NULL: it is in the
        certificate's file. */
    const char *key_path;
    /** A proxy to go through, such as "http://proxy:3128" or "http://name:password@proxy:3128",
        where a password has "%40" in place of an '@', "%2F" of a '/' and so on; one that can't be
        read is refused. NULL: none, whatever the environment says. */
    const char *proxy;
    /** PROMLET_FORMAT_TEXT_0_0_4, which is 0; PROMLET_FORMAT_TEXT_1_0_0 for a gateway that takes
        UTF-8 names; or PROMLET_FORMAT_PROTOBUF for one that keeps native histograms. The gateway
        reads no others. */
    promlet_format format;
    /** The seconds for finding the name's address, connecting and agreeing on TLS. 0:
        PROMLET_DEFAULT_CONNECT_SECONDS. */
    double connect_seconds;
    /** The seconds for all of a push. 0: PROMLET_DEFAULT_PUSH_SECONDS. */
    double push_seconds;
    /** Only for promlet_push_start(), as what follows: the seconds from one push to the next. 0:
        PROMLET_DEFAULT_INTERVAL_SECONDS. */
    double interval_seconds;
    /** Each push is as by promlet_push_add(), else as by promlet_push(). */
    bool adds;
    /** Leaves out what the pushing tells about itself, which stands beside the registry's metrics
        in what is pushed and nowhere else: `promlet_push_duration_seconds`, a summary of how long
        pushes took, whose count is how many there were; `promlet_push_size_bytes`, a summary of the
        documents that the gateway took; `promlet_push_failures_total{reason}`, where the reason is
        "name", "connection", "tls", "timeout", "answer", "status" or "internal"; and, once a push
        has worked, `promlet_push_last_success_timestamp_seconds`. They tell of the pushes before.
        What the registry has under one of these names is left out where it is something else. */
    bool hide_own_metrics;
} promlet_push_opts;

/**
 * Push metrics so that they are all that the group has (PUT): whatever else it had is gone
 * afterwards.
 *
 * Metrics whose series have a label of the grouping key are refused before anything is sent: the
 * gateway would replace the label's value.
 *
 * Call it as promlet_push(options), which passes options_size along.
 *
 * options       see promlet_push_opts; must not be NULL.
 * options_size  sizeof(promlet_push_opts) as the caller was compiled.
 * Returns: PROMLET_OK when the gateway has taken them; PROMLET_ERROR_ARGUMENT for a wrong option,
 * such as a file that is not there; PROMLET_ERROR_PERMISSION or _SYSTEM for a file that can't be
 * read, by lack of rights or for another reason, such as too many open files; _SYSTEM also where
 * instance_is_hostname is set and the system does not tell this machine's name;
 * PROMLET_ERROR_LABELS for a label of the grouping key on a series; PROMLET_ERROR_MEMORY;
 * PROMLET_ERROR_BUSY in a callback or collector; PROMLET_ERROR_UNREACHABLE, _TIMEOUT or _REFUSED.
 * promlet_last_error() then says why: with the address, and what the gateway answered.
 * Thread-safe: yes. Signal-safe: no. After fork: yes, with https only if no other thread was
 * pushing at the fork, whose locks the TLS library would miss. Allocates: yes.
 */
PROMLET_API promlet_status promlet_push_sized(const promlet_push_opts *options,
                                              size_t options_size);

/**
 * Push metrics beside what the group has (POST): they replace those of the same names only.
 *
 * Call it as promlet_push_add(options), which passes options_size along.
 *
 * options       see promlet_push_opts; must not be NULL.
 * options_size  sizeof(promlet_push_opts) as the caller was compiled.
 * Returns: as promlet_push_sized().
 * Thread-safe: yes. Signal-safe: no. After fork: as promlet_push_sized(). Allocates: yes.
 */
PROMLET_API promlet_status promlet_push_add_sized(const promlet_push_opts *options,
                                                  size_t options_size);

/**
 * Delete all that the gateway has of a group. It is no error when it has nothing. The gateway does
 * it soon after its answer, and before what is pushed later.
 *
 * Call it as promlet_push_delete(options), which passes options_size along.
 *
 * options       see promlet_push_opts; the registry and the format do not matter. Must not be NULL.
 * options_size  sizeof(promlet_push_opts) as the caller was compiled.
 * Returns: as promlet_push_sized().
 * Thread-safe: yes. Signal-safe: no. After fork: as promlet_push_sized(). Allocates: yes.
 */
PROMLET_API promlet_status promlet_push_delete_sized(const promlet_push_opts *options,
                                                     size_t options_size);

/**
 * Push the metrics of a batch job that has ended, and beside them what alerts on jobs need. For the
 * job "nightly-backup" these are the gauges, in the registry of the options from now on,
 *
 *   nightly_backup_duration_seconds                      how long it ran,
 *   nightly_backup_last_completion_timestamp_seconds     when it ended, well or not,
 *   nightly_backup_last_success_timestamp_seconds        when it last ended well.
 *
 * The last one is only declared once the job has succeeded, and all is pushed as by
 * promlet_push_add(), so the gateway keeps the time of the last success when a run fails.
 *
 * A job's name becomes a metric's by `_` in place of each character that is not a letter of ASCII,
 * a digit or `_`. A job whose runs differ in other labels than its own name should not push the
 * same registry twice.
 *
 * Call it as promlet_push_job(options, timer, has_succeeded), which passes options_size along.
 *
 * options        see promlet_push_opts; must not be NULL.
 * timer          started when the job began.
 * has_succeeded  how it ended.
 * options_size   sizeof(promlet_push_opts) as the caller was compiled.
 * Returns: as promlet_push_sized(). When one of the gauges can't be declared, because its name
 * belongs to another metric, all else is pushed, and promlet_registry_status() tells.
 * Thread-safe: yes. Signal-safe: no. After fork: as promlet_push_sized(). Allocates: yes.
 */
PROMLET_API promlet_status promlet_push_job_sized(const promlet_push_opts *options,
                                                  promlet_timer timer, bool has_succeeded,
                                                  size_t options_size);

/**
 * Start a thread that pushes every so often: at once, after each interval, and once more at
 * promlet_periodic_stop(), so that the gateway has the last values. It keeps them afterwards;
 * promlet_push_delete() is how it forgets them.
 *
 * A push that fails loses nothing, since values go on growing and the next one has them all. It is
 * counted; the log callback hears of the first one in a row, and of one that fails for another
 * reason than the one before.
 *
 * A stop waits for a push that runs and for the last one, so for twice push_seconds at most.
 *
 * A forked child has no such thread: nothing is pushed there for its parent. It may start one of
 * its own.
 *
 * Call it as promlet_push_start(options, &periodic), which passes options_size along.
 *
 * options       see promlet_push_opts; must not be NULL.
 * periodic      where to put the thread, for the calls of <promlet/periodic.h>, to be given to
 *               promlet_periodic_stop(); set to NULL on an error. Must not be NULL.
 * options_size  sizeof(promlet_push_opts) as the caller was compiled.
 * Returns: PROMLET_OK; PROMLET_ERROR_ARGUMENT, _PERMISSION (there is no right to read a file, or to
 * make a thread), _MEMORY or _SYSTEM (a file can't be opened for another reason, such as too many
 * open files; the system does not tell this machine's name, which instance_is_hostname asks for; it
 * makes no thread), with a sentence in promlet_last_error(). What is wrong with the gateway the
 * first push finds.
 * Thread-safe: yes. Signal-safe: no. After fork: as promlet_push_sized(). Allocates: yes.
 */
PROMLET_API promlet_status promlet_push_start_sized(const promlet_push_opts *options,
                                                    promlet_periodic **periodic,
                                                    size_t options_size);

PROMLET_END_DECLS

#ifdef __cplusplus
inline promlet_status promlet_push(const promlet_push_opts *options)
{
    return promlet_push_sized(options, sizeof(promlet_push_opts));
}
inline promlet_status promlet_push_add(const promlet_push_opts *options)
{
    return promlet_push_add_sized(options, sizeof(promlet_push_opts));
}
inline promlet_status promlet_push_delete(const promlet_push_opts *options)
{
    return promlet_push_delete_sized(options, sizeof(promlet_push_opts));
}
inline promlet_status promlet_push_job(const promlet_push_opts *options, promlet_timer timer,
                                       bool has_succeeded)
{
    return promlet_push_job_sized(options, timer, has_succeeded, sizeof(promlet_push_opts));
}
inline promlet_status promlet_push_start(const promlet_push_opts *options,
                                         promlet_periodic **periodic)
{
    return promlet_push_start_sized(options, periodic, sizeof(promlet_push_opts));
}
#else
/* Variadic, because braces don't protect the commas of a compound literal. */
#define promlet_push(...) promlet_push_sized(__VA_ARGS__, sizeof(promlet_push_opts))
#define promlet_push_add(...) promlet_push_add_sized(__VA_ARGS__, sizeof(promlet_push_opts))
#define promlet_push_delete(...) promlet_push_delete_sized(__VA_ARGS__, sizeof(promlet_push_opts))
#define promlet_push_job(...) promlet_push_job_sized(__VA_ARGS__, sizeof(promlet_push_opts))
#define promlet_push_start(...) promlet_push_start_sized(__VA_ARGS__, sizeof(promlet_push_opts))
#endif

#endif
