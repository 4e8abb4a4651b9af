/* SPDX-License-Identifier: Apache-2.0 */
/* Takes a server apart, in two halves: sockets as soon as it stops, memory when nobody is left. */
#include "server/teardown.h"

#include "server/forks.h"
#include "server/handshakes.h"
#include "server/loop.h"
#include "server/scrape.h"
#include "server/server.h"

#include <microhttpd.h>
#include <stdlib.h>
#include <unistd.h>

bool pml_server_has_descriptors(const promlet_server *server)
{
    return pml_server_is_same(server->listener.fd, &server->listener.identity);
}

/* libmicrohttpd aborts the process when it finds a descriptor closed that it has to close. */
void pml_server_tear_down(promlet_server *server)
{
    if (!pml_server_has_descriptors(server)) {
        return;
    }
    pml_server_forks_hold(server);
    pml_server_forks_remove(server);
    pml_server_abandon_scrapes(server);
    pml_server_handshakes_go_on(server);
    MHD_stop_daemon(server->daemon);
    pml_server_loop_close(server);
    pml_server_unlisten(&server->listener);
    pml_server_forks_release(server);
}

void pml_server_free(promlet_server *server)
{
    pml_server_life_end(&server->life);
    pml_server_worker_end(&server->worker);
    pml_http_budget_end(&server->budget);
    pml_server_free_memory(server);
}

void pml_server_end_driven(promlet_server *server)
{
    pml_server_stop_listening(server);
    pml_server_tear_down(server);
    pml_server_free(server);
}

void pml_server_free_memory(promlet_server *server)
{
    if (server->wake_fd >= 0) {
        close(server->wake_fd);
    }
    pml_server_metrics_end(&server->metrics);
    pml_server_connections_end(&server->connections);
    pml_server_page_clear(&server->content.page);
    pml_server_tls_free(server->content.tls);
    pml_server_auth_free(server->content.auth);
    free(server->content.path);
    free(server);
}
