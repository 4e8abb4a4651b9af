/* SPDX-License-Identifier: Apache-2.0 */
/* How far the system is with clients: what has arrived, and who waits. */
#ifndef PML_SERVER_PROGRESS_H
#define PML_SERVER_PROGRESS_H

#include <stdint.h>

/* The bytes that a client has acknowledged since it connected; 0 when the system can't tell, as for
   a UNIX socket. */
uint64_t pml_server_sent_bytes(int fd);

/* How many clients wait to be accepted from a listening socket; 0 when the system can't tell. */
uint32_t pml_server_waiting_clients(int listen_fd);

#endif
