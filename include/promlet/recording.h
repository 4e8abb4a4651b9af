/* SPDX-License-Identifier: Apache-2.0 */
/*
 * How recordings reach memory, and a switch that stops them.
 *
 * A series starts with one cell, which all threads add to with atomic operations: small, and fast
 * as long as few threads meet. A counter, histogram or summary on which 100,000 recordings a second
 * or more fell between two scrapes (at least 0.1 s apart) is given a cell for each CPU by the
 * second one, so that threads no longer meet; see promlet_opts.cells for other choices. (A counter
 * is judged by the whole amounts that were added: one that takes fractions only is not given any
 * unless it is told to.) Nothing is lost or shown twice on the way, and a recording never waits,
 * allocates or decides anything.
 *
 * Per-CPU cells are written on one of two paths, the same for the whole process: restartable
 * sequences where the system has them (Linux on x86-64 with glibc 2.35 or later), which cost about
 * as much as a plain addition, and atomic operations elsewhere (other systems, sanitizers,
 * valgrind).
 *
 * A child of vfork() must not record, nor may a signal handler that runs in it: the child borrows
 * its parent's thread, for which the kernel does not restart sequences meanwhile, so that the
 * addition of another thread could be lost. (POSIX lets it call only exec and _exit anyway.)
 */
#ifndef PROMLET_RECORDING_H
#define PROMLET_RECORDING_H

#include <promlet/export.h>
#include <promlet/registry.h>
#include <promlet/status.h>

#include <stdbool.h>
#include <stddef.h>

PROMLET_BEGIN_DECLS

/** The bytes of per-CPU cells that a registry gives at most, unless it is told otherwise. A series
    takes 256 bytes, and 128 for each CPU (a histogram 8 for each bucket and its sum, rounded up to
    a multiple of 128). */
#define PROMLET_DEFAULT_CELL_BUDGET ((size_t)16 * 1024 * 1024)

/** How per-CPU cells are written. */
typedef enum promlet_recording_path {
    PROMLET_PATH_ATOMIC,     /**< By atomic operations. */
    PROMLET_PATH_RESTARTABLE /**< By restartable sequences. */
} promlet_recording_path;

/**
 * Which path this process uses. The first question, or the first per-CPU cell, settles it.
 *
 * Returns: the path.
 * Thread-safe: yes. Signal-safe: yes. After fork: yes. Allocates: no.
 */
PROMLET_API promlet_recording_path promlet_get_recording_path(void);

/**
 * Choose the path, to compare both or to rule one out. Call it before
 * promlet_get_recording_path(), the first scrape, the first start of a server (which has metrics of
 * its own), and the first metric that has labels or PROMLET_CELLS_PER_CPU.
 *
 * path  PROMLET_PATH_ATOMIC works everywhere.
 * Returns: PROMLET_OK, also when the path is used already; PROMLET_ERROR_ARGUMENT when the other
 * one is, or when this system does not have it.
 * Thread-safe: yes. Signal-safe: no. After fork: yes. Allocates: no.
 */
PROMLET_API promlet_status promlet_set_recording_path(promlet_recording_path path);

/**
 * Set how much memory the per-CPU cells of a registry may take. A series for which nothing is left
 * stays with one cell, and is only slower; a warning through the log callback says so once, at the
 * next scrape.
 *
 * registry  NULL: the default one.
 * bytes     0: no per-CPU cells. Cells that were given already stay.
 * Thread-safe: yes. Signal-safe: no. After fork: yes. Allocates: no.
 */
PROMLET_API void promlet_registry_set_cell_budget(promlet_registry *registry, size_t bytes);

/**
 * How much memory the per-CPU cells of a registry take.
 *
 * registry  NULL: the default one.
 * Returns: bytes; 0 as long as no series was given any.
 * Thread-safe: yes. Signal-safe: no. After fork: yes. Allocates: no.
 */
PROMLET_API size_t promlet_registry_cell_bytes(promlet_registry *registry);

/**
 * Switch recording off or on again, for the whole process: every registry, the metrics at file
 * scope, the called and the inlined calls. It starts on.
 *
 * While it is off, counters, histograms, summaries and timers record nothing, by handle as well as
 * by label values: a recording costs one load of a word that stays in the cache, reads no clock,
 * creates no series and counts no mistakes. A timer that is started while it is off records
 * nothing, also if recording is on when it is observed; so does one that was started before and is
 * observed meanwhile. Gauges, state sets and unknowns go on: they say how things are, and would be
 * wrong afterwards. For the same reason an in-progress scope (scope.h) that was entered is always
 * left. Declarations, look-ups with promlet_X_with() and scrapes work as usual.
 *
 *     promlet_set_recording(false);
 *     ...
 *     promlet_set_recording(true);
 *
 * Other threads see the switch within a moment, not at once: recordings that run meanwhile may be
 * made or not. Each is made wholly or not at all.
 *
 * is_on  false: record nothing from now on.
 * Thread-safe: yes, lock-free. Signal-safe: yes. After fork: yes; the child inherits the switch.
 * Allocates: no. Keeps errno.
 */
PROMLET_API void promlet_set_recording(bool is_on);

/**
 * Whether recording is on, to leave out work that only serves a recording.
 *
 * Returns: what was last set; true if nothing was.
 * Thread-safe: yes, lock-free. Signal-safe: yes. After fork: yes. Allocates: no. Keeps errno.
 */
PROMLET_API bool promlet_recording_is_on(void);

PROMLET_END_DECLS

#endif
