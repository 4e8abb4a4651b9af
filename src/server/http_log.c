/* SPDX-License-Identifier: Apache-2.0 */
/* Keeps sentences of libmicrohttpd, which come while locks are held, until they can be told. */
#include "server/http_log.h"

#include "server/server.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>

/* How often a kind has come, with this time; 0 when there are too many kinds. A kind is a format,
   which is a constant of libmicrohttpd. */
static uint64_t count_kind(pml_server_http_log *log, const char *format)
{
    size_t i = 0;
    while (i < log->kind_count && log->kinds[i].format != format) {
        i++;
    }
    if (i == PML_SERVER_LOG_KINDS) {
        return 0;
    }
    if (i == log->kind_count) {
        log->kinds[i].format = format;
        log->kind_count++;
    }
    return ++log->kinds[i].count;
}

static bool is_power_of_ten(uint64_t count)
{
    while (count > 0 && count % 10 == 0) {
        count /= 10;
    }
    return count == 1;
}

/* Without the line end; what a client has sent may be in it, so what is not plain becomes a '?'. */
static void make_plain(char *text)
{
    size_t size = strlen(text);
    if (size > 0 && text[size - 1] == '\n') {
        text[--size] = '\0';
    }
    for (size_t i = 0; i < size; i++) {
        unsigned char byte = (unsigned char)text[i];
        text[i] = byte < ' ' || byte > '~' ? '?' : text[i];
    }
}

void pml_server_http_log_note(void *ctx, const char *format, va_list arguments)
{
    pml_server_http_log *log = ctx;
    uint64_t count = count_kind(log, format);
    if (!is_power_of_ten(count) || log->waiting_count == PML_SERVER_LOG_WAITING) {
        return;
    }
    char *text = log->waiting[log->waiting_count++];
    (void)vsnprintf(text, PML_SERVER_LOG_BYTES, format, arguments);
    make_plain(text);
    if (count > 1) {
        size_t size = strlen(text);
        (void)snprintf(text + size, PML_SERVER_LOG_BYTES - size, " (%llu times by now)",
                       (unsigned long long)count);
    }
}

/* The callback may do what it likes, but for ending the memory of the server that runs it. */
void pml_server_http_log_tell(promlet_server *server)
{
    pml_server_http_log *log = &server->http_log;
    for (size_t i = 0; i < log->waiting_count; i++) {
        char sentence[PML_SERVER_PLACE_SIZE + PML_SERVER_LOG_BYTES + sizeof ": libmicrohttpd: "];
        (void)snprintf(sentence, sizeof sentence, "%s: libmicrohttpd: %s", server->listener.place,
                       log->waiting[i]);
        promlet_log(sentence);
    }
    log->waiting_count = 0;
}
