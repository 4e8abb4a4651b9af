/* SPDX-License-Identifier: Apache-2.0 */
/* What a server answers. server.c and server_answer.c alone know libmicrohttpd itself. */
#ifndef PML_SERVER_ANSWER_H
#define PML_SERVER_ANSWER_H

#include <promlet/registry.h>

#include <stdbool.h>

struct MHD_Daemon;

/* What is served, and where. */
typedef struct pml_server_content {
    promlet_registry *registry; /* Lent; NULL: the default registry. */
    char *path;                 /* Begins with '/'; requests are compared with it as they come. */
    unsigned int formats;       /* Those that may be chosen, as in promlet_server_opts. */
    bool no_gzip;
    bool with_created;
} pml_server_content;

/* Start libmicrohttpd, which answers from then on when the caller runs it (external epoll mode).
   content is lent until the daemon is stopped. The daemon owns listen_fd. Returns NULL on an error,
   with errno when that says why; listen_fd may then be closed or not. */
struct MHD_Daemon *pml_server_start_answering(const pml_server_content *content, int listen_fd);

#endif
