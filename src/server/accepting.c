/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Accepts clients. What waits in the backlog costs the process nothing, so a client is taken when
 * there is room only: a place in the table, and a descriptor beyond the reserve.
 *
 * The reserve is there for a process that has used up its descriptors, in which someone wants to
 * see the metrics all the more: it is closed, its number serves one client, and it is opened again
 * before another one is taken.
 */
#define _GNU_SOURCE /* accept4() */
#include "server/accepting.h"

#include "server/clock.h"
#include "server/eviction.h"
#include "server/progress.h"

#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <unistd.h>

/* While clients wait for room, each may take so long for its request. It is no deadline: where
   nobody waits, nobody is cut. */
#define CROWDED_HEADERS_NS (300 * PML_NS_PER_MS)

/* How long clients that can't be taken wait before we look again. */
#define PAUSE_NS (50 * PML_NS_PER_MS)

/* Clients that connect from one address as soon as they were cut must not keep a CPU busy: so many
   of them are taken in so much time. While they wait they can't be told from others, so it is short
   enough for those. Who reads slowly at that address has its place as long. */
#define CROWD_SIZE 16
#define CROWD_NS (40 * PML_NS_PER_MS)

/* All who wait should have their turn within this time, so the more there are, the sooner one in a
   place goes. */
#define TURN_NS (500 * PML_NS_PER_MS)

/* How much of an answer the system takes beyond what it can send. */
#define MOST_UNSENT_BYTES (256 * 1024)

/* ---- Watching ---- */

static bool control(const pml_server_accepting *accepting, int operation)
{
    struct epoll_event event = {.events = EPOLLIN, .data.u32 = accepting->source};
    return epoll_ctl(accepting->epoll_fd, operation, accepting->listen_fd, &event) == 0;
}

/* It is taken out of the set, since an error of the socket is told as long as it is in there. */
static void stop_watching(pml_server_accepting *accepting, bool until_one_ends, int64_t until_ns)
{
    accepting->is_watched = accepting->is_watched && !control(accepting, EPOLL_CTL_DEL);
    accepting->waits_for_ends = until_one_ends;
    accepting->look_at_ns = until_ns;
}

/* ---- Descriptors ---- */

static bool has_reserve(pml_server_accepting *accepting)
{
    if (accepting->reserve_fd < 0) {
        accepting->reserve_fd = eventfd(0, EFD_CLOEXEC);
    }
    return accepting->reserve_fd >= 0;
}

int pml_server_accepting_start(pml_server_accepting *accepting, int listen_fd, int epoll_fd,
                               uint32_t source)
{
    *accepting = (pml_server_accepting){
        .listen_fd = listen_fd, .epoll_fd = epoll_fd, .source = source, .reserve_fd = -1};
    if (!has_reserve(accepting)) {
        return errno;
    }
    if (!control(accepting, EPOLL_CTL_ADD)) {
        int error = errno;
        pml_server_accepting_end(accepting);
        return error;
    }
    accepting->is_watched = true;
    return 0;
}

void pml_server_accepting_end(pml_server_accepting *accepting)
{
    if (accepting->reserve_fd >= 0) {
        close(accepting->reserve_fd);
    }
    accepting->reserve_fd = -1;
}

void pml_server_accepting_look(pml_server_accepting *accepting, bool has_ended, int64_t now_ns)
{
    if (accepting->is_watched) {
        return;
    }
    /* The number that has become free may be wanted elsewhere. */
    (void)has_reserve(accepting);
    if ((has_ended && accepting->waits_for_ends) || now_ns >= accepting->look_at_ns) {
        accepting->is_watched = control(accepting, EPOLL_CTL_ADD);
        accepting->look_at_ns = now_ns + PAUSE_NS;
    }
}

/* ---- Room ---- */

/* How many wait, or waited: the pace stays the same until hardly anybody does. */
static int64_t count_waiting(pml_server_accepting *accepting)
{
    uint32_t waiting = pml_server_waiting_clients(accepting->listen_fd);
    if (waiting < CROWD_SIZE || waiting > accepting->most_waiting) {
        accepting->most_waiting = waiting;
    }
    return accepting->most_waiting;
}

/* How long each client may have one of so many places while others wait; usual_ns at most. */
static int64_t share_ns(pml_server_accepting *accepting, size_t places, int64_t usual_ns)
{
    int64_t share = TURN_NS / (1 + count_waiting(accepting)) * (int64_t)places;
    return share < usual_ns ? share : usual_ns;
}

static bool is_one_cut(const pml_server_connections *table)
{
    for (size_t i = 0; i < table->size; i++) {
        if (table->places[i].is_cut) {
            return true;
        }
    }
    return false;
}

bool pml_server_has_room(pml_server_accepting *accepting, const pml_server_connections *table)
{
    return table->count < table->size && has_reserve(accepting);
}

void pml_server_make_room(pml_server_accepting *accepting, pml_server_connections *table,
                          int64_t now_ns)
{
    pml_server_grace grace = {.headers_ns = share_ns(accepting, table->size, CROWDED_HEADERS_NS),
                              .reading_ns = PML_SERVER_READING_GRACE_NS,
                              .stalled_ns =
                                  share_ns(accepting, table->size, PML_SERVER_READING_GRACE_NS)};
    if (!is_one_cut(table)) {
        pml_server_connection *found = pml_server_dispensable(table, NULL, grace, now_ns);
        if (found != NULL) {
            pml_server_connection_cut(table, found, PML_SERVER_REJECTED_FOR_OTHERS);
        }
    }
    stop_watching(accepting, true,
                  now_ns + (grace.headers_ns < PAUSE_NS ? grace.headers_ns : PAUSE_NS));
}

/* ---- Clients ---- */

/* A client that does not read costs the copy of what the system takes for it, which is up to 4 MiB
   of each answer, and that memory. What has been sent and is on its way is not held back by this.
 */
static void limit_unsent(int fd)
{
    int most = MOST_UNSENT_BYTES;
    (void)setsockopt(fd, IPPROTO_TCP, TCP_NOTSENT_LOWAT, &most, sizeof most);
}

/* Returns -1 with errno. */
static int accept_one(const pml_server_accepting *accepting, pml_server_client *client)
{
    client->name_size = sizeof client->name;
    return accept4(accepting->listen_fd, (struct sockaddr *)&client->name, &client->name_size,
                   SOCK_CLOEXEC | SOCK_NONBLOCK);
}

static bool lacks_descriptors(void)
{
    return errno == EMFILE || errno == ENFILE;
}

static bool is_passing(int error)
{
    return error == EAGAIN || error == EWOULDBLOCK || error == EINTR || error == ECONNABORTED;
}

/* Count a client whose address has too many connections; so many are taken in so much time. */
static void note_crowd(pml_server_accepting *accepting, int64_t window_ns, int64_t now_ns)
{
    if (now_ns - accepting->crowd_since_ns >= window_ns) {
        accepting->crowd_since_ns = now_ns;
        accepting->crowding = 0;
    }
    if (++accepting->crowding >= CROWD_SIZE) {
        stop_watching(accepting, false, accepting->crowd_since_ns + window_ns);
    }
}

/* The new one is preferred to one that has not yet sent its request, however young, but for those
   of the same round, where we have not looked yet: clients send it as soon as they are connected,
   so whoever has not is slow or wants nothing. */
static bool has_room_at_address(pml_server_accepting *accepting, pml_server_connections *table,
                                int64_t now_ns, const pml_server_address *address)
{
    if (pml_server_count_of(table, address) < table->limits->per_address) {
        return true;
    }
    int64_t window_ns = share_ns(accepting, CROWD_SIZE, CROWD_NS);
    pml_server_grace grace = {.headers_ns = 1, .reading_ns = CROWD_NS, .stalled_ns = window_ns};
    note_crowd(accepting, window_ns, now_ns);
    pml_server_connection *found = pml_server_dispensable(table, address, grace, now_ns);
    if (found != NULL) {
        pml_server_connection_cut(table, found, PML_SERVER_REJECTED_FOR_OTHERS);
    }
    return found != NULL;
}

bool pml_server_accept(pml_server_accepting *accepting, pml_server_connections *table,
                       int64_t now_ns, pml_server_client *client)
{
    while (accepting->is_watched) {
        client->fd = accept_one(accepting, client);
        if (client->fd < 0 && lacks_descriptors() && accepting->reserve_fd >= 0) {
            pml_server_accepting_end(accepting);
            client->fd = accept_one(accepting, client);
        }
        if (client->fd < 0) {
            if (!is_passing(errno)) {
                stop_watching(accepting, true, now_ns + PAUSE_NS);
            }
            return false;
        }
        client->address = pml_server_address_of((const struct sockaddr *)&client->name);
        if (has_room_at_address(accepting, table, now_ns, &client->address)) {
            limit_unsent(client->fd);
            return true;
        }
        close(client->fd);
        pml_server_note_rejected(table->metrics, PML_SERVER_REJECTED_AT_ADDRESS);
    }
    return false;
}
