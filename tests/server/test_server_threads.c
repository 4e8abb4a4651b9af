/* SPDX-License-Identifier: Apache-2.0 */
/* The server's thread beside others: signals, starts from many threads, and busy recorders. */
#include <promlet/promlet.h>
#include <promlet/server.h>

#include "server/http_client.h"
#include "support/hang.h"

#include <pthread.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

/* ---- Signals ---- */

static volatile sig_atomic_t handled_in_main;
static pthread_t main_thread;

static void note_thread(int signal_number)
{
    (void)signal_number;
    handled_in_main = pthread_equal(pthread_self(), main_thread) ? 1 : -1;
}

/* The signals that the server's thread blocks, as a mask whose bit 0 is signal 1; 0 when there is
   no such thread. */
static unsigned long long blocked_by_server(void)
{
    unsigned long long mask = 0;
    DIR *dir = opendir("/proc/self/task");
    for (struct dirent *entry = readdir(dir); entry != NULL; entry = readdir(dir)) {
        char path[300];
        char line[256];
        bool is_server = false;
        snprintf(path, sizeof path, "/proc/self/task/%s/status", entry->d_name);
        FILE *file = fopen(path, "r");
        while (file != NULL && fgets(line, sizeof line, file) != NULL) {
            is_server = is_server || strcmp(line, "Name:\tpromlet-http\n") == 0;
            if (is_server) {
                (void)sscanf(line, "SigBlk: %llx", &mask);
            }
        }
        if (file != NULL) {
            fclose(file);
        }
    }
    closedir(dir);
    return mask;
}

static void server_thread_blocks_all_signals(void **state)
{
    /* SIGKILL and SIGSTOP can't be blocked; 32 and 33 belong to the C library. */
    const unsigned long long unblockable =
        1ULL << (SIGKILL - 1) | 1ULL << (SIGSTOP - 1) | 1ULL << (32 - 1) | 1ULL << (33 - 1);
    sigset_t before;
    sigset_t after;
    (void)state;
    if (runs_under_valgrind()) {
        fputs("*** SKIPPED: the signal mask of a thread can't be seen under valgrind ***\n",
              stderr);
        skip();
    }
    pthread_sigmask(SIG_SETMASK, NULL, &before);
    promlet_server *server = start_any(NULL);
    pthread_sigmask(SIG_SETMASK, NULL, &after);
    for (int i = 1; i < 32; i++) {
        assert_int_equal(sigismember(&before, i), sigismember(&after, i));
    }

    /* An answer shows that the thread runs and has its name. */
    assert_int_equal(http_get_status(promlet_server_port(server), "/metrics"), 200);
    assert_true((blocked_by_server() | unblockable) == ~0ULL);
    promlet_server_stop(server);
}

static void signal_of_the_process_is_handled_by_the_main_thread(void **state)
{
    struct sigaction action = {.sa_handler = note_thread};
    struct sigaction old;
    (void)state;
    main_thread = pthread_self();
    assert_int_equal(sigaction(SIGUSR1, &action, &old), 0);
    promlet_server *server = start_any(NULL);
    for (int i = 0; i < 20; i++) {
        handled_in_main = 0;
        kill(getpid(), SIGUSR1);
        assert_int_equal(http_get_status(promlet_server_port(server), "/metrics"), 200);
        assert_int_equal(handled_in_main, 1);
    }
    promlet_server_stop(server);
    sigaction(SIGUSR1, &old, NULL);
}

/* ---- Starts from many threads ---- */

static void default_server_many_threads_start_and_stop(void **state)
{
    pthread_t threads[4];
    (void)state;
    for (size_t i = 0; i < 4; i++) {
        assert_int_equal(pthread_create(&threads[i], NULL, start_and_stop_often, NULL), 0);
    }
    for (size_t i = 0; i < 4; i++) {
        void *error = NULL;
        pthread_join(threads[i], &error);
        assert_null(error);
    }
    assert_int_equal(promlet_metrics_server_port(), 0);
}

/* ---- Scrapes beside recording threads ---- */

struct recorder {
    promlet_counter *events;
    promlet_counter_family *family;
    promlet_histogram *histogram;
    int number;
};

#define RECORDINGS 2000

static void *record_and_create(void *argument)
{
    const struct recorder *recorder = argument;
    for (int i = 0; i < RECORDINGS; i++) {
        char value[32];
        snprintf(value, sizeof value, "%d-%d", recorder->number, i % 200);
        promlet_counter_inc(promlet_counter_with(recorder->family, value));
        promlet_counter_inc(recorder->events);
        promlet_histogram_observe(recorder->histogram, 0.01 * (i % 100));
    }
    return NULL;
}

/* The value of an unlabelled series; fails unless each line is a comment or ends in a number. */
static double read_series(const char *text, const char *name)
{
    double found = -1;
    while (*text != '\0') {
        size_t length = strcspn(text, "\n");
        assert_int_equal(text[length], '\n');
        if (*text != '#') {
            char *end = NULL;
            const char *space = memrchr(text, ' ', length);
            assert_non_null(space);
            double value = strtod(space, &end);
            assert_true(end == text + length);
            size_t name_length = strlen(name);
            if (strncmp(text, name, name_length) == 0 && text[name_length] == ' ') {
                found = value;
            }
        }
        text += length + 1;
    }
    return found;
}

static double scrape_events(int port)
{
    http_reply reply;
    assert_int_equal(http_request(port, "GET", "/metrics", &reply), 200);
    double events = read_series(reply.body, "events_total");
    http_reply_clear(&reply);
    return events;
}

static void scrape_beside_recording_threads_stays_valid(void **state)
{
    pthread_t threads[4];
    struct recorder recorders[4];
    (void)state;
    promlet_registry *registry = promlet_registry_new();
    struct recorder common = {
        promlet_counter_new(registry, &(promlet_opts){.name = "events_total"}),
        promlet_counter_family_new(registry,
                                   &(promlet_opts){.name = "kinds_total", .labels = {"kind"}}),
        promlet_histogram_new(registry, &(promlet_opts){.name = "wait_seconds"}), 0};
    promlet_server *server = start_any(registry);
    for (int i = 0; i < 4; i++) {
        recorders[i] = common;
        recorders[i].number = i;
        assert_int_equal(pthread_create(&threads[i], NULL, record_and_create, &recorders[i]), 0);
    }
    double last = 0;
    for (int i = 0; i < 30; i++) {
        double events = scrape_events(promlet_server_port(server));
        assert_true(events >= last);
        last = events;
    }
    for (size_t i = 0; i < 4; i++) {
        pthread_join(threads[i], NULL);
    }
    assert_true(scrape_events(promlet_server_port(server)) == 4.0 * RECORDINGS);
    promlet_server_stop(server);
    promlet_registry_free(registry);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(server_thread_blocks_all_signals),
        cmocka_unit_test(signal_of_the_process_is_handled_by_the_main_thread),
        cmocka_unit_test(default_server_many_threads_start_and_stop),
        cmocka_unit_test(scrape_beside_recording_threads_stays_valid),
    };
    end_hang_after(100);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
