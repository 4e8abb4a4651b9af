/* SPDX-License-Identifier: Apache-2.0 */
/* How long a client waits for its answer. */
#ifndef PML_SERVER_PATIENCE_H
#define PML_SERVER_PATIENCE_H

#include <stdint.h>

/* Read what Prometheus says in a header, a number of seconds such as "10" or "0.5", as nanoseconds;
   PML_NEVER_NS for NULL, for 0, and for what is no such number. */
int64_t pml_server_read_patience(const char *text);

#endif
