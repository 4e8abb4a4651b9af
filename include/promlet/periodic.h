/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A thread that calls a function every so often: what the periodic modes of text file, Graphite and
 * push run in, for other transports that want the same.
 */
#ifndef PROMLET_PERIODIC_H
#define PROMLET_PERIODIC_H

#include <promlet/export.h>
#include <promlet/status.h>

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

PROMLET_BEGIN_DECLS

/** See promlet_periodic_opts.interval_seconds. */
#define PROMLET_DEFAULT_INTERVAL_SECONDS 15

/** The shortest interval, in seconds. */
#define PROMLET_MIN_INTERVAL_SECONDS 0.001

/** A thread that runs rounds. */
typedef struct promlet_periodic promlet_periodic;

/**
 * One round. It is called in a thread of its own, with all signals blocked and no lock held; never
 * twice at once. It may call any promlet function.
 *
 * ctx  promlet_periodic_opts.ctx.
 * Returns: PROMLET_OK, or the error that the round ended with; what promlet_last_error() then says
 * is taken for the reason.
 */
typedef promlet_status (*promlet_periodic_fn)(void *ctx);

/** How rounds are run. Zero it, then set what is needed; names are copied. The struct grows at its
    end only. */
typedef struct promlet_periodic_opts {
    /** The time from the start of a round to the start of the next, on the monotonic clock. The
        first round is at once. Rounds whose time has passed, because one took longer or the process
        was stopped, are left out: there are never two in a row without a wait. At least
        PROMLET_MIN_INTERVAL_SECONDS. 0: PROMLET_DEFAULT_INTERVAL_SECONDS. */
    double interval_seconds;
    /** After a round that failed the wait is doubled each time, up to this; a round that works
        brings the interval back. 0: the interval stays. */
    double max_interval_seconds;
    /** One round. Required. */
    promlet_periodic_fn run;
    /** Passed to run and free_ctx. */
    void *ctx;
    /** Called once, when there will be no more rounds, so that what ctx points to can be freed:
        mostly in the thread, after its last round. In a forked child it is called by
        promlet_periodic_stop(), where a round of the parent's may have been amid anything; so let
        it take no lock that a round takes. NULL: nothing is called. */
    void (*free_ctx)(void *ctx);
    /** A last round is run when it is stopped, unless the stop comes from a round or a callback. */
    bool runs_at_stop;
    /** What the log calls it, and the system its thread, of which that takes 15 bytes. NULL:
        "promlet". */
    const char *name;
} promlet_periodic_opts;

/**
 * Start a thread that runs rounds. The log callback hears of the first round that fails, and of no
 * other before one has worked again.
 *
 * A forked child has no such thread: nothing is run there for its parent. It may start one of its
 * own.
 *
 * Call it as promlet_periodic_start(options, &periodic), which passes options_size along.
 *
 * options       see promlet_periodic_opts; must not be NULL.
 * periodic      where to put what is started, to be given to promlet_periodic_stop(); set before
 *               the first round begins, and to NULL on an error. Must not be NULL.
 * options_size  sizeof(promlet_periodic_opts) as the caller was compiled.
 * Returns: PROMLET_OK; PROMLET_ERROR_ARGUMENT, _MEMORY, _PERMISSION (there is no right to make a
 * thread) or _SYSTEM (the system makes none), with a sentence in promlet_last_error(). After an
 * error free_ctx is not called.
 * Thread-safe: yes. Signal-safe: no. After fork: yes. Allocates: yes.
 */
PROMLET_API promlet_status promlet_periodic_start_sized(const promlet_periodic_opts *options,
                                                        promlet_periodic **periodic,
                                                        size_t options_size);

/**
 * Stop running rounds, and free the thread and what belongs to it. A wait for the next round ends
 * at once; a round that runs, or the last one of runs_at_stop, is waited for; so hold no lock that
 * it takes.
 *
 * In a round, also one of another thread like it, in a callback and in a collector it does not
 * wait: the thread ends by itself when the round that it is in has ended, and then calls free_ctx.
 *
 * In a forked child it frees what the child has of its parent's, and does nothing else.
 *
 * periodic  from promlet_periodic_start(), not valid afterwards, whatever is returned; NULL is
 *           allowed.
 * Returns: PROMLET_OK when it has ended; PROMLET_ERROR_BUSY when it ends by itself.
 * Thread-safe: yes, as the last use of it. Signal-safe: no. After fork: yes. Allocates: no.
 */
PROMLET_API promlet_status promlet_periodic_stop(promlet_periodic *periodic);

/**
 * How many rounds have ended.
 *
 * periodic  from promlet_periodic_start(); NULL is allowed.
 * Returns: their number; 0 for NULL and in a forked child.
 * Thread-safe: yes. Signal-safe: no. After fork: yes. Allocates: no.
 */
PROMLET_API uint64_t promlet_periodic_rounds(promlet_periodic *periodic);

/**
 * How many of the rounds have failed.
 *
 * periodic  from promlet_periodic_start(); NULL is allowed.
 * Returns: their number; 0 for NULL and in a forked child.
 * Thread-safe: yes. Signal-safe: no. After fork: yes. Allocates: no.
 */
PROMLET_API uint64_t promlet_periodic_failures(promlet_periodic *periodic);

/**
 * When a round last worked: the time of its end.
 *
 * periodic  from promlet_periodic_start(); NULL is allowed.
 * Returns: seconds since 1970 in UTC; 0 when none has, for NULL and in a forked child.
 * Thread-safe: yes. Signal-safe: no. After fork: yes. Allocates: no.
 */
PROMLET_API double promlet_periodic_last_success_seconds(promlet_periodic *periodic);

PROMLET_END_DECLS

#ifdef __cplusplus
inline promlet_status promlet_periodic_start(const promlet_periodic_opts *options,
                                             promlet_periodic **periodic)
{
    return promlet_periodic_start_sized(options, periodic, sizeof(promlet_periodic_opts));
}
#else
/* Variadic, because braces don't protect the commas of a compound literal. */
#define promlet_periodic_start(...)                                                                \
    promlet_periodic_start_sized(__VA_ARGS__, sizeof(promlet_periodic_opts))
#endif

#endif
