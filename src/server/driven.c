/* SPDX-License-Identifier: Apache-2.0 */
/* A server without a thread, which its owner's loop runs. */
#include "server/forks.h"
#include "server/loop.h"
#include "server/server.h"
#include "server/teardown.h"

#include <promlet/status.h>

#include <stddef.h>

/* Whether the caller is to run this server, and can. */
static bool is_driven(const promlet_server *server)
{
    return server != NULL && server->has_no_thread && pml_server_is_this_process(&server->starter);
}

int promlet_server_fd(const promlet_server *server)
{
    return is_driven(server) ? server->epoll_fd : -1;
}

int promlet_server_timeout_ms(const promlet_server *server)
{
    return is_driven(server) ? pml_server_loop_timeout_ms(server) : -1;
}

promlet_status promlet_server_run(promlet_server *server)
{
    if (!is_driven(server) || server->is_in_round) {
        return promlet_set_last_error(
            PROMLET_ERROR_ARGUMENT, "server: must be one that was started with no_thread, in this "
                                    "process, and not be running");
    }
    server->is_in_round = true;
    bool is_there = pml_server_loop_round(server, 0);
    server->is_in_round = false;
    if (server->is_to_end) {
        promlet_server_stop(server);
        return PROMLET_OK;
    }
    return is_there ? PROMLET_OK
                    : promlet_set_last_error(PROMLET_ERROR_SYSTEM,
                                             "server: its descriptors were closed");
}
