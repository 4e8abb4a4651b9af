/* SPDX-License-Identifier: Apache-2.0 */
/* All metrics of a registry as text, in one call. */
#ifndef PROMLET_METRICS_H
#define PROMLET_METRICS_H

#include <promlet/export.h>
#include <promlet/registry.h>
#include <promlet/snapshot.h>
#include <promlet/status.h>

#include <stddef.h>

PROMLET_BEGIN_DECLS

/**
 * The metrics of the default registry in the Prometheus text format 0.0.4, ended by a line
 * `# EOF`. Families are ordered by name, series by label values.
 *
 * Returns: a string to be freed with promlet_free(); NULL only when out of memory, and in a
 * callback or collector.
 * Thread-safe: yes. Signal-safe: no. After fork: yes. Allocates: yes.
 */
PROMLET_API char *promlet_get_metrics(void);

/**
 * The same for a registry of one's own.
 *
 * registry  NULL: the default one.
 * Returns: a string to be freed with promlet_free(); NULL only when out of memory, and in a
 * callback or collector.
 * Thread-safe: yes. Signal-safe: no. After fork: yes. Allocates: yes.
 */
PROMLET_API char *promlet_registry_get_metrics(promlet_registry *registry);

/**
 * The metrics of several registries as one text; see promlet_snapshot_merge().
 *
 * registries  each one or NULL: the default one.
 * count       how many; 0 gives a document without metrics.
 * Returns: a string to be freed with promlet_free(); NULL only when out of memory, when registries
 * is NULL with a count, and in a callback or collector.
 * Thread-safe: yes. Signal-safe: no. After fork: yes. Allocates: yes.
 */
PROMLET_API char *promlet_get_metrics_of(promlet_registry *const *registries, size_t count);

/**
 * The metrics of one registry into memory of the caller, with a NUL behind it. Since values grow
 * between two calls, ask for more than was needed the last time, or take a snapshot and use
 * promlet_snapshot_copy().
 *
 * registry  NULL: the default one.
 * buffer    where to write; may be NULL when size is 0.
 * size      the bytes of buffer.
 * needed    where to put the bytes that the text needs, NUL included; left alone when memory is
 *           out or an argument is wrong. NULL: not wanted.
 * Returns: PROMLET_OK; PROMLET_ERROR_BUFFER_SIZE when size is below *needed (the buffer then
 * holds the beginning of the text, with a NUL); PROMLET_ERROR_ARGUMENT; PROMLET_ERROR_MEMORY;
 * PROMLET_ERROR_BUSY in a callback or collector.
 * Thread-safe: yes. Signal-safe: no. After fork: yes. Allocates: yes, for the snapshot.
 */
PROMLET_API promlet_status promlet_registry_copy_metrics(promlet_registry *registry, char *buffer,
                                                         size_t size, size_t *needed);

/**
 * The same through a function, in pieces of at most PROMLET_PIECE_SIZE bytes. Needs about 24 KiB of
 * stack.
 *
 * registry  NULL: the default one.
 * write     called with each piece, in this thread, with no lock held; must not be NULL.
 * ctx       passed to write.
 * Returns: PROMLET_OK; PROMLET_ERROR_WRITER when write returned false; PROMLET_ERROR_ARGUMENT;
 * PROMLET_ERROR_MEMORY; PROMLET_ERROR_BUSY in a callback or collector.
 * Thread-safe: yes. Signal-safe: no. After fork: yes. Allocates: yes, for the snapshot.
 */
PROMLET_API promlet_status promlet_registry_write_metrics(promlet_registry *registry,
                                                          promlet_write_fn write, void *ctx);

PROMLET_END_DECLS

#endif
