/* SPDX-License-Identifier: Apache-2.0 */
/* What a server answers, through libmicrohttpd. */
#ifndef PML_SERVER_ANSWER_H
#define PML_SERVER_ANSWER_H

#include "server/auth.h"
#include "server/page.h"
#include "server/tls.h"

#include <promlet/registry.h>
#include <promlet/server.h>

#include <stdbool.h>

struct MHD_Daemon;

/* What is served, and where. */
typedef struct pml_server_content {
    promlet_registry *registry; /* Lent; NULL: the default registry. */
    char *path;                 /* Begins with '/'; requests are compared with it as they come. */
    unsigned int formats;       /* Those that may be chosen, as in promlet_server_opts. */
    bool no_gzip;
    bool with_created;
    bool has_page;
    pml_server_page page;        /* Zeroed if there is none. */
    bool (*is_ready)(void *ctx); /* NULL: always. */
    void *ready_ctx;
    pml_server_tls *tls;   /* NULL: plain HTTP. */
    pml_server_auth *auth; /* NULL: everybody may read. */
} pml_server_content;

/* Start libmicrohttpd, which answers from then on when the caller gives it connections and runs it
   (external epoll mode). The server is lent until the daemon is stopped. Returns NULL on an error,
   with errno when that says why. */
struct MHD_Daemon *pml_server_start_answering(promlet_server *server);

#endif
