/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The floor of an endpoint: libmicrohttpd alone, in one thread, in the mode that is the fastest of
 * those it has. The text is rendered for each request, and sent in the handler's second call:
 * libmicrohttpd closes the connection after an answer in the first.
 */
#include "floors_encoding.h"
#include "serving.h"

#include <arpa/inet.h>
#include <microhttpd.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>

static enum MHD_Result answer(struct MHD_Connection *connection)
{
    size_t size;
    char *text = floor_encoding_render(&size);
    if (text == NULL) {
        return MHD_NO;
    }
    struct MHD_Response *response =
        MHD_create_response_from_buffer(size, text, MHD_RESPMEM_MUST_FREE);
    if (response == NULL) {
        free(text);
        return MHD_NO;
    }
    MHD_add_response_header(response, MHD_HTTP_HEADER_CONTENT_TYPE, "text/plain; version=0.0.4");
    enum MHD_Result result = MHD_queue_response(connection, MHD_HTTP_OK, response);
    MHD_destroy_response(response);
    return result;
}

static enum MHD_Result handle_request(void *ctx, struct MHD_Connection *connection, const char *url,
                                      const char *method, const char *version, const char *data,
                                      size_t *data_size, void **kept)
{
    (void)ctx;
    (void)url;
    (void)method;
    (void)version;
    (void)data;
    (void)data_size;
    if (*kept == NULL) {
        *kept = connection;
        return MHD_YES;
    }
    return answer(connection);
}

int main(int argc, char **argv)
{
    char workload[64];
    bench_repetition unused;
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    snprintf(workload, sizeof workload, "rendered_%s", bench_serving_shape(argc, argv)->name);
    floor_encoding_prepare(workload, &unused);
    struct MHD_Daemon *daemon = MHD_start_daemon(
        MHD_USE_INTERNAL_POLLING_THREAD | MHD_USE_EPOLL, 0, NULL, NULL, handle_request, NULL,
        MHD_OPTION_SOCK_ADDR, (struct sockaddr *)&address, MHD_OPTION_END);
    if (daemon == NULL) {
        fputs("floors: cannot start libmicrohttpd\n", stderr);
        return 1;
    }
    bench_serve_until_told(MHD_get_daemon_info(daemon, MHD_DAEMON_INFO_BIND_PORT)->port);
    MHD_stop_daemon(daemon);
    return 0;
}
