/* SPDX-License-Identifier: Apache-2.0 */
/* The answers to those who ask how the service is: what restarts it, and what sends it work. */
#include "server/health.h"

#include <stddef.h>

static const promlet_http_header headers[] = {
    {"Content-Type", "text/plain; charset=utf-8"},
    {"Cache-Control", "no-store"},
    {"X-Content-Type-Options", "nosniff"},
};

#define RESPONSE(http_status, text)                                                                \
    {                                                                                              \
        .status = (http_status), .headers = headers,                                               \
        .header_count = sizeof headers / sizeof headers[0],                                        \
        .pieces = &(promlet_http_piece){text, sizeof(text) - 1}, .piece_count = 1,                 \
        .size = sizeof(text) - 1                                                                   \
    }

static const promlet_http_response healthy = RESPONSE(200, "Healthy.\n");
static const promlet_http_response ready = RESPONSE(200, "Ready.\n");
static const promlet_http_response not_ready = RESPONSE(503, "Not ready.\n");

const promlet_http_response *pml_server_healthy(void)
{
    return &healthy;
}

const promlet_http_response *pml_server_ready(bool (*is_ready)(void *ctx), void *ctx)
{
    return is_ready == NULL || is_ready(ctx) ? &ready : &not_ready;
}
