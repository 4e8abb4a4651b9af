/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What libmicrohttpd says of its clients, for promlet_set_log_callback(). Clients must not be able
 * to fill the host's log, so of each kind of sentence the first one is told, and then the tenth,
 * the hundredth and so on.
 */
#ifndef PML_SERVER_HTTP_LOG_H
#define PML_SERVER_HTTP_LOG_H

#include <promlet/server.h>

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

/* More kinds than libmicrohttpd has for what clients do; others are not told. */
#define PML_SERVER_LOG_KINDS 48

/* How many sentences wait to be told, and how long they are. */
#define PML_SERVER_LOG_WAITING 4
#define PML_SERVER_LOG_BYTES 200

typedef struct pml_server_http_log {
    struct {
        const char *format;
        uint64_t count;
    } kinds[PML_SERVER_LOG_KINDS];
    size_t kind_count;
    char waiting[PML_SERVER_LOG_WAITING][PML_SERVER_LOG_BYTES];
    size_t waiting_count;
} pml_server_http_log;

/* Note a sentence, which may be told later. What libmicrohttpd calls; log: of the server. */
void pml_server_http_log_note(void *log, const char *format, va_list arguments);

/* Tell what waits. The caller holds no lock, and is the thread that runs the server. */
void pml_server_http_log_tell(promlet_server *server);

#endif
