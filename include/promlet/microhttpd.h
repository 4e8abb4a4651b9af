/* SPDX-License-Identifier: Apache-2.0 */
/*
 * For services that run libmicrohttpd themselves: metrics of the requests that they answer, and the
 * answer to a scrape, promlet_microhttpd_respond(), which a service can have without the rest. Link
 * promlet::server (pkg-config: promlet-server) beside libmicrohttpd.
 *
 * A service that is measured stays as it is; its handler is wrapped where the daemon is started:
 *
 *     #include <promlet/microhttpd.h>
 *     static enum MHD_Result answer(void *ctx, struct MHD_Connection *connection, const char *url,
 *                                   const char *method, const char *version, const char *upload,
 *                                   size_t *upload_size, void **state)
 *     {
 *         ...
 *         return MHD_NO;
 *     }
 *     static struct MHD_Daemon *start(void)
 *     {
 *         // Before: return MHD_start_daemon(FLAGS, 80, NULL, NULL, answer, NULL, MHD_OPTION_END);
 *         static const char *const routes[] = {"/users", "/users/{id}", "/files/{path...}"};
 *         promlet_microhttpd *measured = promlet_microhttpd_new(NULL, &(promlet_microhttpd_opts){
 *             .handler = answer, .routes = routes, .route_count = 3});
 *         return MHD_start_daemon(MHD_USE_AUTO_INTERNAL_THREAD, 80, NULL, NULL,
 *                                 promlet_microhttpd_handle, measured, MHD_OPTION_NOTIFY_COMPLETED,
 *                                 promlet_microhttpd_complete, measured, MHD_OPTION_END);
 *     }
 *
 * What is recorded:
 *
 *   http_requests_total{method,handler,code}       requests that ended
 *   http_request_duration_seconds{method,handler}  from the headers' end to the answer's end; not
 *                                                  of a connection that became something else (101)
 *   http_requests_in_progress                      requests between the two
 *   http_request_size_bytes{method,handler}        what the handler took of the request's body
 *   http_response_size_bytes{method,handler}       the answer's body, if it was queued with
 *                                                  promlet_microhttpd_queue_response()
 *
 * The labels are named as Prometheus names those of its own requests:
 *
 *   method   GET, HEAD, POST, PUT, DELETE, CONNECT, OPTIONS, TRACE or PATCH; else "other"
 *   handler  the route, as the service wrote it, never the path; "other" if there is none
 *   code     the status; "failed" when the handler returned MHD_NO; "aborted" when the request
 *            ended before there was an answer, because the client went away or was too slow, or
 *            the daemon was stopped
 *
 * No client can make up a value, so there are as many series as the service has different answers.
 * An answer that was broken off counts with its status. Histograms have no code, which would
 * multiply their buckets. What libmicrohttpd refuses by itself, since it could not read the
 * headers, reaches no handler and is not counted.
 *
 * All modes of libmicrohttpd will do: threads of its own, pools, a thread a connection, an external
 * loop; with suspended connections, keep-alive and pipelining. libmicrohttpd keeps one pointer for
 * each request, which is the service's, so promlet takes a small struct from malloc() for each.
 * Without memory for it the connection is closed, as by libmicrohttpd when it has none, and the
 * request counts as "failed". Nothing else is allocated, and no lock taken, but for new series.
 */
#ifndef PROMLET_MICROHTTPD_H
#define PROMLET_MICROHTTPD_H

#include <promlet/export.h>
#include <promlet/registry.h>

#include <microhttpd.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

PROMLET_BEGIN_DECLS

/** The most routes that a service can name. They are tried one after the other. */
#define PROMLET_MICROHTTPD_MAX_ROUTES 1000

/** A service whose requests are measured. */
typedef struct promlet_microhttpd promlet_microhttpd;

/**
 * What is measured. Zero it, then set what is needed. Routes and bounds are copied; the contexts
 * are lent until promlet_microhttpd_free(). The struct grows at its end only.
 */
typedef struct promlet_microhttpd_opts {
    /** The access handler of the service. Required. */
    MHD_AccessHandlerCallback handler;
    /** Passed to it. */
    void *handler_ctx;
    /** What the service gave as MHD_OPTION_NOTIFY_COMPLETED. It is called for the same requests as
        without promlet, but for those that found no memory. NULL: none. */
    MHD_RequestCompletedCallback completed;
    /** Passed to it. */
    void *completed_ctx;
    /** What the service gave as MHD_OPTION_URI_LOG_CALLBACK, where promlet_microhttpd_begin() has
        to be given instead. NULL: none. */
    void *(*begun)(void *ctx, const char *uri, struct MHD_Connection *connection);
    /** Passed to it. */
    void *begun_ctx;
    /** The routes, which become values of the label handler; the first one that fits a path is
        taken. A template begins with '/'. In it `{name}` stands for one part of the path, whatever
        it is, and `{name...}` at the end for all that follows: "/users/{id}" fits "/users/7", and
        not "/users" nor "/users/7/"; "/{path...}" fits everything. What begins otherwise fits no
        path, and is for promlet_microhttpd_set_route(). NULL: none. */
    const char *const *routes;
    /** How many there are; at most PROMLET_MICROHTTPD_MAX_ROUTES. */
    size_t route_count;
    /** Upper bounds of http_request_duration_seconds, as in promlet_opts. NULL:
        PROMLET_BOUNDS_OTEL_HTTP. */
    const double *duration_bounds;
    /** How many bounds there are. */
    size_t duration_bound_count;
    /** Scrapes, as far as promlet_microhttpd_respond() answers them, are measured as well; else
       they are left out of all metrics. */
    bool with_scrapes;
} promlet_microhttpd_opts;

/**
 * Measure a service. Its metrics are declared from here on; services that share a registry are
 * counted together.
 *
 * Call it as promlet_microhttpd_new(registry, options), which passes options_size along.
 *
 * registry      where to declare the metrics; must outlive the service. NULL: the default one. A
 *               name that it has given to another metric is an error, which only
 *               promlet_registry_status() tells: that metric is not recorded, and all else works.
 * options       see promlet_microhttpd_opts.
 * options_size  sizeof(promlet_microhttpd_opts) as the caller was compiled.
 * Returns: the context for promlet_microhttpd_handle() and promlet_microhttpd_complete(), to be
 * freed with promlet_microhttpd_free(). NULL when an option is wrong or memory is out, which
 * promlet_last_error() tells.
 * Thread-safe: yes. Signal-safe: no. After fork: yes. Allocates: yes.
 */
PROMLET_API promlet_microhttpd *promlet_microhttpd_new_sized(promlet_registry *registry,
                                                             const promlet_microhttpd_opts *options,
                                                             size_t options_size);

/**
 * End the measuring of a service. Its metrics stay in the registry.
 *
 * measured  from promlet_microhttpd_new(), after MHD_stop_daemon(); NULL is allowed; not valid
 *           afterwards.
 * Thread-safe: no, this must be its last use. Signal-safe: no. After fork: yes. Allocates: no.
 */
PROMLET_API void promlet_microhttpd_free(promlet_microhttpd *measured);

/**
 * What to give to MHD_start_daemon() as access handler, with the object as its context. It calls
 * the handler of the service, with a pointer for each request that is the service's own.
 *
 * measured     from promlet_microhttpd_new(). NULL closes the connection.
 * connection   of libmicrohttpd, as all that follows.
 * url          compared with the routes.
 * method       becomes a label.
 * version      passed on.
 * upload       passed on.
 * upload_size  passed on; what the service takes is counted.
 * state        where promlet keeps what it knows of the request.
 * Returns: what the handler of the service returned; MHD_NO when out of memory.
 * Thread-safe: yes, one request at a time in a connection. Signal-safe: no. After fork: yes.
 * Allocates: once a request, and for new series.
 */
PROMLET_API enum MHD_Result promlet_microhttpd_handle(void *measured,
                                                      struct MHD_Connection *connection,
                                                      const char *url, const char *method,
                                                      const char *version, const char *upload,
                                                      size_t *upload_size, void **state);

/**
 * What to give to MHD_start_daemon() as MHD_OPTION_NOTIFY_COMPLETED, with the same context: it
 * records the request, then calls the callback of the service. Without it nothing is recorded, and
 * the memory of each request is lost.
 *
 * measured    from promlet_microhttpd_new(). NULL does nothing.
 * connection  of libmicrohttpd, as all that follows.
 * state       what promlet_microhttpd_handle() kept.
 * reason      passed on.
 * Thread-safe: yes, one request at a time in a connection. Signal-safe: no. After fork: yes.
 * Allocates: for new series.
 */
PROMLET_API void promlet_microhttpd_complete(void *measured, struct MHD_Connection *connection,
                                             void **state, enum MHD_RequestTerminationCode reason);

/**
 * What to give to MHD_start_daemon() as MHD_OPTION_URI_LOG_CALLBACK, with the same context, if the
 * service had a callback there: it goes to promlet_microhttpd_opts.begun. What that returns is what
 * the handler of the service finds in its pointer. Other services leave the option out.
 *
 * measured    from promlet_microhttpd_new(). NULL does nothing.
 * uri         passed on.
 * connection  of libmicrohttpd.
 * Returns: what promlet knows of the request.
 * Thread-safe: yes, one request at a time in a connection. Signal-safe: no. After fork: yes.
 * Allocates: yes.
 */
PROMLET_API void *promlet_microhttpd_begin(void *measured, const char *uri,
                                           struct MHD_Connection *connection);

/**
 * Say which route a request takes, for a service that knows better than a template. The last call
 * decides. It is made in the handler of the service; elsewhere, and in a service that is not
 * measured, it does nothing.
 *
 * connection  what the handler was called with.
 * route       one of promlet_microhttpd_opts.routes, whether or not it is a template; lent for the
 *             call. Any other, and NULL, means "other".
 * Thread-safe: yes, as the handler is. Signal-safe: no. After fork: yes. Allocates: no.
 */
PROMLET_API void promlet_microhttpd_set_route(struct MHD_Connection *connection, const char *route);

/**
 * Leave a request out of all metrics, such as the check of a load balancer. It is called as
 * promlet_microhttpd_set_route() is.
 *
 * connection  what the handler was called with.
 * Thread-safe: yes, as the handler is. Signal-safe: no. After fork: yes. Allocates: no.
 */
PROMLET_API void promlet_microhttpd_leave_out(struct MHD_Connection *connection);

/**
 * Queue a response and tell its size, which libmicrohttpd keeps to itself:
 * MHD_queue_response(connection, status, response) with one more argument. An answer to HEAD, and
 * one whose status allows no body, counts as 0 bytes. Where promlet_microhttpd_set_route() does
 * nothing, it is MHD_queue_response() alone.
 *
 * connection  what MHD_queue_response() is given.
 * status      such as MHD_HTTP_OK.
 * response    lent, as for MHD_queue_response().
 * size        the bytes of its body; MHD_SIZE_UNKNOWN: it is not measured.
 * Returns: what MHD_queue_response() returned; MHD_NO for NULL.
 * Thread-safe: yes, as the handler is. Signal-safe: no. After fork: yes. Allocates: no.
 */
PROMLET_API enum MHD_Result promlet_microhttpd_queue_response(struct MHD_Connection *connection,
                                                              unsigned int status,
                                                              struct MHD_Response *response,
                                                              uint64_t size);

/**
 * Answer a request for metrics in the handler of a service, measured or not, as promlet::server
 * would: in the format and compression that the client asks for by its headers, the families that
 * it names (`/metrics?name[]=a`), 405 for other methods than GET and HEAD. Which path that is, and
 * who may ask, is the handler's to say. Call it when the request is whole, usually in the second
 * call of the handler: in the first, libmicrohttpd closes the connection behind the answer.
 *
 * The metrics are collected in the calling thread, as by promlet_respond() of <promlet/http.h>.
 * libmicrohttpd lists the pieces of the document in the memory of the connection
 * (MHD_OPTION_CONNECTION_MEMORY_LIMIT), which takes 5 KiB at the most.
 *
 * registry    what to show; must live until the daemon is stopped. NULL: the default one.
 * connection  what the handler was called with.
 * method      likewise.
 * Returns: what the handler should return: MHD_YES; MHD_NO without memory, when there is an answer
 * already, and for NULL as connection.
 * Thread-safe: yes, as the handler is; waits for other snapshots of the registry, never for a
 * recorder. Signal-safe: no. After fork: yes. Allocates: yes.
 */
PROMLET_API enum MHD_Result promlet_microhttpd_respond(promlet_registry *registry,
                                                       struct MHD_Connection *connection,
                                                       const char *method);

PROMLET_END_DECLS

#ifdef __cplusplus
inline promlet_microhttpd *promlet_microhttpd_new(promlet_registry *registry,
                                                  const promlet_microhttpd_opts *options)
{
    return promlet_microhttpd_new_sized(registry, options, sizeof(promlet_microhttpd_opts));
}
#else
/* Variadic, because braces don't protect the commas of a compound literal. */
#define promlet_microhttpd_new(...)                                                                \
    promlet_microhttpd_new_sized(__VA_ARGS__, sizeof(promlet_microhttpd_opts))
#endif

#endif
