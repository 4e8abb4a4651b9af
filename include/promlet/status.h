/* SPDX-License-Identifier: Apache-2.0 */
/* What can go wrong, said three ways: a code, a sentence, and a warning through a callback. */
#ifndef PROMLET_STATUS_H
#define PROMLET_STATUS_H

#include <promlet/export.h>

PROMLET_BEGIN_DECLS

/** The codes. PROMLET_OK is 0; new ones are added at the end. */
typedef enum promlet_status {
    PROMLET_OK = 0,            /**< It worked. */
    PROMLET_ERROR_ARGUMENT,    /**< An argument is NULL or out of its range. */
    PROMLET_ERROR_NAME,        /**< A metric, label or unit name breaks a naming rule. */
    PROMLET_ERROR_CONFLICT,    /**< The name belongs to another, different definition. */
    PROMLET_ERROR_LABELS,      /**< Wrong number of label values, a NULL one, or labels where none
                                    may be. */
    PROMLET_ERROR_BOUNDS,      /**< Bucket bounds that are not finite, rising and few enough. */
    PROMLET_ERROR_MEMORY,      /**< Out of memory. */
    PROMLET_ERROR_BUFFER_SIZE, /**< The caller's buffer is too small. */
    PROMLET_ERROR_WRITER,      /**< The caller's writer asked to stop. */
    PROMLET_ERROR_ADDRESS,     /**< The host has no address that can be listened on. */
    PROMLET_ERROR_PORT_IN_USE, /**< Something else listens on that address and port. */
    PROMLET_ERROR_PERMISSION,  /**< The system does not allow it. */
    PROMLET_ERROR_SYSTEM,      /**< Another system call failed; the sentence says which. */
    PROMLET_ERROR_NOT_FOUND,   /**< There is no such metric or series, or no such folder. */
    PROMLET_ERROR_BUSY,        /**< A callback, a collector or a start is running. */
    PROMLET_ERROR_SYNTAX,      /**< A document breaks a rule of its format. */
    PROMLET_ERROR_LIMIT,       /**< Something is larger, or there is more of it, than is allowed. */
    PROMLET_ERROR_UNREACHABLE, /**< The other side can't be found, connected to or trusted. */
    PROMLET_ERROR_TIMEOUT,     /**< The other side took too long. */
    PROMLET_ERROR_REFUSED      /**< The other side did not take what it was sent. */
} promlet_status;

/**
 * A short text for a code, such as "out of memory"; "unknown status" for a value outside the enum.
 *
 * status  the code.
 * Returns: a constant string, never NULL; not to be freed.
 * Thread-safe: yes. Signal-safe: yes. After fork: yes. Allocates: no.
 */
PROMLET_API const char *promlet_status_text(promlet_status status);

/**
 * The sentence for the last error that a call of this thread met. It names the metric (or the
 * address) and the rule: "http_requests: label name \"le\" is reserved for histograms". Recording
 * with a handle never sets it. It stays until the next error of the same thread; success does not
 * clear it.
 *
 * Returns: a string in a fixed buffer of the thread, never NULL, "" when there was no error; not
 * to be freed, overwritten by the next error, cut after 255 bytes.
 * Thread-safe: yes, each thread has its own. Signal-safe: no. After fork: yes. Allocates: no.
 */
PROMLET_API const char *promlet_last_error(void);

/**
 * Set the sentence that promlet_last_error() returns, for code that adds a transport or a
 * collector to promlet and wants to report as promlet does.
 *
 * status    the code; handed back, so that a caller can write `return promlet_set_last_error(...)`.
 * sentence  copied, cut after 255 bytes; NULL means the text of the code.
 * Returns: status.
 * Thread-safe: yes. Signal-safe: no. After fork: yes. Allocates: no.
 */
PROMLET_API promlet_status promlet_set_last_error(promlet_status status, const char *sentence);

/**
 * Receives a warning: one sentence without a final newline.
 *
 * message  lent until the callback returns.
 * ctx      what was given to promlet_set_log_callback().
 */
typedef void (*promlet_log_fn)(const char *message, void *ctx);

/**
 * Choose who hears warnings: a definition or a look-up that was refused, a declaration that asks
 * for another option than the first one, what the linter finds (see <promlet/lint.h>), bytes that
 * were not UTF-8, a text that was cut, a family that reached its limit of series, a registry that
 * reached its limit of memory, the first recording by label values that found no series, a budget
 * of per-CPU cells that is used up, a collector, a callback with a deadline or a periodic thread
 * that begins to fail, a push that fails in another way than the one before, malloc() when it takes
 * too long to say what it holds (see <promlet/process.h>), what merging leaves out, a handle that
 * is released too often, a server that strangers can read, new certificates that can't be used; and
 * what libmicrohttpd says of a server's clients, each kind of it the first, the tenth, the
 * hundredth time. Without a callback promlet is silent.
 * The callback runs outside all locks, in the thread that met the cause, and may call any promlet
 * function. Recording with a handle never calls it; recording by label values may, where it asks
 * for a new series.
 *
 * callback  the function; NULL for silence.
 * ctx       passed to each call; must live until another callback is set and no call is running.
 * Thread-safe: yes. Signal-safe: no. After fork: yes. Allocates: no.
 */
PROMLET_API void promlet_set_log_callback(promlet_log_fn callback, void *ctx);

/**
 * Hand a warning to the callback that promlet_set_log_callback() chose, for code that extends
 * promlet. Does nothing without a callback.
 *
 * message  one sentence; NULL is ignored; lent for the call.
 * Thread-safe: yes. Signal-safe: no. After fork: yes. Allocates: no.
 */
PROMLET_API void promlet_log(const char *message);

/**
 * Free a string that promlet returned. NULL is allowed, and what promlet_last_error() returns is
 * left alone.
 *
 * memory  what promlet_get_metrics() or another call that says so returned; not valid afterwards.
 * Thread-safe: yes. Signal-safe: no. After fork: yes. Allocates: no.
 */
PROMLET_API void promlet_free(void *memory);

PROMLET_END_DECLS

#endif
