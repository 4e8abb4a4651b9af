/* SPDX-License-Identifier: Apache-2.0 */
/* How much of what we sent has arrived. */
#ifndef PML_SERVER_PROGRESS_H
#define PML_SERVER_PROGRESS_H

#include <stdint.h>

/* The bytes that a client has acknowledged since it connected; 0 when the system can't tell, as for
   a UNIX socket. */
uint64_t pml_server_sent_bytes(int fd);

#endif
