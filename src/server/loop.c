/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The rounds of a server. One epoll set has all that it waits for: the listening socket, the set in
 * which libmicrohttpd has its connections, an eventfd, and sockets amid a handshake (handshakes.c).
 * No call in here waits but epoll_wait().
 */
#include "server/loop.h"

#include "server/clock.h"
#include "server/forks.h"
#include "server/handshakes.h"
#include "server/http_log.h"
#include "server/scrape.h"
#include "server/server.h"

#include <errno.h>
#include <limits.h>
#include <microhttpd.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <unistd.h>

/* At most so many clients are accepted in a round, so that those of before have their turn. */
#define MOST_ACCEPTS_A_ROUND 16

/* How often libmicrohttpd is run on while it has something to do. A round trip takes it several. */
#define RUNS_A_ROUND 8

/* How often answers for which there was no room are looked after. */
#define RETRY_MS 50

/* How many events are taken at once. */
#define EVENTS_A_ROUND 64

/* ---- Descriptors ---- */

static bool watch(const promlet_server *server, int fd, pml_server_event source, uint32_t events)
{
    struct epoll_event event = {.events = events, .data.u32 = source};
    return epoll_ctl(server->epoll_fd, EPOLL_CTL_ADD, fd, &event) == 0;
}

int pml_server_loop_open(promlet_server *server)
{
    server->epoll_fd = epoll_create1(EPOLL_CLOEXEC);
    if (server->epoll_fd < 0) {
        return errno;
    }
    server->wake_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    /* Each write to it is told once, so it need not be read. */
    if (server->wake_fd < 0 ||
        !watch(server, server->wake_fd, PML_SERVER_EVENT_WAKE, EPOLLIN | EPOLLET)) {
        return errno;
    }
    return pml_server_accepting_start(&server->accepting, server->listener.fd, server->epoll_fd,
                                      PML_SERVER_EVENT_CLIENTS);
}

int pml_server_loop_add_daemon(promlet_server *server)
{
    server->daemon_epoll_fd =
        MHD_get_daemon_info(server->daemon, MHD_DAEMON_INFO_EPOLL_FD)->epoll_fd;
    return watch(server, server->daemon_epoll_fd, PML_SERVER_EVENT_HTTP, EPOLLIN) ? 0 : errno;
}

static void close_one(int *fd)
{
    if (*fd >= 0) {
        close(*fd);
    }
    *fd = -1;
}

void pml_server_loop_close(promlet_server *server)
{
    pml_server_accepting_end(&server->accepting);
    close_one(&server->epoll_fd);
}

void pml_server_loop_wake(const promlet_server *server)
{
    (void)eventfd_write(server->wake_fd, 1);
}

/* ---- libmicrohttpd ---- */

static bool has_more_to_do(const promlet_server *server)
{
    MHD_UNSIGNED_LONG_LONG timeout_ms;
    return server->has_resumed ||
           (MHD_get_timeout(server->daemon, &timeout_ms) == MHD_YES && timeout_ms == 0);
}

/* Returns whether a connection has ended. */
static bool run_http(promlet_server *server)
{
    size_t count_before = server->connections.count;
    for (int i = 0; i < RUNS_A_ROUND && (i == 0 || has_more_to_do(server)); i++) {
        server->has_resumed = false;
        MHD_run(server->daemon);
        pml_server_forks_release(server);
        pml_server_handshakes_rest(server);
    }
    return server->connections.count < count_before;
}

/* libmicrohttpd owns the socket from now on, and closes it when it can't. */
static void add_client(promlet_server *server, const pml_server_client *client)
{
    pml_server_connection *connection = pml_server_connections_add(
        &server->connections, client->fd, &client->address, server->now_ns);
    server->arriving = connection;
    bool is_added =
        MHD_add_connection(server->daemon, client->fd, (const struct sockaddr *)&client->name,
                           client->name_size) == MHD_YES;
    server->arriving = NULL;
    if (!is_added && connection->phase != PML_SERVER_FREE) {
        pml_server_connections_remove(&server->connections, connection);
    }
}

/* Half of the places of an address at most. Were it all of them, each round of clients who send
   nonsense, and so leave at once, would cost an honest one at their address its place amid its
   handshake, which takes several rounds. */
static int accepts_a_round(const promlet_server *server)
{
    size_t half = (server->connections.limits->per_address + 1) / 2;
    return half < MOST_ACCEPTS_A_ROUND ? (int)half : MOST_ACCEPTS_A_ROUND;
}

/* At least one client waits. */
static void accept_clients(promlet_server *server)
{
    pml_server_client client;
    if (!pml_server_has_room(&server->accepting, &server->connections)) {
        pml_server_make_room(&server->accepting, &server->connections, server->now_ns);
        return;
    }
    pml_server_tls_refresh(server->content.tls);
    pml_server_forks_hold(server);
    int most = accepts_a_round(server);
    for (int i = 0; i < most; i++) {
        if (!pml_server_has_room(&server->accepting, &server->connections) ||
            !pml_server_accept(&server->accepting, &server->connections, server->now_ns, &client)) {
            break;
        }
        add_client(server, &client);
    }
    pml_server_forks_release(server);
}

/* ---- Rounds ---- */

static int ms_until(int64_t moment_ns)
{
    int64_t left_ns = moment_ns - pml_server_now_ns();
    if (left_ns <= 0) {
        return 0;
    }
    int64_t left_ms = (left_ns - 1) / PML_NS_PER_MS + 1;
    return left_ms < INT_MAX ? (int)left_ms : INT_MAX;
}

int pml_server_loop_timeout_ms(const promlet_server *server)
{
    int64_t moment_ns = server->connections.next_deadline_ns;
    if (has_more_to_do(server)) {
        return 0;
    }
    if (!server->accepting.is_watched && server->accepting.look_at_ns < moment_ns) {
        moment_ns = server->accepting.look_at_ns;
    }
    int timeout_ms = moment_ns == PML_NEVER_NS ? -1 : ms_until(moment_ns);
    bool is_to_retry = server->worker.postponed != NULL;
    return is_to_retry && (timeout_ms < 0 || timeout_ms > RETRY_MS) ? RETRY_MS : timeout_ms;
}

/* What has happened, as a set of 1 << source. Returns false when our descriptors are gone: others
   may be what the host has opened under their numbers meanwhile. */
static bool wait_for_events(promlet_server *server, int timeout_ms, unsigned int *happened)
{
    struct epoll_event events[EVENTS_A_ROUND];
    int count = epoll_wait(server->epoll_fd, events, EVENTS_A_ROUND, timeout_ms);
    *happened = 0;
    if ((count < 0 && errno != EINTR) || !pml_server_has_descriptors(server)) {
        return false;
    }
    for (int i = 0; i < count; i++) {
        uint32_t source = events[i].data.u32;
        if (source < PML_SERVER_EVENT_PLACES) {
            *happened |= 1U << source;
        } else {
            pml_server_handshake_go_on(server, source - PML_SERVER_EVENT_PLACES);
        }
    }
    return true;
}

/* Metrics are made when all requests of the round are in, so that they share what they can. */
static bool run_and_collect(promlet_server *server)
{
    bool has_ended = run_http(server);
    pml_server_worker_submit(server);
    pml_server_finish_scrapes(server);
    return has_ended;
}

/* What others have done is looked for in each round, for which being woken is only one reason. */
bool pml_server_loop_round(promlet_server *server, int timeout_ms)
{
    unsigned int happened;
    if (!wait_for_events(server, timeout_ms, &happened)) {
        return false;
    }
    server->now_ns = pml_server_now_ns();
    pml_server_finish_scrapes(server);
    pml_server_retry_scrapes(server);
    bool has_clients = (happened & 1U << PML_SERVER_EVENT_CLIENTS) != 0;
    bool is_due = pml_server_connections_reap(&server->connections, server->now_ns);
    if (has_clients) {
        accept_clients(server);
    }
    bool has_ended = false;
    if ((happened & 1U << PML_SERVER_EVENT_HTTP) != 0 || has_clients || is_due ||
        has_more_to_do(server) || server->worker.fresh != NULL) {
        has_ended = run_and_collect(server);
    }
    pml_server_accepting_look(&server->accepting, has_ended, server->now_ns);
    pml_server_http_log_tell(server);
    return true;
}
