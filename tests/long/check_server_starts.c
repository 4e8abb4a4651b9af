/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Starts and stops servers, scraping some of them, and looks that neither descriptors nor threads
 * nor memory grow. ctest does so 200 times (test_server_life.c), the slow stage server-starts as
 * often as below; this is for a change of how a server begins and ends:
 *
 *   cmake --preset dev && cmake --build --preset dev --target check_server_starts
 *   build/dev/tests/check_server_starts 10000
 *
 * usage: check_server_starts [COUNT]
 * Ends with 1 when something is left behind.
 */
#include "server/http_client.h"

#define DEFAULT_COUNT 10000

/* Of each kind of server in turn, one in so many is scraped. */
#define TURNS_TO_SCRAPE 10

/* By how much memory may grow while allocators and caches settle. */
#define MOST_GROWTH_KIB 2048

static _Noreturn void fail(int turn, const char *why)
{
    printf("FAILED at %d: %s; last error: %s\n", turn, why, promlet_last_error());
    exit(1);
}

static long resident_kib(void)
{
    char line[256];
    long kib = -1;
    FILE *status = fopen("/proc/self/status", "r");
    while (status != NULL && kib < 0 && fgets(line, sizeof line, status) != NULL) {
        if (strncmp(line, "VmRSS:", strlen("VmRSS:")) == 0) {
            kib = strtol(line + strlen("VmRSS:"), NULL, 10);
        }
    }
    if (status != NULL) {
        fclose(status);
    }
    return kib;
}

static void start_and_stop(int turn)
{
    promlet_server *server = NULL;
    promlet_server_opts options = {.hide_server_metrics = turn % 3 == 0};
    if (promlet_server_start(&options, &server) != PROMLET_OK) {
        fail(turn, "it does not start");
    }
    if (turn % TURNS_TO_SCRAPE == 0 &&
        http_get_status(promlet_server_port(server), "/metrics") != 200) {
        fail(turn, "it does not answer");
    }
    promlet_server_stop(server);
}

int main(int argc, char **argv)
{
    int count = argc > 1 ? atoi(argv[1]) : DEFAULT_COUNT;
    int settled = count / 10;
    for (int i = 0; i < settled; i++) {
        start_and_stop(i);
    }
    int threads = count_threads_without_server();
    int descriptors = count_descriptors();
    long kib = resident_kib();
    for (int i = settled; i < count; i++) {
        start_and_stop(i);
    }
    printf("%d starts and stops; %ld KiB after a tenth of them, %ld KiB at the end\n", count, kib,
           resident_kib());
    if (count_descriptors() != descriptors) {
        fail(count, "descriptors are left open");
    }
    if (!has_thread_entries(threads)) {
        fail(count, "threads are left");
    }
    if (resident_kib() > kib + MOST_GROWTH_KIB) {
        fail(count, "memory grows");
    }
    return 0;
}
