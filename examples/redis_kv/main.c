/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A service that asks a Redis server, and measures each command. It shows how a client library is
 * instrumented: client_run() in client.c is all that promlet has to do with it, beside what is said
 * once when it is opened.
 *
 *     redis-server --port 6379 &
 *     redis_kv --redis 127.0.0.1:6379 &
 *     curl http://127.0.0.1:9464/metrics
 *
 * Stop the server for a while (kill -STOP and -CONT), or kill it and start it again, and see that
 * in the metrics. It uses keys that begin with "redis_kv:", in the database 0.
 */
#include "load.h"

#include <promlet/process.h>
#include <promlet/promlet.h>
#include <promlet/server.h>

#include <errno.h>
#include <getopt.h>
#include <limits.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

enum { EXIT_USAGE = 2, FOREVER = -1, PAUSE_MS = 20 };

struct options {
    const char *address;
    int seconds; /* FOREVER: until a signal comes. */
    int port;
};

static const char usage[] =
    "usage: redis_kv [--redis HOST:PORT | --redis SOCKET] [--seconds N] [--port N]\n"
    "\n"
    "Asks a Redis server, 127.0.0.1:6379 unless another is named. It prints its metrics before\n"
    "and after some commands, then serves them on http://127.0.0.1:9464/metrics until SIGINT or\n"
    "SIGTERM, and prints them again.\n"
    "\n"
    "  --seconds N  end after N seconds\n"
    "  --port N     serve on this port; 0 takes a free one, which is printed\n";

static bool read_number(const char *text, int *number)
{
    char *end;
    errno = 0;
    long value = strtol(text, &end, 10);
    *number = (int)value;
    return end != text && *end == '\0' && errno == 0 && value >= 0 && value <= INT_MAX;
}

static bool read_command_line(int argc, char **argv, struct options *options)
{
    static const struct option known[] = {
        {"redis", required_argument, NULL, 'r'},
        {"seconds", required_argument, NULL, 's'},
        {"port", required_argument, NULL, 'p'},
        {NULL, 0, NULL, 0},
    };
    *options = (struct options){"127.0.0.1:6379", .seconds = FOREVER, .port = PROMLET_DEFAULT_PORT};
    bool is_good = true;
    int option;
    while (is_good && (option = getopt_long(argc, argv, "", known, NULL)) != -1) {
        if (option == 'r') {
            options->address = optarg;
        } else {
            is_good = (option == 's' && read_number(optarg, &options->seconds)) ||
                      (option == 'p' && read_number(optarg, &options->port));
        }
    }
    return is_good && optind == argc;
}

/* Keeps the signals that end the service for run_load(), also in the threads that are to come. */
static void prepare_signals(sigset_t *ending)
{
    sigemptyset(ending);
    sigaddset(ending, SIGINT);
    sigaddset(ending, SIGTERM);
    pthread_sigmask(SIG_BLOCK, ending, NULL);
    signal(SIGPIPE, SIG_IGN);
}

/* Prints the metrics under comment lines, so that the whole stays a document in text format. */
static bool show(const char *title)
{
    char *text = promlet_get_metrics();
    bool is_good = text && printf("# %s\n", title) >= 0 && load_show_tally() &&
                   printf("%s\n", text) >= 0 && fflush(stdout) == 0;
    promlet_free(text);
    if (!is_good) {
        fputs("redis_kv: cannot show the metrics\n", stderr);
    }
    return is_good;
}

static bool serve(int port)
{
    if (promlet_start_metrics_server(port) != PROMLET_OK) {
        fprintf(stderr, "redis_kv: %s\n", promlet_last_error());
        return false;
    }
    printf("serving http://127.0.0.1:%d/metrics\n", promlet_metrics_server_port());
    return fflush(stdout) == 0;
}

/* One question for all metrics that were declared or looked up. */
static bool metrics_are_good(void)
{
    const char *why;
    if (promlet_registry_status(NULL, &why) != PROMLET_OK) {
        fprintf(stderr, "redis_kv: %s\n", why);
        return false;
    }
    return true;
}

/* Shows the process as well, by the name under which its operator runs it, if the environment has
   one. What is wrong there is worth no more than a word. */
static bool declare_process(void)
{
    promlet_process_opts options = {.service_name = "redis_kv"};
    if (promlet_process_options_from_env(&options) != PROMLET_OK) {
        fprintf(stderr, "redis_kv: %s\n", promlet_last_error());
    }
    if (promlet_process_metrics_register(NULL, &options) != PROMLET_OK) {
        fprintf(stderr, "redis_kv: %s\n", promlet_last_error());
        return false;
    }
    return true;
}

static double now_seconds(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

/* A pause in which a signal may come, then a round; and so on. */
static void run_load(struct client *client, const sigset_t *ending, int seconds)
{
    const struct timespec pause = {.tv_nsec = PAUSE_MS * 1000000L};
    double end = now_seconds() + seconds;
    while ((seconds == FOREVER || now_seconds() < end) && sigtimedwait(ending, NULL, &pause) < 0) {
        load_run_round(client);
    }
}

static bool run_service(struct client *client, const struct options *options,
                        const sigset_t *ending)
{
    bool is_good = show("Before any operation:");
    if (is_good) {
        load_run_round(client);
        is_good = metrics_are_good() && show("After each operation:") && declare_process() &&
                  serve(options->port);
    }
    if (is_good) {
        run_load(client, ending, options->seconds);
        is_good = show("After the load:");
    }
    promlet_stop_metrics_server();
    return is_good;
}

int main(int argc, char **argv)
{
    struct options options;
    if (!read_command_line(argc, argv, &options)) {
        fputs(usage, stderr);
        return EXIT_USAGE;
    }
    sigset_t ending;
    prepare_signals(&ending);
    struct client *client = client_open(options.address);
    bool is_good = client && run_service(client, &options, &ending);
    client_close(client);
    return is_good ? EXIT_SUCCESS : EXIT_FAILURE;
}
