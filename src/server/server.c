/* SPDX-License-Identifier: Apache-2.0 */
/* Starts, runs and stops a server: one thread of ours drives libmicrohttpd. What it answers is
   server_answer.c's. */
#include "server/server.h"

#include "server/answer.h"
#include "server/failure.h"
#include "server/listen.h"
#include "server/options.h"

#include <promlet/status.h>

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <microhttpd.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/prctl.h>
#include <time.h>
#include <unistd.h>

/* How long the thread rests when there is nothing that it could do; it bounds a stop too. */
#define REST_NS 50000000L

/* What the thread may be told, as the count in stop_fd. It is a count and not a field because the
   server may be freed as soon as the thread has read it. */
enum order {
    ORDER_NONE,
    ORDER_END,       /* Whoever told it joins it and frees the server. */
    ORDER_END_ALONE, /* Nobody waits: the thread frees the server itself. */
};

/*
 * One thread, the server's own, makes all calls of libmicrohttpd between start and stop, so nothing
 * here needs a lock: the fields are written before the thread exists and only read until it was
 * joined. The one message to the thread is an order in stop_fd.
 *
 * The descriptors of the daemon belong to the daemon, which is also given the listener's. They are
 * kept here for the thread to wait on, and for a forked child to close.
 */
struct promlet_server {
    pml_server_content content;
    struct MHD_Daemon *daemon; /* NULL until it was started. */
    int daemon_epoll_fd;
    pml_server_listener listener;
    int stop_fd;   /* An eventfd; -1 until it was made. */
    pid_t starter; /* The process that the thread lives in. */
    pthread_t thread;
};

/* Whether our descriptors are still ours. */
static bool has_descriptors(const promlet_server *server)
{
    return pml_server_is_same(server->listener.fd, &server->listener.identity);
}

/* ---- The thread ---- */

/* Set in the threads of all servers. A thread of ours runs the log callback of the host in the
   midst of a scrape, and must not wait there for one of ours: that one may be waiting for it. */
static _Thread_local bool is_servers_thread;

bool pml_is_servers_thread(void)
{
    return is_servers_thread;
}

/* Any error but "not yet" means that the host has closed our descriptors: time to go, too. */
static enum order read_order(const promlet_server *server)
{
    eventfd_t count;
    if (eventfd_read(server->stop_fd, &count) == 0) {
        return count == ORDER_END_ALONE ? ORDER_END_ALONE : ORDER_END;
    }
    return errno == EAGAIN || errno == EINTR ? ORDER_NONE : ORDER_END;
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

/* Free what is ours alone. Leaves the daemon and its descriptors to the caller. */
static void free_server(promlet_server *server)
{
    pml_server_unlisten(&server->listener);
    if (server->stop_fd >= 0) {
        close(server->stop_fd);
    }
    free(server->content.path);
    free(server);
}

static void stop_daemon(promlet_server *server)
{
    pml_server_refuse_clients(&server->listener);
    MHD_stop_daemon(server->daemon);
    server->listener.fd = -1; /* Closed by the daemon. */
}

/* The end of the thread. libmicrohttpd aborts the process when it finds a descriptor closed that it
   has to close, so with the descriptors gone everything stays. */
static void finish(promlet_server *server, enum order order)
{
    if (!has_descriptors(server)) {
        return;
    }
    stop_daemon(server);
    if (order == ORDER_END_ALONE) {
        pthread_detach(pthread_self());
        free_server(server);
    }
}

static void *serve(void *argument)
{
    promlet_server *server = argument;
    (void)prctl(PR_SET_NAME, "promlet-http");
    is_servers_thread = true;
    enum order order = read_order(server);
    while (order == ORDER_NONE) {
        wait_for_work(server);
        do_work(server->daemon);
        order = read_order(server);
    }
    finish(server, order);
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

/* Start libmicrohttpd on a duplicate of the listening socket. It owns that after a successful
   start; after a failed one it has closed it or not, depending on what failed. Whoever got the
   number since then does not have our socket under it. Returns 0 or an errno value, -1 when the
   cause is not known. */
static int start_daemon(promlet_server *server)
{
    int daemon_fd = fcntl(server->listener.fd, F_DUPFD_CLOEXEC, 0);
    if (daemon_fd < 0) {
        return errno;
    }
    errno = 0;
    server->daemon = pml_server_start_answering(&server->content, daemon_fd);
    if (server->daemon == NULL) {
        int error = errno != 0 ? errno : -1;
        if (pml_server_is_same(daemon_fd, &server->listener.identity)) {
            close(daemon_fd);
        }
        return error;
    }
    close(server->listener.fd);
    server->listener.fd = daemon_fd;
    server->daemon_epoll_fd =
        MHD_get_daemon_info(server->daemon, MHD_DAEMON_INFO_EPOLL_FD)->epoll_fd;
    return 0;
}

/* Returns NULL when out of memory. */
static promlet_server *new_server(const promlet_server_opts *options)
{
    promlet_server *server = calloc(1, sizeof *server);
    if (server == NULL) {
        return NULL;
    }
    server->content.registry = options->registry;
    server->content.formats = options->formats;
    server->content.no_gzip = options->no_gzip;
    server->content.with_created = options->with_created;
    server->starter = getpid();
    server->stop_fd = -1;
    server->listener.fd = -1;
    server->content.path = strdup(options->path);
    if (server->content.path == NULL) {
        free_server(server);
        return NULL;
    }
    return server;
}

/* Bring a server to life that listens already. On an error the thread and the daemon are gone, the
   rest is left to free_server(). */
static promlet_status start_serving(promlet_server *server)
{
    const char *place = server->listener.place;
    server->stop_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    if (server->stop_fd < 0) {
        return pml_server_fail(place, "cannot make an eventfd", errno);
    }
    int error = start_daemon(server);
    if (error != 0) {
        return pml_server_fail(place, "cannot start libmicrohttpd", error);
    }
    error = start_thread(server);
    if (error != 0) {
        stop_daemon(server);
        return pml_server_fail(place, "cannot start a thread", error);
    }
    return PROMLET_OK;
}

static promlet_status start(const promlet_server_opts *options, promlet_server **started)
{
    promlet_server *server = new_server(options);
    if (server == NULL) {
        return promlet_set_last_error(PROMLET_ERROR_MEMORY, NULL);
    }
    promlet_status status = pml_server_listen(options, &server->listener);
    if (status == PROMLET_OK) {
        status = start_serving(server);
    }
    if (status != PROMLET_OK) {
        free_server(server);
        return status;
    }
    pml_server_warn_if_public(options, &server->listener);
    *started = server;
    return PROMLET_OK;
}

promlet_status promlet_server_start_sized(const promlet_server_opts *options,
                                          promlet_server **server, size_t options_size)
{
    if (server == NULL) {
        return promlet_set_last_error(PROMLET_ERROR_ARGUMENT, "server: must not be NULL");
    }
    *server = NULL;
    promlet_server_opts known;
    promlet_status status = pml_server_read_options(options, options_size, &known);
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
    return server != NULL ? server->listener.port : 0;
}

/* ---- Stop ---- */

/* In a forked child there is no thread, and the epoll set and the connections are shared with the
   parent: MHD_stop_daemon() would take the parent's listening socket out of the set and shut down
   its clients. So the daemon's memory and the connections that were open at the fork stay until
   the child ends; sockets and the set are closed by number, which the parent does not notice. */
static void leave_to_parent(promlet_server *server)
{
    if (has_descriptors(server)) {
        pml_server_leave_listening(&server->listener);
        close(server->daemon_epoll_fd);
    } else {
        server->stop_fd = -1;
    }
    free_server(server);
}

void pml_server_stop_listening(const promlet_server *server)
{
    if (server != NULL && server->starter == getpid()) {
        pml_server_refuse_clients(&server->listener);
    }
}

/* With its descriptors closed by the host, the thread can't be told to end; if it ever wakes up, it
   ends by itself, so its memory stays. */
static void end_thread(promlet_server *server)
{
    if (!has_descriptors(server)) {
        pthread_detach(server->thread);
    } else if (is_servers_thread) {
        (void)eventfd_write(server->stop_fd, ORDER_END_ALONE);
    } else {
        (void)eventfd_write(server->stop_fd, ORDER_END);
        pthread_join(server->thread, NULL);
        free_server(server);
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
        pml_server_stop_listening(server);
        end_thread(server);
    } else {
        leave_to_parent(server);
    }
    pthread_setcancelstate(cancel_state, NULL);
}
