/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A service on libmicrohttpd that was there before its metrics: it keeps short notes in memory, at
 * /notes/{id}, for PUT, GET and DELETE. What promlet has to do with it is marked with an arrow
 * (-->): the handler is wrapped where the daemon is started, and /metrics is one path more in it.
 *
 *     notes --port 8080 &
 *     curl -X PUT -d 'buy milk' http://127.0.0.1:8080/notes/7
 *     curl http://127.0.0.1:8080/metrics
 */
#include <promlet/microhttpd.h> /* --> */
#include <promlet/promlet.h>    /* --> */

#include <arpa/inet.h>
#include <getopt.h>
#include <microhttpd.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { MOST_NOTES = 100, NOTE_SIZE = 256 };

/* One thread of libmicrohttpd answers all requests, so nothing guards them. */
static char notes[MOST_NOTES][NOTE_SIZE];

/* What a client has sent of a note so far. */
struct upload {
    size_t size;
    char text[NOTE_SIZE];
};

/* ---- requests -------------------------------------------------------------------------------- */

static enum MHD_Result send_text(struct MHD_Connection *connection, unsigned int status,
                                 const char *text)
{
    struct MHD_Response *response =
        MHD_create_response_from_buffer(strlen(text), (void *)text, MHD_RESPMEM_MUST_COPY);
    /* --> instead of MHD_queue_response(), for the size of the response */
    enum MHD_Result result =
        promlet_microhttpd_queue_response(connection, status, response, strlen(text));
    MHD_destroy_response(response);
    return result;
}

static enum MHD_Result answer_note(struct MHD_Connection *connection, const char *method,
                                   char *note, const struct upload *upload)
{
    if (strcmp(method, MHD_HTTP_METHOD_PUT) == 0) {
        if (upload->size >= NOTE_SIZE) {
            return send_text(connection, MHD_HTTP_CONTENT_TOO_LARGE, "too long\n");
        }
        memcpy(note, upload->text, NOTE_SIZE);
        return send_text(connection, MHD_HTTP_NO_CONTENT, "");
    }
    if (strcmp(method, MHD_HTTP_METHOD_DELETE) == 0) {
        note[0] = '\0';
        return send_text(connection, MHD_HTTP_NO_CONTENT, "");
    }
    if (strcmp(method, MHD_HTTP_METHOD_GET) != 0 && strcmp(method, MHD_HTTP_METHOD_HEAD) != 0) {
        return send_text(connection, MHD_HTTP_METHOD_NOT_ALLOWED, "no such method\n");
    }
    return note[0] == '\0' ? send_text(connection, MHD_HTTP_NOT_FOUND, "no such note\n")
                           : send_text(connection, MHD_HTTP_OK, note);
}

/* NULL when the path is that of no note. */
static char *find_note(const char *url)
{
    unsigned int id;
    char behind;
    bool is_one = sscanf(url, "/notes/%u%c", &id, &behind) == 1 && id < MOST_NOTES;
    return is_one ? notes[id] : NULL;
}

static enum MHD_Result answer_whole(struct MHD_Connection *connection, const char *url,
                                    const char *method, const struct upload *upload)
{
    if (strcmp(url, "/metrics") == 0) {
        return promlet_microhttpd_respond(NULL, connection, method); /* --> */
    }
    char *note = find_note(url);
    return note != NULL ? answer_note(connection, method, note, upload)
                        : send_text(connection, MHD_HTTP_NOT_FOUND, "no such path\n");
}

/* Called with the headers, with each part of the upload, and when the request is whole. */
static enum MHD_Result answer(void *ctx, struct MHD_Connection *connection, const char *url,
                              const char *method, const char *version, const char *part,
                              size_t *part_size, void **state)
{
    struct upload *upload = *state;
    (void)ctx;
    (void)version;
    if (upload == NULL) {
        *state = calloc(1, sizeof *upload);
        return *state != NULL ? MHD_YES : MHD_NO;
    }
    if (*part_size == 0) {
        return answer_whole(connection, url, method, upload);
    }
    if (upload->size + *part_size < NOTE_SIZE) {
        memcpy(upload->text + upload->size, part, *part_size);
    }
    upload->size += *part_size;
    *part_size = 0;
    return MHD_YES;
}

static void forget(void *ctx, struct MHD_Connection *connection, void **state,
                   enum MHD_RequestTerminationCode reason)
{
    (void)ctx;
    (void)connection;
    (void)reason;
    free(*state);
}

/* ---- the service ----------------------------------------------------------------------------- */

static struct MHD_Daemon *start(promlet_microhttpd *measured, int port)
{
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons((uint16_t)port)};
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    /* --> without promlet: answer, NULL, MHD_OPTION_NOTIFY_COMPLETED, forget, NULL */
    return MHD_start_daemon(MHD_USE_AUTO_INTERNAL_THREAD, 0, NULL, NULL, promlet_microhttpd_handle,
                            measured, MHD_OPTION_NOTIFY_COMPLETED, promlet_microhttpd_complete,
                            measured, MHD_OPTION_SOCK_ADDR, (struct sockaddr *)&address,
                            MHD_OPTION_END);
}

/* Serves for some seconds, or for ever if they are 0, unless a signal ends it. */
static bool serve(promlet_microhttpd *measured, int port, int seconds, const sigset_t *ending)
{
    struct MHD_Daemon *daemon = start(measured, port);
    if (daemon == NULL) {
        fprintf(stderr, "notes: cannot listen on port %d\n", port);
        return false;
    }
    printf("serving http://127.0.0.1:%d/metrics\n",
           MHD_get_daemon_info(daemon, MHD_DAEMON_INFO_BIND_PORT)->port);
    (void)fflush(stdout);
    struct timespec limit = {.tv_sec = seconds};
    int received;
    (void)(seconds > 0 ? sigtimedwait(ending, NULL, &limit) : sigwait(ending, &received));
    MHD_stop_daemon(daemon);
    return true;
}

static bool read_command_line(int argc, char **argv, int *port, int *seconds)
{
    static const struct option known[] = {{"port", required_argument, NULL, 'p'},
                                          {"seconds", required_argument, NULL, 's'},
                                          {NULL, 0, NULL, 0}};
    int option;
    while ((option = getopt_long(argc, argv, "", known, NULL)) != -1) {
        if (option == '?') {
            return false;
        }
        *(option == 'p' ? port : seconds) = atoi(optarg);
    }
    return optind == argc;
}

int main(int argc, char **argv)
{
    static const char *const routes[] = {"/notes/{id}"}; /* --> */
    int port = 8080;
    int seconds = 0;
    sigset_t ending;
    if (!read_command_line(argc, argv, &port, &seconds)) {
        fputs("usage: notes [--port N] [--seconds N]\n", stderr);
        return 2;
    }
    sigemptyset(&ending);
    sigaddset(&ending, SIGINT);
    sigaddset(&ending, SIGTERM);
    pthread_sigmask(SIG_BLOCK, &ending, NULL);

    promlet_microhttpd *measured = /* --> */
        promlet_microhttpd_new(
            NULL, &(promlet_microhttpd_opts){
                      .handler = answer, .completed = forget, .routes = routes, .route_count = 1});
    promlet_process_metrics_register(NULL, NULL); /* --> CPU time, memory, descriptors */
    bool is_good = measured != NULL && serve(measured, port, seconds, &ending);
    promlet_microhttpd_free(measured); /* --> */

    char *text = promlet_get_metrics(); /* --> what was recorded in the end */
    if (text != NULL) {
        fputs(text, stdout);
    }
    promlet_free(text);
    return is_good ? EXIT_SUCCESS : EXIT_FAILURE;
}
