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

#include <errno.h>
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
   enough for those. */
#define CROWD_SIZE 16
#define CROWD_NS (40 * PML_NS_PER_MS)

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
    if (!is_one_cut(table)) {
        pml_server_connection *found =
            pml_server_dispensable(table, NULL, CROWDED_HEADERS_NS, now_ns);
        if (found != NULL) {
            pml_server_connection_cut(table, found, PML_SERVER_REJECTED_FOR_OTHERS);
        }
    }
    stop_watching(accepting, true, now_ns + PAUSE_NS);
}

/* ---- Clients ---- */

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

/* Count a client whose address has too many connections. */
static void note_crowd(pml_server_accepting *accepting, int64_t now_ns)
{
    if (now_ns - accepting->crowd_since_ns >= CROWD_NS) {
        accepting->crowd_since_ns = now_ns;
        accepting->crowding = 0;
    }
    if (++accepting->crowding >= CROWD_SIZE) {
        stop_watching(accepting, false, accepting->crowd_since_ns + CROWD_NS);
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
    note_crowd(accepting, now_ns);
    pml_server_connection *found = pml_server_dispensable(table, address, 1, now_ns);
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
            return true;
        }
        close(client->fd);
        pml_server_note_rejected(table->metrics, PML_SERVER_REJECTED_AT_ADDRESS);
    }
    return false;
}
