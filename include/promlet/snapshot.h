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
    PROMLET_FORMAT_TEXT_0_0_4_EOF,
    /** Prometheus text format 1.0.0: 0.0.4 with quoted names, where a name needs them. */
    PROMLET_FORMAT_TEXT_1_0_0,
    /** OpenMetrics 1.0.0. */
    PROMLET_FORMAT_OPENMETRICS_1_0_0,
    /** OpenMetrics 2.0.0, a release candidate: only for a reader that asks for this version. */
    PROMLET_FORMAT_OPENMETRICS_2_0_0,
    /** Prometheus protobuf, a stream of delimited MetricFamily messages. Not text. */
    PROMLET_FORMAT_PROTOBUF
} promlet_format;

/**
 * How names are written that the format or its reader can't take as they are. Names of letters,
 * digits, `_` and `:` are the same in all of them. New ones are added at the end.
 */
typedef enum promlet_escaping {
    /** Nobody asked: as PROMLET_ESCAPING_UNDERSCORES; the Content-Type of OpenMetrics is silent. */
    PROMLET_ESCAPING_NONE_ASKED = 0,
    /** Each other character becomes `_`. */
    PROMLET_ESCAPING_UNDERSCORES,
    /** `.` becomes `_dot_`, and `_` becomes `__`. */
    PROMLET_ESCAPING_DOTS,
    /** `U__`, and the code of each other character between two `_`. */
    PROMLET_ESCAPING_VALUES,
    /** As they are; in quotes where the format wants that. The text format 0.0.4 can't: there as
        PROMLET_ESCAPING_UNDERSCORES. */
    PROMLET_ESCAPING_ALLOW_UTF8
} promlet_escaping;

/** A format and its variants, as a reader may ask for them. Zero it, then set what is needed. The
    struct grows at its end only. */
typedef struct promlet_encoding {
    /** Which document. */
    promlet_format format;
    /** How names are written. */
    promlet_escaping escaping;
    /** OpenMetrics 1.0.0 alone: a sample `_created` says since when a series counts. Prometheus
        takes each for a series of its own. Other formats say it without. */
    bool with_created;
    /** Values that collectors emit with a time of their own are shown without it, for readers that
        refuse a document with times: node_exporter's text files and the Pushgateway. */
    bool without_timestamps;
} promlet_encoding;

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
 * The same for a thread that has other things to do, such as that of an event loop: a snapshot that
 * is taken within a moment, or none. There is none when the registry has a callback or a collector,
 * or more to read than max_bytes; when another thread takes a snapshot of it; and when series were
 * added or removed since the last one, which have to be put in order first. Have another thread
 * call promlet_snapshot_take() then, where it may take as long as it does.
 *
 * It calls no code of the host but the log callback, and does not wait for other snapshots.
 *
 * registry   NULL: the default one.
 * max_bytes  the most memory that the registry's series may have, as `promlet_memory_bytes` shows
 *            it, and its families, with less than 2 KiB and its help text each. Reading 100 KiB and
 *            writing them as text takes less than 100 microseconds.
 * Returns: as promlet_snapshot_take(); NULL, with PROMLET_ERROR_BUSY for promlet_last_error(), when
 * there is none at once.
 * Thread-safe: yes; waits for no other snapshot and no recorder. Signal-safe: no. After fork: yes.
 * Allocates: yes.
 */
PROMLET_API promlet_snapshot *promlet_snapshot_take_at_once(promlet_registry *registry,
                                                            size_t max_bytes);

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
 * with the same labels. Labels are the same in whatever order they stand, where some escaping makes
 * their names the same, and beside others whose value is empty; of such series the one whose labels
 * come first in order is shown. promlet's own metrics are added up instead, those of a registry
 * once, and a collector counts as successful if it was in all; constant labels
 * (promlet_registry_opts.const_labels) keep those of different registries apart.
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

/**
 * As promlet_snapshot_write(), for a format and its variants.
 *
 * Call it as promlet_snapshot_write_as(snapshot, encoding, write, ctx), which passes encoding_size
 * along.
 *
 * snapshot       must not be NULL.
 * encoding       which document; lent for the call; must not be NULL.
 * write          called with each piece, in this thread, with no lock held; must not be NULL.
 * ctx            passed to write.
 * encoding_size  sizeof(promlet_encoding) as the caller was compiled.
 * Returns: as promlet_snapshot_write().
 * Thread-safe: yes. Signal-safe: no. After fork: yes. Allocates: no.
 */
PROMLET_API promlet_status promlet_snapshot_write_as_sized(const promlet_snapshot *snapshot,
                                                           const promlet_encoding *encoding,
                                                           promlet_write_fn write, void *ctx,
                                                           size_t encoding_size);

/**
 * As promlet_snapshot_copy(), for a format and its variants.
 *
 * Call it as promlet_snapshot_copy_as(snapshot, encoding, buffer, size, needed), which passes
 * encoding_size along.
 *
 * snapshot       must not be NULL.
 * encoding       which document; lent for the call; must not be NULL.
 * buffer         where to write; may be NULL when size is 0.
 * size           the bytes of buffer.
 * needed         as for promlet_snapshot_copy().
 * encoding_size  sizeof(promlet_encoding) as the caller was compiled.
 * Returns: as promlet_snapshot_copy().
 * Thread-safe: yes. Signal-safe: no. After fork: yes. Allocates: no.
 */
PROMLET_API promlet_status promlet_snapshot_copy_as_sized(const promlet_snapshot *snapshot,
                                                          const promlet_encoding *encoding,
                                                          char *buffer, size_t size, size_t *needed,
                                                          size_t encoding_size);

/**
 * As promlet_snapshot_string(), for a format and its variants.
 *
 * Call it as promlet_snapshot_string_as(snapshot, encoding, length), which passes encoding_size
 * along.
 *
 * snapshot       must not be NULL.
 * encoding       which document; lent for the call; must not be NULL.
 * length         where to put the length without the NUL; NULL: not wanted.
 * encoding_size  sizeof(promlet_encoding) as the caller was compiled.
 * Returns: as promlet_snapshot_string().
 * Thread-safe: yes. Signal-safe: no. After fork: yes. Allocates: yes.
 */
PROMLET_API char *promlet_snapshot_string_as_sized(const promlet_snapshot *snapshot,
                                                   const promlet_encoding *encoding, size_t *length,
                                                   size_t encoding_size);

/**
 * As promlet_format_content_type(), for a format and its variants.
 *
 * Call it as promlet_encoding_content_type(encoding), which passes encoding_size along.
 *
 * encoding       which document; lent for the call; must not be NULL.
 * encoding_size  sizeof(promlet_encoding) as the caller was compiled.
 * Returns: a constant string, not to be freed; NULL when an argument is wrong, which
 * promlet_last_error() says.
 * Thread-safe: yes. Signal-safe: no. After fork: yes. Allocates: no.
 */
PROMLET_API const char *promlet_encoding_content_type_sized(const promlet_encoding *encoding,
                                                            size_t encoding_size);

PROMLET_END_DECLS

#ifdef __cplusplus
inline promlet_snapshot *promlet_snapshot_take_filtered(promlet_registry *registry,
                                                        const promlet_filter *filter)
{
    return promlet_snapshot_take_filtered_sized(registry, filter, sizeof(promlet_filter));
}
inline promlet_status promlet_snapshot_write_as(const promlet_snapshot *snapshot,
                                                const promlet_encoding *encoding,
                                                promlet_write_fn write, void *ctx)
{
    return promlet_snapshot_write_as_sized(snapshot, encoding, write, ctx,
                                           sizeof(promlet_encoding));
}
inline promlet_status promlet_snapshot_copy_as(const promlet_snapshot *snapshot,
                                               const promlet_encoding *encoding, char *buffer,
                                               size_t size, size_t *needed)
{
    return promlet_snapshot_copy_as_sized(snapshot, encoding, buffer, size, needed,
                                          sizeof(promlet_encoding));
}
inline char *promlet_snapshot_string_as(const promlet_snapshot *snapshot,
                                        const promlet_encoding *encoding, size_t *length)
{
    return promlet_snapshot_string_as_sized(snapshot, encoding, length, sizeof(promlet_encoding));
}
inline const char *promlet_encoding_content_type(const promlet_encoding *encoding)
{
    return promlet_encoding_content_type_sized(encoding, sizeof(promlet_encoding));
}
#else
/* Variadic, because braces don't protect the commas of a compound literal. */
#define promlet_snapshot_take_filtered(...)                                                        \
    promlet_snapshot_take_filtered_sized(__VA_ARGS__, sizeof(promlet_filter))
#define promlet_snapshot_write_as(...)                                                             \
    promlet_snapshot_write_as_sized(__VA_ARGS__, sizeof(promlet_encoding))
#define promlet_snapshot_copy_as(...)                                                              \
    promlet_snapshot_copy_as_sized(__VA_ARGS__, sizeof(promlet_encoding))
#define promlet_snapshot_string_as(...)                                                            \
    promlet_snapshot_string_as_sized(__VA_ARGS__, sizeof(promlet_encoding))
#define promlet_encoding_content_type(...)                                                         \
    promlet_encoding_content_type_sized(__VA_ARGS__, sizeof(promlet_encoding))
#endif

#endif
