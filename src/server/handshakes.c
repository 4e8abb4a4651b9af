/* SPDX-License-Identifier: Apache-2.0 */
/* Has connections wait for the next flight of their handshake in the server's own epoll set. */
#include "server/handshakes.h"

#include "server/loop.h"
#include "server/server.h"
#include "server/tls.h"

#include <microhttpd.h>
#include <sys/epoll.h>

/* One that is cut is closed by libmicrohttpd's next run. */
static bool may_shake_hands(const pml_server_connection *connection)
{
    return connection->phase == PML_SERVER_HEADERS && !connection->has_shaken_hands &&
           !connection->is_cut && !connection->is_resting;
}

/* Where it can't be watched, it stays with libmicrohttpd. */
static void rest(promlet_server *server, size_t place)
{
    pml_server_connection *connection = &server->connections.places[place];
    struct epoll_event event = {.events =
                                    pml_server_tls_awaits(server->content.tls, connection->handle),
                                .data.u32 = PML_SERVER_EVENT_PLACES + (uint32_t)place};
    connection->has_shaken_hands = event.events == 0;
    if (event.events != 0 &&
        epoll_ctl(server->epoll_fd, EPOLL_CTL_ADD, connection->fd, &event) == 0) {
        MHD_suspend_connection(connection->handle);
        connection->is_resting = true;
    }
}

void pml_server_handshakes_rest(promlet_server *server)
{
    for (size_t i = 0; server->content.tls != NULL && i < server->connections.size; i++) {
        if (may_shake_hands(&server->connections.places[i])) {
            rest(server, i);
        }
    }
}

void pml_server_handshake_go_on(promlet_server *server, size_t place)
{
    pml_server_connection *connection = &server->connections.places[place];
    if (connection->is_resting) {
        (void)epoll_ctl(server->epoll_fd, EPOLL_CTL_DEL, connection->fd, NULL);
        connection->is_resting = false;
        MHD_resume_connection(connection->handle);
        server->has_resumed = true;
    }
}

void pml_server_handshakes_go_on(promlet_server *server)
{
    for (size_t i = 0; i < server->connections.size; i++) {
        pml_server_handshake_go_on(server, i);
    }
}
