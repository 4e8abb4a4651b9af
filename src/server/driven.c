/* SPDX-License-Identifier: Apache-2.0 */
/* A server without a thread, which its owner's loop runs. */
#include "server/forks.h"
#include "server/life.h"
#include "server/loop.h"
#include "server/server.h"
#include "server/teardown.h"

#include <promlet/status.h>

#include <pthread.h>
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

/* A thread that is cancelled half-way would leave descriptors open. */
static void end(promlet_server *server)
{
    int cancel_state;
    pthread_setcancelstate(PTHREAD_CANCEL_DISABLE, &cancel_state);
    pml_server_end_driven(server);
    pthread_setcancelstate(cancel_state, NULL);
}

/* What another thread has told is for the loop to do: were the server freed here, the loop, which
   nobody can tell in time, would use it again. */
promlet_status promlet_server_run(promlet_server *server)
{
    if (!is_driven(server) || !pml_server_enter_round(server)) {
        return promlet_set_last_error(
            PROMLET_ERROR_ARGUMENT, "server: must be one that was started with no_thread, in this "
                                    "process, and not be running");
    }
    bool is_to_go_on = pml_server_read_order(server) == PML_SERVER_GO_ON;
    bool is_there = !is_to_go_on || pml_server_loop_round(server, 0);
    pml_server_order order = pml_server_leave_round(server);
    if (order == PML_SERVER_END_ALONE) {
        end(server);
        return PROMLET_OK;
    }
    if (order == PML_SERVER_END) {
        return promlet_set_last_error(PROMLET_ERROR_BUSY,
                                      "server: was stopped in another thread, and has to be "
                                      "stopped in this one");
    }
    return is_there ? PROMLET_OK
                    : promlet_set_last_error(PROMLET_ERROR_SYSTEM,
                                             "server: its descriptors were closed");
}
