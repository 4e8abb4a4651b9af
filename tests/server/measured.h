/* SPDX-License-Identifier: Apache-2.0 */
/* A small service on libmicrohttpd whose requests are measured, for the tests of that. */
#ifndef PML_TESTS_SERVER_MEASURED_H
#define PML_TESTS_SERVER_MEASURED_H

#include "server/http_client.h"
#include "support/expect.h"

#include <promlet/microhttpd.h>

#include <semaphore.h>
#include <stdatomic.h>

/* What a path of the service does is in its name. */
#define ROUTE_TEXT "/text/{name}"
#define ROUTE_UPLOAD "/upload"
#define ROUTE_FAIL "/fail"
#define ROUTE_WAIT "/wait"
#define ROUTE_BIG "/big"
#define ROUTE_SUSPEND "/suspend"
#define ROUTE_METRICS "/metrics"
#define ROUTE_BY_HAND "by hand"

#define BIG_SIZE ((size_t)64 * 1024 * 1024)

static const char *const service_routes[] = {ROUTE_TEXT,    ROUTE_UPLOAD, ROUTE_FAIL,
                                             ROUTE_WAIT,    ROUTE_BIG,    ROUTE_SUSPEND,
                                             ROUTE_METRICS, ROUTE_BY_HAND};

typedef struct service {
    promlet_registry *registry;
    promlet_microhttpd *measured;
    struct MHD_Daemon *daemon;
    int port;
    sem_t entered;                    /* Posted in ROUTE_WAIT, */
    struct MHD_Connection *suspended; /* Set in ROUTE_SUSPEND before `entered` is posted. */
    sem_t may_go_on;                  /* and then waited for. */
    atomic_int begun;                 /* What the service was told of requests, */
    atomic_int states;                /* how many it had to remember, */
    atomic_int completed;             /* and how many of them it was told the end of. */
} service;

/* The service's own handler: it remembers in its pointer how often it was called for a request, and
   answers once the request is whole. */
typedef struct service_state {
    int calls;
} service_state;

static inline enum MHD_Result send_text(struct MHD_Connection *connection, unsigned int status,
                                        const char *text)
{
    struct MHD_Response *response = MHD_create_response_from_buffer(
        strlen(text), (void *)(uintptr_t)text, MHD_RESPMEM_PERSISTENT);
    enum MHD_Result result =
        promlet_microhttpd_queue_response(connection, status, response, strlen(text));
    MHD_destroy_response(response);
    return result;
}

/* As a service that does not tell sizes. */
static inline enum MHD_Result send_plainly(struct MHD_Connection *connection, unsigned int status)
{
    struct MHD_Response *response =
        MHD_create_response_from_buffer(2, "ok", MHD_RESPMEM_PERSISTENT);
    enum MHD_Result result = MHD_queue_response(connection, status, response);
    MHD_destroy_response(response);
    return result;
}

static inline ssize_t read_zeros(void *ctx, uint64_t position, char *buffer, size_t size)
{
    (void)ctx;
    (void)position;
    memset(buffer, '0', size);
    return (ssize_t)size;
}

static inline enum MHD_Result send_big(struct MHD_Connection *connection)
{
    struct MHD_Response *response =
        MHD_create_response_from_callback(BIG_SIZE, 65536, read_zeros, NULL, NULL);
    enum MHD_Result result =
        promlet_microhttpd_queue_response(connection, MHD_HTTP_OK, response, BIG_SIZE);
    MHD_destroy_response(response);
    return result;
}

static inline void leave_http(void *ctx, struct MHD_Connection *connection, void *state,
                              const char *extra, size_t extra_size, MHD_socket socket,
                              struct MHD_UpgradeResponseHandle *handle)
{
    (void)ctx;
    (void)connection;
    (void)state;
    (void)extra;
    (void)extra_size;
    (void)socket;
    (void)MHD_upgrade_action(handle, MHD_UPGRADE_ACTION_CLOSE);
}

static inline enum MHD_Result switch_protocols(struct MHD_Connection *connection)
{
    struct MHD_Response *response = MHD_create_response_for_upgrade(leave_http, NULL);
    (void)MHD_add_response_header(response, MHD_HTTP_HEADER_UPGRADE, "test");
    enum MHD_Result result = MHD_queue_response(connection, MHD_HTTP_SWITCHING_PROTOCOLS, response);
    MHD_destroy_response(response);
    return result;
}

/* Somebody resumes it. */
static inline enum MHD_Result suspend(service *self, struct MHD_Connection *connection)
{
    MHD_suspend_connection(connection);
    self->suspended = connection;
    sem_post(&self->entered);
    return MHD_YES;
}

static inline enum MHD_Result answer_whole(service *self, struct MHD_Connection *connection,
                                           const char *url)
{
    if (strncmp(url, "/text/", 6) == 0) {
        return send_text(connection, MHD_HTTP_OK, "12345");
    }
    if (strcmp(url, "/upload") == 0) {
        return send_text(connection, MHD_HTTP_CREATED, "");
    }
    if (strcmp(url, "/fail") == 0) {
        return MHD_NO;
    }
    if (strcmp(url, "/wait") == 0) {
        sem_post(&self->entered);
        sem_wait(&self->may_go_on);
        return send_text(connection, MHD_HTTP_NO_CONTENT, "");
    }
    if (strcmp(url, "/big") == 0) {
        return send_big(connection);
    }
    if (strcmp(url, "/switch") == 0) {
        return switch_protocols(connection);
    }
    if (strcmp(url, "/suspend") == 0) {
        return send_text(connection, MHD_HTTP_OK, "resumed");
    }
    if (strcmp(url, "/by-hand") == 0) {
        promlet_microhttpd_set_route(connection, ROUTE_BY_HAND);
        return send_plainly(connection, MHD_HTTP_ACCEPTED);
    }
    if (strcmp(url, "/text") == 0) {
        promlet_microhttpd_set_route(connection, "/nobody/named/this");
        return send_plainly(connection, MHD_HTTP_ACCEPTED);
    }
    if (strcmp(url, "/left-out") == 0) {
        promlet_microhttpd_leave_out(connection);
        promlet_microhttpd_leave_out(connection);
        return send_text(connection, MHD_HTTP_OK, "ok");
    }
    return send_text(connection, MHD_HTTP_NOT_FOUND, "not found");
}

static inline enum MHD_Result answer(void *ctx, struct MHD_Connection *connection, const char *url,
                                     const char *method, const char *version, const char *upload,
                                     size_t *upload_size, void **state)
{
    service *self = ctx;
    (void)version;
    (void)upload;
    service_state *known = *state;
    if (known == NULL) {
        known = calloc(1, sizeof *known);
        if (known == NULL) {
            return MHD_NO;
        }
        *state = known;
        atomic_fetch_add(&self->states, 1);
    }
    known->calls++;
    if (*upload_size > 0 || known->calls == 1) {
        *upload_size = 0;
        return MHD_YES;
    }
    if (strcmp(url, "/metrics") == 0) {
        return promlet_microhttpd_respond(self->registry, connection, method);
    }
    if (strcmp(url, "/suspend") == 0 && known->calls == 2) {
        return suspend(self, connection);
    }
    return answer_whole(self, connection, url);
}

static inline void forget(void *ctx, struct MHD_Connection *connection, void **state,
                          enum MHD_RequestTerminationCode reason)
{
    service *self = ctx;
    (void)connection;
    (void)reason;
    if (*state != NULL) {
        free(*state);
        *state = NULL;
        atomic_fetch_add(&self->completed, 1);
    }
}

/* The options of the service. */
static inline promlet_microhttpd_opts service_options(service *self)
{
    return (promlet_microhttpd_opts){
        .handler = answer,
        .handler_ctx = self,
        .completed = forget,
        .completed_ctx = self,
        .routes = service_routes,
        .route_count = COUNT_OF(service_routes),
    };
}

/* Listens on a free port of loopback. options: the mode of libmicrohttpd, and more of its options.
 */
static inline void start_daemon(service *self, unsigned int flags,
                                const struct MHD_OptionItem *options)
{
    static const struct MHD_OptionItem none[] = {{MHD_OPTION_END, 0, NULL}};
    struct sockaddr_in address = {.sin_family = AF_INET};
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    self->daemon =
        MHD_start_daemon(flags, 0, NULL, NULL, promlet_microhttpd_handle, self->measured,
                         MHD_OPTION_NOTIFY_COMPLETED, promlet_microhttpd_complete, self->measured,
                         MHD_OPTION_SOCK_ADDR, (struct sockaddr *)&address, MHD_OPTION_ARRAY,
                         options != NULL ? options : none, MHD_OPTION_END);
    assert_non_null(self->daemon);
    self->port = MHD_get_daemon_info(self->daemon, MHD_DAEMON_INFO_BIND_PORT)->port;
}

static inline void start_service_with(service *self, const promlet_microhttpd_opts *options,
                                      unsigned int flags, const struct MHD_OptionItem *more)
{
    memset(self, 0, sizeof *self);
    sem_init(&self->entered, 0, 0);
    sem_init(&self->may_go_on, 0, 0);
    self->registry = new_registry();
    promlet_microhttpd_opts usual = service_options(self);
    self->measured = promlet_microhttpd_new(self->registry, options != NULL ? options : &usual);
    assert_non_null(self->measured);
    assert_int_equal(promlet_registry_status(self->registry, NULL), PROMLET_OK);
    start_daemon(self, flags, more);
}

static inline void start_service(service *self)
{
    start_service_with(self, NULL, MHD_USE_AUTO_INTERNAL_THREAD, NULL);
}

/* After it all requests have ended and are recorded. */
static inline void stop_daemon(service *self)
{
    MHD_stop_daemon(self->daemon);
    self->daemon = NULL;
}

static inline void free_service(service *self)
{
    if (self->daemon != NULL) {
        stop_daemon(self);
    }
    assert_int_equal(atomic_load(&self->completed), atomic_load(&self->states));
    promlet_microhttpd_free(self->measured);
    promlet_registry_free(self->registry);
    sem_destroy(&self->entered);
    sem_destroy(&self->may_go_on);
}

/* One request on a connection of its own, and what comes back; 0: nothing. */
static inline void ask(const service *self, const char *method, const char *target, int status)
{
    http_reply reply;
    assert_int_equal(http_request(self->port, method, target, &reply), status);
    http_reply_clear(&reply);
}

/* ---- what is recorded ------------------------------------------------------------------------ */

static inline double requests_of(const service *self, const char *method, const char *handler,
                                 const char *code)
{
    char sample[256];
    (void)snprintf(sample, sizeof sample,
                   "http_requests_total{method=\"%s\",handler=\"%s\",code=\"%s\"}", method, handler,
                   code);
    return scraped_value(self->registry, sample);
}

/* A sample of a histogram: name is without "_count" or "_sum", which is the ending. */
static inline double histogram_of(const service *self, const char *name, const char *ending,
                                  const char *method, const char *handler)
{
    char sample[256];
    (void)snprintf(sample, sizeof sample, "%s%s{method=\"%s\",handler=\"%s\"}", name, ending,
                   method, handler);
    return scraped_value(self->registry, sample);
}

static inline double in_progress_of(const service *self)
{
    return scraped_value(self->registry, "http_requests_in_progress");
}

/* Nothing was recorded: there is no series but the gauge. */
static inline void expect_no_requests(const service *self)
{
    char *text = promlet_registry_get_metrics(self->registry);
    assert_non_null(text);
    assert_null(strstr(text, "{"));
    promlet_free(text);
    assert_true(in_progress_of(self) == 0);
}

/* Waits for the end of all requests, which the service is told a moment after the client has its
   answer. */
static inline void wait_for_rest(const service *self)
{
    for (int i = 0; i < HTTP_WAIT_MS && in_progress_of(self) != 0; i++) {
        (void)poll(NULL, 0, 1);
    }
    assert_true(in_progress_of(self) == 0);
}

#endif
