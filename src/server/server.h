/* SPDX-License-Identifier: Apache-2.0 */
/* A server, for the files that make it up. Who uses what: the thread that runs it (its own, or the
   caller's), unless a member says otherwise. */
#ifndef PML_SERVER_SERVER_H
#define PML_SERVER_SERVER_H

#include "http/body.h"
#include "server/accepting.h"
#include "server/answer.h"
#include "server/client_limits.h"
#include "server/connections.h"
#include "server/forks.h"
#include "server/http_log.h"
#include "server/life.h"
#include "server/listen.h"
#include "server/metrics.h"
#include "server/routes.h"
#include "server/worker.h"

#include <promlet/server.h>

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

struct MHD_Daemon;

struct promlet_server {
    /* Written before it runs, and only read since. */
    pml_server_content content;
    pml_server_routes routes;
    pml_server_limits limits;
    pml_server_listener listener;
    bool has_no_thread;
    pml_server_process starter; /* The process that it runs in. */
    int epoll_fd;               /* All that it waits for; -1 until it was made. */
    int wake_fd;                /* An eventfd by which other threads wake it. Likewise. */
    struct MHD_Daemon *daemon;  /* NULL until it was started. */
    int daemon_epoll_fd;        /* The daemon's own. */

    pml_server_metrics metrics;
    pml_server_connections connections;
    pml_server_accepting accepting;
    pml_server_http_log http_log;
    pml_server_connection *arriving; /* While libmicrohttpd is given a connection: its place. */
    int64_t now_ns;                  /* When the round began. */
    bool has_resumed;  /* libmicrohttpd has something to do that it does not tell of. */
    bool has_released; /* An answer has ended since the last look for room. */
    bool holds_forks;  /* See forks.h. */

    bool is_stopping; /* Used by who stops it. */

    /* With locks of their own. */
    pml_server_worker worker;
    pml_http_budget budget; /* For the bodies of answers. */
    pml_server_life life;

    /* In the list of forks.c, which guards them. */
    struct promlet_server *next;
    struct promlet_server *previous;
};

/* Whether our descriptors are still ours: the host may have closed them all. */
bool pml_server_has_descriptors(const promlet_server *server);

/* The first half of promlet_server_stop(), which does not wait: new clients are refused, and the
   port is free for another server. NULL and the server of a forked child's parent are left alone.
 */
void pml_server_stop_listening(const promlet_server *server);

#endif
