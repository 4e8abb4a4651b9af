/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Metrics in a text file, as node_exporter's textfile collector reads it: for programs that nobody
 * can scrape, such as jobs that end, or that serve nothing. docs/text-file.md shows how.
 *
 * The file is always whole. All is written to a temporary file in the same folder, whose name no
 * reader takes for a text file, and which then takes the place of the file. Any number of threads
 * and processes may write the same file: it is then what one of them wrote.
 *
 * The format is Prometheus text 0.0.4. No sample has a time: node_exporter passes over a file that
 * has one, so what collectors emit with a time is written without it.
 */
#ifndef PROMLET_TEXT_FILE_H
#define PROMLET_TEXT_FILE_H

#include <promlet/export.h>
#include <promlet/periodic.h>
#include <promlet/registry.h>
#include <promlet/status.h>

#include <stdbool.h>
#include <stddef.h>

PROMLET_BEGIN_DECLS

/** See promlet_text_file_opts.mode. */
#define PROMLET_DEFAULT_TEXT_FILE_MODE 0644

/** What is written, where to, and how. Zero it, then set what is needed; everything is copied. The
    struct grows at its end only. */
typedef struct promlet_text_file_opts {
    /** What to write; must outlive the writing. NULL: the default registry. */
    promlet_registry *registry;
    /** The file. Its folder must exist; its name ends in ".prom", since node_exporter reads no
        others. A file that is there is replaced, a symbolic link as well, and not what it points
        to; a folder, a device and the like are refused. Required. */
    const char *path;
    /** Who may read and write the file, as chmod(2) has it and whatever the umask; 0:
        PROMLET_DEFAULT_TEXT_FILE_MODE, as node_exporter is another user. The owner is who writes
        it. */
    int mode;
    /** The file and its folder are on the disk when the call returns, so that the metrics survive a
        loss of power. Else the system writes them when it likes, and after such a loss there may be
        the file from before, or an empty one. */
    bool syncs;
    /** The name may be any, for other readers than node_exporter. */
    bool any_name;
    /** Only for promlet_text_file_start(), as what follows: the seconds from one writing to the
        next. 0: PROMLET_DEFAULT_INTERVAL_SECONDS. */
    double interval_seconds;
    /** Leaves out what the writing tells about itself, which stands beside the registry's metrics
        in the file and nowhere else, with the label `path`:
        `promlet_text_file_duration_seconds`, a summary of how long it took,
        `promlet_text_file_failures_total`, `promlet_text_file_last_success_timestamp_seconds` and
        `promlet_text_file_size_bytes`. They tell of the writings before; the last two are there
        once one has worked. What the registry has under one of these names is left out where it is
        something else. */
    bool hide_own_metrics;
} promlet_text_file_opts;

/**
 * Write a text file, now and in this thread. It takes as long as the file system does.
 *
 * On an error the file is as it was, and nothing else is left behind; only a process that is killed
 * meanwhile leaves its temporary file, `.NAME.promlet-` and 16 digits, which nobody reads. (When
 * syncs is set and the folder could not be written to the disk, the file is new in spite of the
 * error.) A file beyond the limit of its size (RLIMIT_FSIZE) is an error, and no SIGXFSZ.
 *
 * Call it as promlet_text_file_write(options), which passes options_size along.
 *
 * options       see promlet_text_file_opts; must not be NULL.
 * options_size  sizeof(promlet_text_file_opts) as the caller was compiled.
 * Returns: PROMLET_OK; PROMLET_ERROR_ARGUMENT; PROMLET_ERROR_NOT_FOUND (the folder is missing),
 * _PERMISSION (also on a file system that can only be read), _SYSTEM (the disk is full, say) or
 * _MEMORY; PROMLET_ERROR_BUSY in a callback or collector. promlet_last_error() names the file, what
 * was tried, and why it failed.
 * Thread-safe: yes. Signal-safe: no. After fork: yes. Allocates: yes.
 */
PROMLET_API promlet_status promlet_text_file_write_sized(const promlet_text_file_opts *options,
                                                         size_t options_size);

/**
 * Start a thread that writes a text file every so often: at once, after each interval, and once
 * more at promlet_periodic_stop(), so that the last values are in it. The file stays afterwards;
 * remove it if nobody shall see these values any more. A failed writing is counted, the log
 * callback hears of the first one in a row, and the next interval tries again.
 *
 * A forked child has no such thread: nothing is written there for its parent. It may start one of
 * its own.
 *
 * Call it as promlet_text_file_start(options, &periodic), which passes options_size along.
 *
 * options       see promlet_text_file_opts; must not be NULL. A path that does not begin with '/'
 *               is taken from the folder that is the current one now.
 * periodic      where to put the thread, for the calls of <promlet/periodic.h>, to be given to
 *               promlet_periodic_stop(); set to NULL on an error. Must not be NULL.
 * options_size  sizeof(promlet_text_file_opts) as the caller was compiled.
 * Returns: PROMLET_OK; PROMLET_ERROR_ARGUMENT, _MEMORY, _NOT_FOUND (the current folder was
 * removed), _PERMISSION (there is no right to make a thread, or to find the current folder) or
 * _SYSTEM (the system makes no thread, or does not tell the current folder for another reason),
 * with a sentence in promlet_last_error(). What is wrong with the file itself the first writing
 * finds.
 * Thread-safe: yes. Signal-safe: no. After fork: yes. Allocates: yes.
 */
PROMLET_API promlet_status promlet_text_file_start_sized(const promlet_text_file_opts *options,
                                                         promlet_periodic **periodic,
                                                         size_t options_size);

PROMLET_END_DECLS

#ifdef __cplusplus
inline promlet_status promlet_text_file_write(const promlet_text_file_opts *options)
{
    return promlet_text_file_write_sized(options, sizeof(promlet_text_file_opts));
}
inline promlet_status promlet_text_file_start(const promlet_text_file_opts *options,
                                              promlet_periodic **periodic)
{
    return promlet_text_file_start_sized(options, periodic, sizeof(promlet_text_file_opts));
}
#else
/* Variadic, because braces don't protect the commas of a compound literal. */
#define promlet_text_file_write(...)                                                               \
    promlet_text_file_write_sized(__VA_ARGS__, sizeof(promlet_text_file_opts))
#define promlet_text_file_start(...)                                                               \
    promlet_text_file_start_sized(__VA_ARGS__, sizeof(promlet_text_file_opts))
#endif

#endif
