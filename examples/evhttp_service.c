/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A service with an HTTP server of its own, here libevent's: it greets at /, and answers /metrics
 * in the same loop, on the same port, with what promlet_respond() says.
 *
 * usage: evhttp_service PORT     0 takes a free one, which is printed
 */
#include <promlet/http.h>
#include <promlet/promlet.h>

#include <event2/buffer.h>
#include <event2/event.h>
#include <event2/http.h>

#include <netinet/in.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>

PROMLET_STATIC_COUNTER(greetings, "greetings_total", "Greetings sent.");
PROMLET_STATIC_HISTOGRAM_BOUNDS(duration, "greeting_duration_seconds", "Time to write a greeting.",
                                PROMLET_BOUNDS_OTEL_HTTP);

/* Asked at each scrape, in the loop, where /metrics is answered. */
static double count_events(void *base)
{
    return event_base_get_num_events(base, EVENT_BASE_COUNT_ADDED);
}

static void greet(struct evhttp_request *request, void *ctx)
{
    (void)ctx;
    PROMLET_TIMED_SCOPE(duration);
    promlet_counter_inc(greetings);
    evbuffer_add_printf(evhttp_request_get_output_buffer(request), "Hello!\n");
    evhttp_send_reply(request, 200, NULL, NULL);
}

/* ---- /metrics -------------------------------------------------------------------------------- */

/* What the client asks for. */
static promlet_http_request read_request(struct evhttp_request *request)
{
    struct evkeyvalq *headers = evhttp_request_get_input_headers(request);
    enum evhttp_cmd_type command = evhttp_request_get_command(request);
    return (promlet_http_request){
        .method = command == EVHTTP_REQ_GET    ? "GET"
                  : command == EVHTTP_REQ_HEAD ? "HEAD"
                                               : "another",
        .query = evhttp_uri_get_query(evhttp_request_get_evhttp_uri(request)),
        .accept = evhttp_find_header(headers, "Accept"),
        .accept_encoding = evhttp_find_header(headers, "Accept-Encoding"),
    };
}

/* Called for each piece once it is sent; the last one brings the response. */
static void forget_piece(const void *data, size_t size, void *response)
{
    (void)data;
    (void)size;
    promlet_http_response_release(response);
}

/* Lends the pieces to the buffer, which gives the response back once they are sent. False without
   memory. */
static bool lend_pieces(struct evbuffer *buffer, promlet_http_response *response)
{
    size_t count = response->piece_count;
    size_t lent = 0;
    while (lent < count) {
        const promlet_http_piece *piece = &response->pieces[lent];
        if (evbuffer_add_reference(buffer, piece->data, piece->size, forget_piece,
                                   lent == count - 1 ? response : NULL) != 0) {
            break;
        }
        lent++;
    }
    if (count > 0 && lent == count) {
        return true;
    }
    evbuffer_drain(buffer, evbuffer_get_length(buffer));
    promlet_http_response_release(response);
    return count == 0;
}

static void add_headers(struct evkeyvalq *headers, const promlet_http_response *response)
{
    char size[32];
    snprintf(size, sizeof size, "%zu", response->size);
    evhttp_add_header(headers, "Content-Length", size);
    for (size_t i = 0; i < response->header_count; i++) {
        evhttp_add_header(headers, response->headers[i].name, response->headers[i].value);
    }
}

static void show_metrics(struct evhttp_request *request, void *ctx)
{
    (void)ctx;
    promlet_http_request asked = read_request(request);
    promlet_http_response *response = promlet_respond(NULL, &asked);
    int status = response->status;
    add_headers(evhttp_request_get_output_headers(request), response);
    if (lend_pieces(evhttp_request_get_output_buffer(request), response)) {
        evhttp_send_reply(request, status, NULL, NULL);
    } else {
        evhttp_send_error(request, 500, NULL);
    }
}

/* ---- the loop -------------------------------------------------------------------------------- */

static void end(evutil_socket_t number, short events, void *base)
{
    (void)number;
    (void)events;
    event_base_loopbreak(base);
}

/* The port that was taken; 0 when it can't be had. */
static int listen_on(struct evhttp *server, int port)
{
    struct evhttp_bound_socket *bound =
        evhttp_bind_socket_with_handle(server, "127.0.0.1", (ev_uint16_t)port);
    struct sockaddr_in address;
    socklen_t size = sizeof address;
    if (bound == NULL ||
        getsockname(evhttp_bound_socket_get_fd(bound), (struct sockaddr *)&address, &size) != 0) {
        return 0;
    }
    return ntohs(address.sin_port);
}

static bool serve(struct event_base *base, struct evhttp *server, int port)
{
    evhttp_set_cb(server, "/", greet, NULL);
    evhttp_set_cb(server, "/metrics", show_metrics, NULL);
    int taken = listen_on(server, port);
    if (taken == 0) {
        perror("evhttp_service: cannot listen");
        return false;
    }
    printf("serving http://127.0.0.1:%d/metrics\n", taken);
    fflush(stdout);
    return event_base_dispatch(base) == 0;
}

int main(int argc, char **argv)
{
    if (argc != 2) {
        fputs("usage: evhttp_service PORT\n", stderr);
        return 2;
    }
    signal(SIGPIPE, SIG_IGN); /* a client that goes away */
    struct event_base *base = event_base_new();
    struct evhttp *server = evhttp_new(base);
    struct event *interrupted = evsignal_new(base, SIGINT, end, base);
    struct event *terminated = evsignal_new(base, SIGTERM, end, base);
    event_add(interrupted, NULL);
    event_add(terminated, NULL);
    promlet_gauge_callback_new(
        NULL, &(promlet_opts){.name = "loop_events", .help = "Events that the loop waits for."},
        count_events, base);
    bool is_good = serve(base, server, atoi(argv[1]));
    event_free(interrupted);
    event_free(terminated);
    evhttp_free(server);
    event_base_free(base);
    return is_good ? 0 : 1;
}
