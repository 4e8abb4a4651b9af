/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Bytes are what a client sends to a real server, which runs in this thread: all at once, and on
 * another connection in small pieces, which must make no difference. What comes back must be whole
 * responses, each with a status that the server has, and metrics only as often as they were asked
 * for; then the server has closed the connection, or does so when the client ends its side. After
 * it no descriptor is left.
 */
#include "responses.h"
#include "session.h"

#include <promlet/promlet.h>
#include <promlet/server.h>

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stddef.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* More than any answer, and more rounds than any input takes. */
#define MOST_BYTES ((size_t)1 << 20)
#define MOST_ROUNDS 100000

#define PIECE_SIZE 7

static promlet_server *server; /* the same for all inputs, and never stopped */
static struct sockaddr_un place;
static socklen_t place_size;

/* ---- the server ------------------------------------------------------------------------------ */

static void start_server(void)
{
    char path[64];
    promlet_registry *registry = promlet_registry_new();
    promlet_registry_configure(registry, &(promlet_registry_opts){.hide_self_metrics = true});
    promlet_counter_inc(promlet_counter_new(registry, &(promlet_opts){.name = "a_total"}));
    promlet_gauge_set(promlet_gauge_new(registry, &(promlet_opts){.name = "b"}), 2.5);
    (void)snprintf(path, sizeof path, "@promlet-fuzz-%ld", (long)getpid());
    promlet_server_opts options = {.registry = registry, .unix_path = path, .no_thread = true};
    if (promlet_server_start(&options, &server) != PROMLET_OK) {
        finding("no server: %s", promlet_last_error());
    }
    place.sun_family = AF_UNIX;
    memcpy(place.sun_path + 1, path + 1, strlen(path) - 1);
    place_size = (socklen_t)(offsetof(struct sockaddr_un, sun_path) + strlen(path));
}

/* Until it waits for somebody. */
static void run_server(void)
{
    for (int i = 0; i < MOST_ROUNDS; i++) {
        struct pollfd events = {promlet_server_fd(server), POLLIN, 0};
        if (poll(&events, 1, 0) == 0 && promlet_server_timeout_ms(server) != 0) {
            return;
        }
        if (promlet_server_run(server) != PROMLET_OK) {
            finding("the server can't run: %s", promlet_last_error());
        }
    }
    finding("the server never waits");
}

/* ---- a client -------------------------------------------------------------------------------- */

static void read_bytes(int fd, responses *to)
{
    ssize_t count = 1;
    while (count > 0 && !to->is_closed) {
        count = recv(fd, to->bytes + to->size, MOST_BYTES - to->size, MSG_DONTWAIT);
        to->is_closed = count == 0 || (count < 0 && errno != EAGAIN);
        to->size += count > 0 ? (size_t)count : 0;
    }
    to->bytes[to->size] = '\0';
}

static void send_bytes(int fd, const uint8_t *data, size_t size, size_t step, responses *to)
{
    for (size_t sent = 0; sent < size && !to->is_closed;) {
        size_t rest = size - sent;
        ssize_t count =
            send(fd, data + sent, rest < step ? rest : step, MSG_NOSIGNAL | MSG_DONTWAIT);
        if (count < 0 && errno != EAGAIN && errno != EPIPE && errno != ECONNRESET) {
            finding("send: %s", strerror(errno));
        }
        sent += count > 0 ? (size_t)count : 0;
        run_server();
        read_bytes(fd, to);
    }
}

/* What the server sends until it has closed the connection, which this side ends. */
static responses talk(const uint8_t *data, size_t size, size_t step)
{
    responses found = {.bytes = malloc(MOST_BYTES + 1)};
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (found.bytes == NULL || fd < 0 || connect(fd, (struct sockaddr *)&place, place_size) != 0) {
        finding("no connection: %s", strerror(errno));
    }
    found.bytes[0] = '\0';
    run_server();
    send_bytes(fd, data, size, step, &found);
    found.is_closed_first = found.is_closed;
    (void)shutdown(fd, SHUT_WR);
    run_server();
    read_bytes(fd, &found);
    if (!found.is_closed) {
        finding("the end of the client is not seen");
    }
    (void)close(fd);
    run_server();
    return found;
}

static int first_free_descriptor(void)
{
    int fd = fcntl(0, F_DUPFD_CLOEXEC, 3);
    (void)close(fd);
    return fd;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (server == NULL) {
        start_server();
    }
    int descriptor = first_free_descriptor();
    responses whole = talk(data, size, SIZE_MAX);
    check_responses(&whole, data, size);
    responses in_pieces = talk(data, size, PIECE_SIZE);
    check_responses(&in_pieces, data, size);
    check_same(&whole, &in_pieces);
    free(whole.bytes);
    free(in_pieces.bytes);
    if (first_free_descriptor() != descriptor) {
        finding("a descriptor is left open");
    }
    return 0;
}
