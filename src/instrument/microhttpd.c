/* SPDX-License-Identifier: Apache-2.0 */
/* Stands between libmicrohttpd and the callbacks of a service, and records each request once: when
   libmicrohttpd says that it is over. */
#include "instrument/microhttpd.h"

#include <promlet/timer.h>

#include <stdlib.h>
#include <string.h>

/*
 * libmicrohttpd keeps one pointer for each request. It leads here, and the service is given a
 * pointer of ours in its place. What libmicrohttpd says of a connection, it says in one thread at a
 * time, so nothing here is guarded.
 */
struct request {
    const promlet_microhttpd *measured;
    void *of_service; /* What the service keeps of the request. */
    struct MHD_Connection *connection;
    const char *method; /* A constant. */
    const char *route;  /* Of the service's list, or a constant. */
    promlet_timer timer;
    uint64_t received;
    uint64_t sent;   /* MHD_SIZE_UNKNOWN until it is told. */
    bool is_started; /* The handler was called. */
    bool is_left_out;
    bool has_failed; /* The handler returned MHD_NO. */
};

/* What promlet_microhttpd_begin() returns when there is no memory. Nobody writes to it. */
static struct request without_memory;

/* The request whose handler runs in this thread; NULL: none does. As everywhere, the model spares
   libc from asking for memory at the first use in a thread. */
static _Thread_local __attribute__((tls_model("initial-exec"))) struct request *handled;

static struct request *request_of(struct MHD_Connection *connection)
{
    return handled != NULL && handled->connection == connection ? handled : NULL;
}

/* ---- labels ---------------------------------------------------------------------------------- */

/* The methods of RFC 9110 and RFC 5789. What else a client sends must not make series. */
static const char *fold_method(const char *method)
{
    static const char *const known[] = {
        MHD_HTTP_METHOD_GET,     MHD_HTTP_METHOD_HEAD,   MHD_HTTP_METHOD_POST,
        MHD_HTTP_METHOD_PUT,     MHD_HTTP_METHOD_DELETE, MHD_HTTP_METHOD_CONNECT,
        MHD_HTTP_METHOD_OPTIONS, MHD_HTTP_METHOD_TRACE,  MHD_HTTP_METHOD_PATCH,
    };
    for (size_t i = 0; method != NULL && i < sizeof known / sizeof *known; i++) {
        if (strcmp(method, known[i]) == 0) {
            return known[i];
        }
    }
    return "other";
}

/* The status of the response, which libmicrohttpd still has when it says that a request is over; 0
   when there is none. A connection that goes on as something else has lost it by then. */
static unsigned int status_of(struct MHD_Connection *connection,
                              enum MHD_RequestTerminationCode reason)
{
    const union MHD_ConnectionInfo *info =
        connection != NULL ? MHD_get_connection_info(connection, MHD_CONNECTION_INFO_HTTP_STATUS)
                           : NULL;
    if (info != NULL) {
        return info->http_status & ~MHD_ICY_FLAG;
    }
    return reason == MHD_REQUEST_TERMINATED_COMPLETED_OK ? MHD_HTTP_SWITCHING_PROTOCOLS : 0;
}

/* A status has three digits; libmicrohttpd takes no other. */
static const char *code_of(const struct request *request, unsigned int status, char digits[4])
{
    if (request->has_failed) {
        return "failed";
    }
    if (status == 0) {
        return "aborted";
    }
    digits[0] = (char)('0' + status / 100 % 10);
    digits[1] = (char)('0' + status / 10 % 10);
    digits[2] = (char)('0' + status % 10);
    digits[3] = '\0';
    return digits;
}

/* ---- recording ------------------------------------------------------------------------------- */

static void start(struct request *request, const promlet_microhttpd *measured,
                  struct MHD_Connection *connection, const char *method, const char *url)
{
    request->measured = measured;
    request->connection = connection;
    request->method = fold_method(method);
    request->route = pml_microhttpd_route_of_path(&measured->routes, url);
    request->sent = MHD_SIZE_UNKNOWN;
    request->is_started = true;
    request->timer = promlet_timer_start();
    promlet_gauge_inc(measured->in_progress);
}

static void leave_out(struct request *request)
{
    if (!request->is_left_out) {
        request->is_left_out = true;
        promlet_gauge_dec(request->measured->in_progress);
    }
}

/* The end of a request that was started and not left out. A connection that goes on as something
   else, such as a WebSocket, may do so for hours: that is no duration of a request. */
static void finish(const struct request *request, unsigned int status)
{
    char digits[4];
    const promlet_microhttpd *measured = request->measured;
    const char *values[] = {request->method, request->route, code_of(request, status, digits)};
    promlet_counter_inc_by_values(measured->requests, values, 3);
    if (status != MHD_HTTP_SWITCHING_PROTOCOLS) {
        (void)promlet_timer_observe_by_values(request->timer, measured->durations, values, 2);
    }
    promlet_histogram_observe_by_values(measured->request_sizes, (double)request->received, values,
                                        2);
    if (request->sent != MHD_SIZE_UNKNOWN) {
        promlet_histogram_observe_by_values(measured->response_sizes, (double)request->sent, values,
                                            2);
    }
    promlet_gauge_dec(measured->in_progress);
}

/* There is no memory to remember a request by, so the service can't be asked; the request is
   counted all the same. */
static enum MHD_Result refuse(const promlet_microhttpd *measured, const char *method,
                              const char *url)
{
    struct request request = {.has_failed = true};
    start(&request, measured, NULL, method, url);
    finish(&request, 0);
    return MHD_NO;
}

/* ---- what libmicrohttpd calls ---------------------------------------------------------------- */

void *promlet_microhttpd_begin(void *measured, const char *uri, struct MHD_Connection *connection)
{
    const promlet_microhttpd *self = measured;
    if (self == NULL) {
        return NULL;
    }
    struct request *request = calloc(1, sizeof *request);
    if (request == NULL) {
        return &without_memory;
    }
    if (self->options.begun != NULL) {
        request->of_service = self->options.begun(self->options.begun_ctx, uri, connection);
    }
    return request;
}

/* Calls the handler of the service, which may ask for its request by the connection meanwhile. It
   may run another daemon in turn. */
static enum MHD_Result call_handler(struct request *request, const char *url, const char *method,
                                    const char *version, const char *upload, size_t *upload_size)
{
    const promlet_microhttpd_opts *options = &request->measured->options;
    bool has_upload = upload != NULL && upload_size != NULL;
    size_t offered = has_upload ? *upload_size : 0;
    struct request *outer = handled;
    handled = request;
    enum MHD_Result result =
        options->handler(options->handler_ctx, request->connection, url, method, version, upload,
                         upload_size, &request->of_service);
    handled = outer;
    request->received += has_upload && *upload_size <= offered ? offered - *upload_size : 0;
    request->has_failed = result == MHD_NO;
    return result;
}

enum MHD_Result promlet_microhttpd_handle(void *measured, struct MHD_Connection *connection,
                                          const char *url, const char *method, const char *version,
                                          const char *upload, size_t *upload_size, void **state)
{
    const promlet_microhttpd *self = measured;
    if (self == NULL || state == NULL) {
        return MHD_NO;
    }
    if (*state == NULL) {
        *state = calloc(1, sizeof(struct request));
    }
    struct request *request = *state;
    if (request == NULL || request == &without_memory) {
        return refuse(self, method, url);
    }
    if (!request->is_started) {
        start(request, self, connection, method, url);
    }
    return call_handler(request, url, method, version, upload, upload_size);
}

void promlet_microhttpd_complete(void *measured, struct MHD_Connection *connection, void **state,
                                 enum MHD_RequestTerminationCode reason)
{
    const promlet_microhttpd *self = measured;
    struct request *request = self != NULL && state != NULL ? *state : NULL;
    if (request == NULL || request == &without_memory) {
        return;
    }
    if (request->is_started && !request->is_left_out) {
        finish(request, status_of(connection, reason));
    }
    if (self->options.completed != NULL) {
        self->options.completed(self->options.completed_ctx, connection, &request->of_service,
                                reason);
    }
    free(request);
    *state = NULL;
}

/* ---- what the handler of a service calls ----------------------------------------------------- */

void promlet_microhttpd_set_route(struct MHD_Connection *connection, const char *route)
{
    struct request *request = request_of(connection);
    if (request != NULL) {
        request->route = pml_microhttpd_route_named(&request->measured->routes, route);
    }
}

void promlet_microhttpd_leave_out(struct MHD_Connection *connection)
{
    struct request *request = request_of(connection);
    if (request != NULL) {
        leave_out(request);
    }
}

void pml_microhttpd_pass_scrape(struct MHD_Connection *connection)
{
    struct request *request = request_of(connection);
    if (request != NULL && !request->measured->options.with_scrapes) {
        leave_out(request);
    }
}

/* Whether libmicrohttpd sends the body of an answer. */
static bool sends_body(const struct request *request, unsigned int status)
{
    return status >= MHD_HTTP_OK && status != MHD_HTTP_NO_CONTENT &&
           status != MHD_HTTP_NOT_MODIFIED && strcmp(request->method, MHD_HTTP_METHOD_HEAD) != 0;
}

enum MHD_Result promlet_microhttpd_queue_response(struct MHD_Connection *connection,
                                                  unsigned int status,
                                                  struct MHD_Response *response, uint64_t size)
{
    enum MHD_Result result = MHD_queue_response(connection, status, response);
    struct request *request = request_of(connection);
    if (result == MHD_YES && request != NULL) {
        request->sent = sends_body(request, status & ~MHD_ICY_FLAG) ? size : 0;
    }
    return result;
}
