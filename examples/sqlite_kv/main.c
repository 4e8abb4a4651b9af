/* SPDX-License-Identifier: Apache-2.0 */
/* A key-value service that measures itself: reads the command line, starts the parts in order,
   waits for the end, and stops them in the opposite order. */
#include "load.h"
#include "metrics.h"
#include "once.h"
#include "scratch.h"
#include "tally.h"

#include <promlet/promlet.h>
#include <promlet/server.h>

#include <errno.h>
#include <getopt.h>
#include <limits.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

enum { EXIT_USAGE = 2, FOREVER = -1, MAX_PORT = 65535 };

static const int64_t NS_PER_SECOND = 1000000000;

struct options {
    int seconds; /* FOREVER: until a signal comes. */
    int port;
    bool wants_help;
};

static const char usage[] =
    "usage: sqlite_kv [--seconds N] [--port N]\n"
    "\n"
    "A key-value service over SQLite with a load of its own. It prints its metrics before\n"
    "and after some operations, then serves them on http://127.0.0.1:9464/metrics until\n"
    "SIGINT or SIGTERM, and prints them again. With PROMLET_DB_STAGES=1 in the environment,\n"
    "the stages of operations are measured as well.\n"
    "\n"
    "  --seconds N  end after N seconds\n"
    "  --port N     serve on this port; 0 takes a free one, which is printed\n";

static bool read_number(const char *text, int limit, int *number)
{
    char *end;
    errno = 0;
    long value = strtol(text, &end, 10);
    bool is_good = end != text && *end == '\0' && errno == 0 && value >= 0 && value <= limit;
    if (!is_good) {
        fprintf(stderr, "sqlite_kv: %s is not a number from 0 to %d\n", text, limit);
        return false;
    }
    *number = (int)value;
    return true;
}

static bool read_option(int option, struct options *options)
{
    switch (option) {
    case 's':
        return read_number(optarg, INT_MAX, &options->seconds);
    case 'p':
        return read_number(optarg, MAX_PORT, &options->port);
    case 'h':
        options->wants_help = true;
        return true;
    default: /* getopt_long() has said what is wrong. */
        return false;
    }
}

static bool read_command_line(int argc, char **argv, struct options *options)
{
    static const struct option known[] = {
        {"seconds", required_argument, NULL, 's'},
        {"port", required_argument, NULL, 'p'},
        {"help", no_argument, NULL, 'h'},
        {NULL, 0, NULL, 0},
    };
    *options = (struct options){.seconds = FOREVER, .port = PROMLET_DEFAULT_PORT};
    int option;
    while ((option = getopt_long(argc, argv, "", known, NULL)) != -1) {
        if (!read_option(option, options)) {
            return false;
        }
    }
    if (optind < argc) {
        fprintf(stderr, "sqlite_kv: unexpected argument %s\n", argv[optind]);
        return false;
    }
    return true;
}

/* Keeps the signals that end the service for wait_for_end(). Called before there are threads, which
   inherit this. A reader of the output who goes away must not end the service on the spot, since
   the database would be left behind; show() notices it. */
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
    if (!text) {
        fputs("sqlite_kv: out of memory\n", stderr);
        return false;
    }
    bool is_good = printf("# %s\n", title) >= 0 && tally_show() && printf("%s\n", text) >= 0 &&
                   fflush(stdout) == 0;
    promlet_free(text);
    if (!is_good) {
        fputs("sqlite_kv: cannot write to standard output\n", stderr);
    }
    return is_good;
}

/* One question for all metrics that were declared or looked up. */
static bool metrics_are_good(void)
{
    const char *why;
    if (promlet_registry_status(NULL, &why) != PROMLET_OK) {
        fprintf(stderr, "sqlite_kv: %s\n", why);
        return false;
    }
    return true;
}

static int64_t now_ns(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * NS_PER_SECOND + now.tv_nsec;
}

/* Waits for one of the signals, for nanoseconds at the longest. False when it should be called
   again, since a debugger or a stop and continue ended the wait early. */
static bool wait_once(const sigset_t *ending, int64_t nanoseconds)
{
    struct timespec limit = {.tv_sec = (time_t)(nanoseconds / NS_PER_SECOND),
                             .tv_nsec = (long)(nanoseconds % NS_PER_SECOND)};
    return sigtimedwait(ending, NULL, &limit) >= 0 || errno != EINTR;
}

static void wait_for_end(const sigset_t *ending, int seconds)
{
    if (seconds == FOREVER) {
        int received;
        sigwait(ending, &received);
        return;
    }
    int64_t end_ns = now_ns() + seconds * NS_PER_SECOND;
    int64_t left_ns = seconds * NS_PER_SECOND;
    while (left_ns > 0 && !wait_once(ending, left_ns)) {
        left_ns = end_ns - now_ns();
    }
}

/* The server listens already when promlet_start_metrics_server() returns, so that whoever reads
   the line can connect at once. */
static bool serve(int port)
{
    if (promlet_start_metrics_server(port) != PROMLET_OK) {
        fprintf(stderr, "sqlite_kv: %s\n", promlet_last_error());
        return false;
    }
    printf("serving http://127.0.0.1:%d/metrics\n", promlet_metrics_server_port());
    return fflush(stdout) == 0;
}

static bool run_load(const char *path, const sigset_t *ending, int seconds)
{
    struct load *load = load_start(path);
    if (!load) {
        return false;
    }
    wait_for_end(ending, seconds);
    load_stop(load);
    return true;
}

static bool run_service(const char *path, const struct options *options, const sigset_t *ending)
{
    bool is_good = metrics_declare() && show("Before any operation:") && run_once(path) &&
                   metrics_are_good() && show("After each operation and each error:") &&
                   metrics_declare_process() && serve(options->port) &&
                   run_load(path, ending, options->seconds) && show("After the load:");
    promlet_stop_metrics_server();
    metrics_free();
    return is_good;
}

int main(int argc, char **argv)
{
    struct options options;
    if (!read_command_line(argc, argv, &options)) {
        fputs(usage, stderr);
        return EXIT_USAGE;
    }
    if (options.wants_help) {
        fputs(usage, stdout);
        return EXIT_SUCCESS;
    }
    sigset_t ending;
    prepare_signals(&ending);
    struct scratch scratch;
    if (!scratch_make(&scratch)) {
        return EXIT_FAILURE;
    }
    bool is_good = run_service(scratch.database, &options, &ending);
    scratch_remove(&scratch);
    return is_good ? EXIT_SUCCESS : EXIT_FAILURE;
}
