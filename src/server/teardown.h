/* SPDX-License-Identifier: Apache-2.0 */
/* How a server is taken apart. */
#ifndef PML_SERVER_TEARDOWN_H
#define PML_SERVER_TEARDOWN_H

#include <promlet/server.h>

/* End all connections and close the descriptors, in the thread that runs the server. Where these
   are gone, everything stays as it is. */
void pml_server_tear_down(promlet_server *server);

/* Free what is left, when no thread uses the server any more. */
void pml_server_free(promlet_server *server);

/* Both, for a server without a thread. */
void pml_server_end_driven(promlet_server *server);

/* The second half in a forked child, where nothing is said of the locks and who waits for them. */
void pml_server_free_memory(promlet_server *server);

#endif
