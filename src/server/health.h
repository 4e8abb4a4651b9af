/* SPDX-License-Identifier: Apache-2.0 */
/* Whether the service lives, and whether it is ready. Neither waits for metrics. */
#ifndef PML_SERVER_HEALTH_H
#define PML_SERVER_HEALTH_H

#include <promlet/http.h>

#include <stdbool.h>

/* These responses are constant. */
const promlet_http_response *pml_server_healthy(void);

/* is_ready: called at once; NULL: the service is ready as long as it answers. */
const promlet_http_response *pml_server_ready(bool (*is_ready)(void *ctx), void *ctx);

#endif
