/* SPDX-License-Identifier: Apache-2.0 */
/* Snapshots: one consistent copy of a registry's values, and the formats to write it in. */
#ifndef PROMLET_SNAPSHOT_H
#define PROMLET_SNAPSHOT_H

#include <promlet/export.h>
#include <promlet/registry.h>
#include <promlet/status.h>

#include <stdbool.h>
#include <stddef.h>

PROMLET_BEGIN_DECLS

/**
 * The values of one registry at one moment. Immutable, shared and counted: any number of threads
 * can read one at once.
 */
typedef struct promlet_snapshot promlet_snapshot;

/** The documents that a snapshot can be written as. New ones are added at the end. */
typedef enum promlet_format {
    /** Prometheus text format 0.0.4, as sent over HTTP. */
    PROMLET_FORMAT_TEXT_0_0_4 = 0,
    /** The same with a last line `# EOF`: a comment that shows that the text is whole. */
    PROMLET_FORMAT_TEXT_0_0_4_EOF
} promlet_format;

/**
 * Receives a document piece by piece, in order.
 *
 * ctx   what was given with the function.
 * data  the piece; lent until the function returns; not terminated by a NUL.
 * size  its bytes, 1 to PROMLET_PIECE_SIZE.
 * Returns: true to go on, false to stop.
 */
typedef bool (*promlet_write_fn)(const char *data, size_t size, void *ctx);

/** The most bytes that a writer is given at once. */
#define PROMLET_PIECE_SIZE 16384

/**
 * Which families a scrape wants. Zero it, then set what is needed; nothing is copied. The struct
 * grows at its end only.
 *
 * A family is wanted if one of its names is in the list of names, and if its own name begins with
 * an allowed prefix and with none that is denied. An empty list of names or of allowed prefixes
 * wants all.
 */
typedef struct promlet_filter {
    /** Names that are wanted: of a family, or of its samples such as `x_bucket`, in any format. */
    const char *const *names;
    /** How many there are. */
    size_t name_count;
    /** What the name of a family must begin with, one of these. */
    const char *const *allow_prefixes;
    /** How many there are. */
    size_t allow_count;
    /** What the name of a family must not begin with. */
    const char *const *deny_prefixes;
    /** How many there are. */
    size_t deny_count;
} promlet_filter;

/**
 * Copy the values of a registry as they are now. Threads that ask at the same time share one
 * snapshot, whose taking began after each of them had asked. Recording goes on meanwhile: a
 * snapshot holds every recording that had returned before the call, and a histogram's buckets,
 * count and sum belong together (no counted value is missing from the sum).
 *
 * Callbacks and collectors of the registry are called in between; see <promlet/collector.h>.
 *
 * Give it back soon: while it lasts, the memory of series that are removed or expire is not used
 * again, of the later ones either. That holds for a forked child, too, for snapshots that threads
 * of its parent were taking or using at the fork.
 *
 * registry  NULL: the default one.
 * Returns: a snapshot, to be given back with promlet_snapshot_release(); NULL when out of memory,
 * and in a callback or collector, which promlet_last_error() says (PROMLET_ERROR_BUSY).
 * Thread-safe: yes; waits for other snapshots of the registry, never for a recorder.
 * Signal-safe: no. After fork: yes. Allocates: yes.
 */
PROMLET_API promlet_snapshot *promlet_snapshot_take(promlet_registry *registry);

/**
 * The same for some families only. The others are not read, and callbacks and collectors of which
 * it is known that they have nothing that is wanted are not called. Such a snapshot is not shared
 * with other threads that ask.
 *
 * Call it as promlet_snapshot_take_filtered(registry, filter), which passes filter_size along.
 *
 * registry     NULL: the default one.
 * filter       see promlet_filter; lent for the call; must not be NULL.
 * filter_size  sizeof(promlet_filter) as the caller was compiled.
 * Returns: as promlet_snapshot_take(), and NULL when a list of the filter is wrong
 * (PROMLET_ERROR_ARGUMENT). A snapshot without families when nothing is wanted.
 * Thread-safe: yes; waits for other snapshots of the registry, never for a recorder.
 * Signal-safe: no. After fork: yes. Allocates: yes.
 */
PROMLET_API promlet_snapshot *promlet_snapshot_take_filtered_sized(promlet_registry *registry,
                                                                   const promlet_filter *filter,
                                                                   size_t filter_size);

/**
 * One snapshot of several, such as those of a program's registries. Families with the same name
 * become one, with the series of all side by side in the order of their label values, and the first
 * help text that is not empty. What can't be in one document is left out, and the log callback
 * hears of it: a family whose name an earlier snapshot has with another type, unit or other bounds,
 * or for another purpose, such as the `_count` of a histogram; and a series that an earlier one has
 * with the same labels. promlet's own metrics are such series as soon as two registries have
 * dropped something: give each registry a constant label (promlet_registry_opts.const_labels), or
 * leave them out (hide_self_metrics).
 *
 * snapshots  they are retained by the new one; none may be NULL.
 * count      how many; 0 gives an empty snapshot.
 * Returns: a snapshot, to be given back with promlet_snapshot_release(); NULL when out of memory or
 * an argument is wrong, which promlet_last_error() says.
 * Thread-safe: yes. Signal-safe: no. After fork: yes. Allocates: yes.
 */
PROMLET_API promlet_snapshot *promlet_snapshot_merge(promlet_snapshot *const *snapshots,
                                                     size_t count);

/**
 * Share a snapshot with one more user, who releases it on their own.
 *
 * snapshot  NULL is allowed.
 * Returns: snapshot.
 * Thread-safe: yes. Signal-safe: yes. After fork: yes. Allocates: no.
 */
PROMLET_API promlet_snapshot *promlet_snapshot_retain(promlet_snapshot *snapshot);

/**
 * Give back a snapshot; the last one to do so frees it.
 *
 * snapshot  NULL is allowed.
 * Thread-safe: yes. Signal-safe: no. After fork: yes. Allocates: no.
 */
PROMLET_API void promlet_snapshot_release(promlet_snapshot *snapshot);

/**
 * Write a snapshot through a function, in pieces of at most PROMLET_PIECE_SIZE bytes, so that
 * memory does not grow with the document. Needs about 24 KiB of stack.
 *
 * snapshot  must not be NULL.
 * format    which document.
 * write     called with each piece, in this thread, with no lock held; must not be NULL.
 * ctx       passed to write.
 * Returns: PROMLET_OK; PROMLET_ERROR_ARGUMENT; PROMLET_ERROR_WRITER when write returned false.
 * Thread-safe: yes. Signal-safe: no. After fork: yes. Allocates: no.
 */
PROMLET_API promlet_status promlet_snapshot_write(const promlet_snapshot *snapshot,
                                                  promlet_format format, promlet_write_fn write,
                                                  void *ctx);

/**
 * Write a snapshot into memory of the caller, with a NUL behind it.
 *
 * snapshot  must not be NULL.
 * format    which document.
 * buffer    where to write; may be NULL when size is 0.
 * size      the bytes of buffer.
 * needed    where to put the bytes that a buffer must have for this document, NUL included; set
 *           unless an argument is wrong. NULL: not wanted.
 * Returns: PROMLET_OK; PROMLET_ERROR_BUFFER_SIZE when size is below *needed (the buffer then
 * holds the beginning of the document, with a NUL); PROMLET_ERROR_ARGUMENT.
 * Thread-safe: yes. Signal-safe: no. After fork: yes. Allocates: no.
 */
PROMLET_API promlet_status promlet_snapshot_copy(const promlet_snapshot *snapshot,
                                                 promlet_format format, char *buffer, size_t size,
                                                 size_t *needed);

/**
 * Write a snapshot into a new string.
 *
 * snapshot  must not be NULL.
 * format    which document.
 * length    where to put the length without the NUL; NULL: not wanted.
 * Returns: a string to be freed with promlet_free(); NULL when out of memory or an argument is
 * wrong (promlet_last_error() says which).
 * Thread-safe: yes. Signal-safe: no. After fork: yes. Allocates: yes.
 */
PROMLET_API char *promlet_snapshot_string(const promlet_snapshot *snapshot, promlet_format format,
                                          size_t *length);

/**
 * The HTTP Content-Type of a format, to the letter. Prometheus 3 refuses a reply without it.
 *
 * format  which document.
 * Returns: a constant string, not to be freed; NULL for a value outside the enum.
 * Thread-safe: yes. Signal-safe: yes. After fork: yes. Allocates: no.
 */
PROMLET_API const char *promlet_format_content_type(promlet_format format);

PROMLET_END_DECLS

#ifdef __cplusplus
inline promlet_snapshot *promlet_snapshot_take_filtered(promlet_registry *registry,
                                                        const promlet_filter *filter)
{
    return promlet_snapshot_take_filtered_sized(registry, filter, sizeof(promlet_filter));
}
#else
/* Variadic, because braces don't protect the commas of a compound literal. */
#define promlet_snapshot_take_filtered(...)                                                        \
    promlet_snapshot_take_filtered_sized(__VA_ARGS__, sizeof(promlet_filter))
#endif

#endif
