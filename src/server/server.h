/* SPDX-License-Identifier: Apache-2.0 */
/* What server_default.c needs of a server beside the public calls. */
#ifndef PML_SERVER_H
#define PML_SERVER_H

#include <promlet/server.h>

#include <stdbool.h>

/* The first half of promlet_server_stop(), which does not wait: new clients are refused, and the
   port is free for another server. NULL and the server of a forked child's parent are left alone.
 */
void pml_server_stop_listening(const promlet_server *server);

/* Whether the caller is the thread of a server, which a log callback can be. It must not wait for
   another server to end. */
bool pml_is_servers_thread(void);

#endif
