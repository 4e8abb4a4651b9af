/* SPDX-License-Identifier: Apache-2.0 */
/* Runs the HTTP server: one thread of ours drives libmicrohttpd and answers with the metrics. */
#include <promlet/server.h>

#include "expose/server_listen.h"

#include <promlet/registry.h>
#include <promlet/snapshot.h>
#include <promlet/status.h>

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <microhttpd.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

/* How many clients are served at once; the next ones wait in the backlog of the socket. */
#define CONNECTION_LIMIT 64U

/* A connection on which nothing moves for so long is closed. */
#define CONNECTION_TIMEOUT_SECONDS 30U

/* How long the thread rests when there is nothing that it could do; it bounds a stop too. */
#define REST_NS 50000000L

/* The name for strict parsing of requests changed with version 1.0; the value means the same. */
#if MHD_VERSION >= 0x01000000
#define STRICT_PARSING_OPTION MHD_OPTION_CLIENT_DISCIPLINE_LVL
#else
#define STRICT_PARSING_OPTION MHD_OPTION_STRICT_FOR_CLIENT
#endif

/* Which socket a number stands for. A host may close every descriptor and open others under the
   same numbers, as programs do that become daemons; before we close one, this shows it. */
struct socket_identity {
    dev_t device;
    ino_t inode;
};

/*
 * One thread, the server's own, makes all calls of libmicrohttpd between start and stop, so nothing
 * here needs a lock: the fields are written before the thread exists and only read until it was
 * joined. The one message to the thread is a count in stop_fd.
 *
 * The descriptors of the daemon belong to the daemon. They are kept here for the thread to wait on,
 * and for a forked child to close.
 */
struct promlet_server {
    promlet_registry *registry;
    char *path;
    struct MHD_Daemon *daemon; /* NULL until it was started. */
    int daemon_listen_fd;
    int daemon_epoll_fd;
    struct socket_identity socket;
    int stop_fd; /* An eventfd; -1 until it was made. */
    int port;
    pid_t starter; /* The process that the thread lives in. */
    pthread_t thread;
};

/* Read who fd is. Returns false, with nothing read, when fd is closed. */
static bool identify(int fd, struct socket_identity *identity)
{
    struct stat status;
    if (fstat(fd, &status) != 0) {
        return false;
    }
    identity->device = status.st_dev;
    identity->inode = status.st_ino;
    return true;
}

static bool is_socket(int fd, const struct socket_identity *expected)
{
    struct socket_identity found;
    return identify(fd, &found) && found.device == expected->device &&
           found.inode == expected->inode;
}

/* Whether our descriptors are still ours. */
static bool has_descriptors(const promlet_server *server)
{
    return is_socket(server->daemon_listen_fd, &server->socket);
}

/* ---- Answers ---- */

/*
 * libmicrohttpd calls the handler at least twice a request, and keeps a pointer of ours in between:
 * first when the headers are in, then when the whole request is. A response that is queued in the
 * first call makes it close the connection, so we answer in the last. The pointer tells the calls
 * apart, and remembers the path as it was sent: the handler is given it decoded and as a C string,
 * where "/metrics%00x" reads as "/metrics".
 */
struct request_phase {
    bool is_for_metrics;
    struct request_phase *next; /* NULL: it is time to answer. */
};

static struct request_phase metrics_whole = {true, NULL};
static struct request_phase metrics_headers = {true, &metrics_whole};
static struct request_phase other_whole = {false, NULL};
static struct request_phase other_headers = {false, &other_whole};

/* Called with the target as it was sent, before its query is cut and its escapes are decoded. What
   it returns is where the handler finds the phase. */
static void *begin_request(void *ctx, const char *target, struct MHD_Connection *connection)
{
    const promlet_server *server = ctx;
    size_t path_length = strcspn(target, "?");
    (void)connection;

    bool is_for_metrics =
        path_length == strlen(server->path) && strncmp(target, server->path, path_length) == 0;
    return is_for_metrics ? &metrics_headers : &other_headers;
}

/* Queue a response and give up our share of it. NULL, when there was no memory for it, closes the
   connection, and so does a header that could not be added. */
static enum MHD_Result send_response(struct MHD_Connection *connection, unsigned int http_status,
                                     struct MHD_Response *response, const char *content_type)
{
    if (response == NULL) {
        return MHD_NO;
    }
    enum MHD_Result result = MHD_NO;
    if (MHD_add_response_header(response, "Content-Type", content_type) == MHD_YES &&
        MHD_add_response_header(response, "Cache-Control", "no-store") == MHD_YES &&
        MHD_add_response_header(response, "X-Content-Type-Options", "nosniff") == MHD_YES) {
        result = MHD_queue_response(connection, http_status, response);
    }
    MHD_destroy_response(response);
    return result;
}

/* An answer for people. text is a constant. */
static enum MHD_Result send_text(struct MHD_Connection *connection, unsigned int http_status,
                                 const char *text)
{
    struct MHD_Response *response =
        MHD_create_response_from_buffer(strlen(text), (void *)text, MHD_RESPMEM_PERSISTENT);
    if (response != NULL && http_status == MHD_HTTP_METHOD_NOT_ALLOWED &&
        MHD_add_response_header(response, "Allow", "GET, HEAD") != MHD_YES) {
        MHD_destroy_response(response);
        return MHD_NO;
    }
    return send_response(connection, http_status, response, "text/plain; charset=utf-8");
}

/* The metrics as they are now; NULL when out of memory. */
static char *metrics_text(promlet_registry *registry, size_t *length)
{
    promlet_snapshot *snapshot = promlet_snapshot_take(registry);
    if (snapshot == NULL) {
        return NULL;
    }
    char *text = promlet_snapshot_string(snapshot, PROMLET_FORMAT_TEXT_0_0_4, length);
    promlet_snapshot_release(snapshot);
    return text;
}

static enum MHD_Result send_metrics(const promlet_server *server, struct MHD_Connection *connection)
{
    size_t length = 0;
    char *text = metrics_text(server->registry, &length);
    if (text == NULL) {
        return send_text(connection, MHD_HTTP_INTERNAL_SERVER_ERROR, "Out of memory.\n");
    }
    /* The response owns the text from here on, and frees it when the client has it all. */
    struct MHD_Response *response =
        MHD_create_response_from_buffer_with_free_callback(length, text, promlet_free);
    if (response == NULL) {
        promlet_free(text);
    }
    return send_response(connection, MHD_HTTP_OK, response,
                         promlet_format_content_type(PROMLET_FORMAT_TEXT_0_0_4));
}

/* Whether the headers announce a body. Nobody here reads one. */
static bool has_body(struct MHD_Connection *connection)
{
    const char *length =
        MHD_lookup_connection_value(connection, MHD_HEADER_KIND, MHD_HTTP_HEADER_CONTENT_LENGTH);
    return (length != NULL && strcmp(length, "0") != 0) ||
           MHD_lookup_connection_value(connection, MHD_HEADER_KIND,
                                       MHD_HTTP_HEADER_TRANSFER_ENCODING) != NULL;
}

static enum MHD_Result handle_request(void *ctx, struct MHD_Connection *connection, const char *url,
                                      const char *method, const char *version,
                                      const char *upload_data, size_t *upload_data_size,
                                      void **request)
{
    const promlet_server *server = ctx;
    const struct request_phase *phase = *request;
    (void)url;
    (void)version;
    (void)upload_data;
    (void)upload_data_size;

    /* With a body on its way an answer at once is what we want: it makes libmicrohttpd close the
       connection instead of reading to the end of the body. */
    if (phase->next != NULL && !has_body(connection)) {
        *request = phase->next;
        return MHD_YES;
    }
    if (!phase->is_for_metrics) {
        return send_text(connection, MHD_HTTP_NOT_FOUND, "Not found.\n");
    }
    if (strcmp(method, MHD_HTTP_METHOD_GET) != 0 && strcmp(method, MHD_HTTP_METHOD_HEAD) != 0) {
        return send_text(connection, MHD_HTTP_METHOD_NOT_ALLOWED, "Only GET and HEAD.\n");
    }
    return send_metrics(server, connection);
}

/* ---- The thread ---- */

/* Any error but "not yet" means that the host has closed our descriptors: time to go, too. */
static bool is_stop_asked(const promlet_server *server)
{
    eventfd_t count;
    return eventfd_read(server->stop_fd, &count) == 0 || (errno != EAGAIN && errno != EINTR);
}

/* A pause for what would otherwise be tried again and again at full speed. */
static void rest(void)
{
    struct timespec pause = {0, REST_NS};
    nanosleep(&pause, NULL);
}

/* How long poll() may wait before libmicrohttpd has a connection to close; -1: for ever. */
static int poll_timeout(struct MHD_Daemon *daemon)
{
    MHD_UNSIGNED_LONG_LONG timeout_ms;
    if (MHD_get_timeout(daemon, &timeout_ms) != MHD_YES) {
        return -1;
    }
    return timeout_ms < INT_MAX ? (int)timeout_ms : INT_MAX;
}

/* Wait until there is something to do. What it was does not matter: the caller looks itself. */
static void wait_for_work(const promlet_server *server)
{
    struct pollfd sources[] = {{server->daemon_epoll_fd, POLLIN, 0}, {server->stop_fd, POLLIN, 0}};
    if (poll(sources, 2, poll_timeout(server->daemon)) < 0 && errno != EINTR) {
        rest();
    }
}

static unsigned int connection_count(struct MHD_Daemon *daemon)
{
    const union MHD_DaemonInfo *info =
        MHD_get_daemon_info(daemon, MHD_DAEMON_INFO_CURRENT_CONNECTIONS);
    return info != NULL ? info->num_connections : 0;
}

/* Without a free descriptor a client that waits cannot be accepted, yet keeps the socket readable;
   with no connection of ours to end, nothing but patience helps. */
static void rest_without_descriptors(struct MHD_Daemon *daemon)
{
    if (connection_count(daemon) != 0) {
        return;
    }
    int probe = eventfd(0, EFD_CLOEXEC);
    if (probe < 0) {
        rest();
    } else {
        close(probe);
    }
}

/* One round of reading, answering and closing. A daemon without a free place looks at its listening
   socket again only in the run after the one in which a place became free. */
static void do_work(struct MHD_Daemon *daemon)
{
    unsigned int count_before = connection_count(daemon);
    MHD_run(daemon);
    if (connection_count(daemon) < count_before) {
        MHD_run(daemon);
    }
    rest_without_descriptors(daemon);
}

static void *serve(void *argument)
{
    promlet_server *server = argument;
    (void)prctl(PR_SET_NAME, "promlet-http");
    while (!is_stop_asked(server)) {
        wait_for_work(server);
        do_work(server->daemon);
    }
    /* libmicrohttpd aborts the process when it finds a descriptor closed that it has to close. */
    if (has_descriptors(server)) {
        /* A forked child may hold the listening socket too, and a close of ours alone would leave
           clients waiting in its backlog and the port taken. */
        (void)shutdown(server->daemon_listen_fd, SHUT_RDWR);
        MHD_stop_daemon(server->daemon);
    }
    return NULL;
}

/* The host's signals are for its own threads, so ours starts with all of them blocked. */
static int start_thread(promlet_server *server)
{
    sigset_t all;
    sigset_t callers;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &callers);
    int error = pthread_create(&server->thread, NULL, serve, server);
    pthread_sigmask(SIG_SETMASK, &callers, NULL);
    return error;
}

/* ---- Start ---- */

static struct MHD_Daemon *start_mhd(promlet_server *server, int listen_fd)
{
    return MHD_start_daemon(
        MHD_USE_EPOLL, 0, NULL, NULL, handle_request, server, MHD_OPTION_LISTEN_SOCKET, listen_fd,
        MHD_OPTION_CONNECTION_LIMIT, CONNECTION_LIMIT, MHD_OPTION_CONNECTION_TIMEOUT,
        CONNECTION_TIMEOUT_SECONDS, STRICT_PARSING_OPTION, 1, MHD_OPTION_SIGPIPE_HANDLED_BY_APP, 1,
        MHD_OPTION_URI_LOG_CALLBACK, begin_request, server, MHD_OPTION_END);
}

/* Start libmicrohttpd on a duplicate of the listening socket. It owns that after a successful
   start; after a failed one it has closed it or not, depending on what failed. Whoever got the
   number since then does not have our socket under it. Returns 0 or an errno value, -1 when the
   cause is not known. */
static int start_daemon(promlet_server *server, int listen_fd)
{
    int daemon_fd = -1;
    if (identify(listen_fd, &server->socket)) {
        daemon_fd = fcntl(listen_fd, F_DUPFD_CLOEXEC, 0);
    }
    if (daemon_fd < 0) {
        return errno;
    }
    errno = 0;
    server->daemon = start_mhd(server, daemon_fd);
    if (server->daemon == NULL) {
        int error = errno != 0 ? errno : -1;
        if (is_socket(daemon_fd, &server->socket)) {
            close(daemon_fd);
        }
        return error;
    }
    server->daemon_listen_fd = daemon_fd;
    server->daemon_epoll_fd =
        MHD_get_daemon_info(server->daemon, MHD_DAEMON_INFO_EPOLL_FD)->epoll_fd;
    return 0;
}

/* Free what is ours alone. Leaves the daemon and its descriptors to the caller. */
static void free_server(promlet_server *server)
{
    if (server->stop_fd >= 0) {
        close(server->stop_fd);
    }
    free(server->path);
    free(server);
}

/* Returns NULL when out of memory. */
static promlet_server *new_server(const promlet_server_opts *options)
{
    promlet_server *server = calloc(1, sizeof *server);
    if (server == NULL) {
        return NULL;
    }
    server->registry = options->registry;
    server->starter = getpid();
    server->stop_fd = -1;
    server->path = strdup(options->path);
    if (server->path == NULL) {
        free_server(server);
        return NULL;
    }
    return server;
}

/* Bring a server to life on a listening socket. On an error the thread and the daemon are gone, the
   rest is left to free_server(). */
static promlet_status start_on(promlet_server *server, const char *host,
                               const pml_server_listener *listener)
{
    server->port = listener->port;
    server->stop_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    if (server->stop_fd < 0) {
        return pml_server_fail(host, server->port, "cannot make an eventfd", errno);
    }
    int error = start_daemon(server, listener->fd);
    if (error != 0) {
        return pml_server_fail(host, server->port, "cannot start libmicrohttpd", error);
    }
    error = start_thread(server);
    if (error != 0) {
        MHD_stop_daemon(server->daemon);
        return pml_server_fail(host, server->port, "cannot start a thread", error);
    }
    return PROMLET_OK;
}

static promlet_status start(const promlet_server_opts *options, promlet_server **started)
{
    promlet_server *server = new_server(options);
    if (server == NULL) {
        return promlet_set_last_error(PROMLET_ERROR_MEMORY, NULL);
    }
    pml_server_listener listener = {0}; /* gcc does not see that it is set on success */
    promlet_status status = pml_server_listen(options->host, options->port, &listener);
    if (status == PROMLET_OK) {
        status = start_on(server, options->host, &listener);
        close(listener.fd); /* The daemon has its own duplicate. */
    }
    if (status != PROMLET_OK) {
        free_server(server);
        return status;
    }
    if (!listener.is_loopback) {
        pml_server_warn_public(options->host, server->port);
    }
    *started = server;
    return PROMLET_OK;
}

static promlet_status argument_error(const char *sentence)
{
    return promlet_set_last_error(PROMLET_ERROR_ARGUMENT, sentence);
}

/* Whether a caller with a newer header asks for something that this version does not know. */
static bool asks_for_more(const promlet_server_opts *options, size_t options_size)
{
    const unsigned char *bytes = (const unsigned char *)options;
    for (size_t i = sizeof *options; i < options_size; i++) {
        if (bytes[i] != 0) {
            return true;
        }
    }
    return false;
}

/* The path is compared with what clients send, so it must be what a client can send. */
static promlet_status check_path(const char *path)
{
    if (path[0] != '/') {
        return argument_error("path: must begin with '/'");
    }
    for (const char *c = path; *c != '\0'; c++) {
        unsigned char byte = (unsigned char)*c;
        if (byte <= ' ' || byte == 0x7f || byte == '?' || byte == '#') {
            return argument_error("path: must not contain '?', '#', a space or a control "
                                  "character");
        }
    }
    return PROMLET_OK;
}

static promlet_status check_options(const promlet_server_opts *options)
{
    if (options->port < 0 || options->port > UINT16_MAX) {
        char sentence[64];
        snprintf(sentence, sizeof sentence, "port: %d is not within 0 to 65535", options->port);
        return argument_error(sentence);
    }
    if (options->host[0] == '\0') {
        return argument_error("host: must not be empty; NULL means 127.0.0.1");
    }
    return check_path(options->path);
}

/* Fill in the defaults. Members that the caller's header did not have are zero in the result. */
static promlet_status read_options(const promlet_server_opts *options, size_t options_size,
                                   promlet_server_opts *result)
{
    memset(result, 0, sizeof *result);
    if (options == NULL) {
        result->port = PROMLET_DEFAULT_PORT;
    } else if (asks_for_more(options, options_size)) {
        return argument_error("options: a member is set that this version of promlet does not "
                              "have");
    } else {
        memcpy(result, options, options_size < sizeof *result ? options_size : sizeof *result);
    }
    if (result->host == NULL) {
        result->host = "127.0.0.1";
    }
    if (result->path == NULL) {
        result->path = "/metrics";
    }
    return check_options(result);
}

promlet_status promlet_server_start_sized(const promlet_server_opts *options,
                                          promlet_server **server, size_t options_size)
{
    if (server == NULL) {
        return argument_error("server: must not be NULL");
    }
    *server = NULL;
    promlet_server_opts known;
    promlet_status status = read_options(options, options_size, &known);
    if (status == PROMLET_OK) {
        /* A thread that is cancelled half-way would leave descriptors open. */
        int cancel_state;
        pthread_setcancelstate(PTHREAD_CANCEL_DISABLE, &cancel_state);
        status = start(&known, server);
        pthread_setcancelstate(cancel_state, NULL);
    }
    return status;
}

int promlet_server_port(const promlet_server *server)
{
    return server != NULL ? server->port : 0;
}

/* ---- Stop ---- */

/* In a forked child there is no thread, and the epoll set and the connections are shared with the
   parent: MHD_stop_daemon() would take the parent's listening socket out of the set and shut down
   its clients. So the daemon's memory and the connections that were open at the fork stay until
   the child ends; sockets and the set are closed by number, which the parent does not notice. */
static void leave_to_parent(promlet_server *server)
{
    if (has_descriptors(server)) {
        close(server->daemon_listen_fd);
        close(server->daemon_epoll_fd);
    } else {
        server->stop_fd = -1;
    }
    free_server(server);
}

/* With its descriptors closed by the host, the thread can't be told to end; if it ever wakes up, it
   ends by itself, so its memory stays. */
static void end_thread(promlet_server *server)
{
    if (has_descriptors(server)) {
        (void)eventfd_write(server->stop_fd, 1);
        pthread_join(server->thread, NULL);
        free_server(server);
    } else {
        pthread_detach(server->thread);
    }
}

void promlet_server_stop(promlet_server *server)
{
    if (server == NULL) {
        return;
    }
    int cancel_state;
    pthread_setcancelstate(PTHREAD_CANCEL_DISABLE, &cancel_state);
    if (server->starter == getpid()) {
        end_thread(server);
    } else {
        leave_to_parent(server);
    }
    pthread_setcancelstate(cancel_state, NULL);
}
