/* SPDX-License-Identifier: Apache-2.0 */
/* A warning that arises in a scrape runs the log callback in the server's own thread, where it may
   start, stop and ask as everywhere else. */
#include <promlet/promlet.h>
#include <promlet/server.h>

#include "server/http_client.h"
#include "support/hang.h"

#include <pthread.h>
#include <semaphore.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/wait.h>

#include <cmocka.h>

/* What the first scrape of a process warns of, and no later one. So each case has a child to
   itself, and none may scrape before. */
PROMLET_STATIC_COUNTER(refused, "1st_total", "Its name begins with a digit.");

#define CHILD_SECONDS 20U

/* One case: what the callback does, and what it needs and finds. */
static struct scene {
    void (*act)(void);      /* In the callback. */
    promlet_server *server; /* A server beside the default one; NULL in most cases. */
    int port;               /* Of the server that is scraped. */
    int other_port;         /* Free when the case begins. */
    int threads;            /* How many the child has without a server. */
    int descriptors;
    promlet_status status; /* What the last start in the callback returned. */
    sem_t in_callback;     /* Posted when the callback begins, */
    sem_t may_leave;       /* by some cases to let it end, */
    sem_t has_acted;       /* and when it has ended. */
} scene;

static void act_once(const char *message, void *ctx)
{
    (void)message;
    (void)ctx;
    promlet_set_log_callback(NULL, NULL);
    sem_post(&scene.in_callback);
    scene.act();
    sem_post(&scene.has_acted);
}

/* Note what a child has without a server, then start the default server. */
static bool set_scene(void (*act)(void))
{
    promlet_registry *empty = promlet_registry_new();
    promlet_server_stop(start_any(empty)); /* What libraries open once is open now. */
    promlet_registry_free(empty);
    scene.act = act;
    scene.threads = count_threads_without_server();
    scene.descriptors = count_descriptors();
    close(http_occupy_port(&scene.other_port));
    sem_init(&scene.in_callback, 0, 0);
    sem_init(&scene.may_leave, 0, 0);
    sem_init(&scene.has_acted, 0, 0);
    promlet_set_log_callback(act_once, NULL);
    bool is_started = promlet_start_metrics_server(0) == PROMLET_OK;
    scene.port = promlet_metrics_server_port();
    return is_started;
}

/* Ask for the metrics and return when the callback has begun. The reply is not read: nobody
   promises one when a server is stopped. */
static bool scrape_into_callback(void)
{
    int fd = http_connect(scene.port);
    bool is_asked = http_ask(fd, "GET", "/metrics");
    sem_wait(&scene.in_callback);
    close(fd);
    return is_asked;
}

static bool scrape_through_callback(void)
{
    return scrape_into_callback() && sem_wait(&scene.has_acted) == 0;
}

/* Whether every server ends and leaves nothing open. */
static bool is_scene_empty(void)
{
    return has_thread_entries(scene.threads) && count_descriptors() == scene.descriptors &&
           http_is_refused(scene.port) && promlet_metrics_server_port() == 0;
}

/* Run a case in a child and expect 0, else the number of the step that went wrong. */
static void run_in_child(void **state)
{
    int (*body)(void) = (int (*)(void))(uintptr_t)*state;
    int status = 0;
    fflush(NULL);
    pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        end_hang_after(CHILD_SECONDS);
        exit(body());
    }
    assert_int_equal(waitpid(child, &status, 0), child);
    if (!WIFEXITED(status) || WEXITSTATUS(status) != 0) {
        fail_msg("the child ended with status 0x%x", (unsigned int)status);
    }
}

#define IN_CHILD(body)                                                                             \
    {                                                                                              \
        .name = #body, .test_func = run_in_child, .initial_state = (void *)(uintptr_t)(body)       \
    }

/* ---- With nobody else at it ---- */

static int callback_stops_its_default_server(void)
{
    if (!set_scene(promlet_stop_metrics_server) || !scrape_through_callback()) {
        return 1;
    }
    return is_scene_empty() ? 0 : 2;
}

static void stop_named_server(void)
{
    promlet_server_stop(scene.server);
}

static int callback_stops_its_named_server(void)
{
    if (!set_scene(stop_named_server)) {
        return 1;
    }
    promlet_stop_metrics_server();
    scene.server = start_any(NULL);
    scene.port = promlet_server_port(scene.server);
    return scrape_through_callback() && is_scene_empty() ? 0 : 2;
}

static int callback_stops_another_server(void)
{
    promlet_registry *registry = promlet_registry_new();
    if (!set_scene(stop_named_server)) {
        return 1;
    }
    scene.server = start_any(registry);
    int named_port = promlet_server_port(scene.server);
    if (!scrape_through_callback() || !has_thread_entries(scene.threads + THREADS_OF_A_SERVER) ||
        !http_is_refused(named_port)) {
        return 2;
    }
    promlet_registry_free(registry);
    if (http_get_status(scene.port, "/metrics") != 200) {
        return 3;
    }
    promlet_stop_metrics_server();
    return is_scene_empty() ? 0 : 4;
}

static void stop_and_start_again(void)
{
    promlet_stop_metrics_server();
    scene.status = promlet_start_metrics_server(scene.port);
}

static void move_to_other_port(void)
{
    scene.status = promlet_start_metrics_server(scene.other_port);
}

/* The callback leaves a server on a port; that one is stopped as usual. */
static int leave_server_on(void (*act)(void), int *port)
{
    if (!set_scene(act) || !scrape_through_callback() ||
        !has_thread_entries(scene.threads + THREADS_OF_A_SERVER)) {
        return 1;
    }
    if (scene.status != PROMLET_OK || promlet_metrics_server_port() != *port ||
        http_get_status(*port, "/metrics") != 200) {
        return 2;
    }
    promlet_stop_metrics_server();
    return is_scene_empty() && http_is_refused(*port) ? 0 : 3;
}

static int callback_stops_and_starts_on_the_same_port(void)
{
    return leave_server_on(stop_and_start_again, &scene.port);
}

static int callback_moves_the_default_server(void)
{
    return leave_server_on(move_to_other_port, &scene.other_port);
}

/* The callback of a thread that is no server's: this stop can wait, so it does. */
static int callback_of_another_scrape_stops_the_server(void)
{
    if (!set_scene(promlet_stop_metrics_server)) {
        return 1;
    }
    promlet_free(promlet_get_metrics());
    return is_scene_empty() ? 0 : 2;
}

/* ---- While another thread stops or moves the server ---- */

/* The other thread has begun, and waits for the callback to return or is about to. */
static void wait_for_port(int expected)
{
    while (promlet_metrics_server_port() != expected) {
        (void)poll(NULL, 0, 1);
    }
}

static void ask_amid_stop(void)
{
    wait_for_port(0);
}

static void stop_amid_stop(void)
{
    wait_for_port(0);
    promlet_stop_metrics_server();
}

static int stop_around(void (*act)(void))
{
    if (!set_scene(act) || !scrape_into_callback()) {
        return 1;
    }
    promlet_stop_metrics_server();
    return is_scene_empty() ? 0 : 2;
}

static int callback_amid_a_stop_reads_the_port(void)
{
    return stop_around(ask_amid_stop);
}

static int callback_amid_a_stop_stops(void)
{
    return stop_around(stop_amid_stop);
}

static void start_amid_stop(void)
{
    wait_for_port(0);
    scene.status = promlet_start_metrics_server(scene.port);
}

static int callback_amid_a_stop_starts_on_the_same_port(void)
{
    if (!set_scene(start_amid_stop) || !scrape_into_callback()) {
        return 1;
    }
    promlet_stop_metrics_server();
    if (scene.status != PROMLET_OK || promlet_metrics_server_port() != scene.port ||
        http_get_status(scene.port, "/metrics") != 200) {
        return 2;
    }
    promlet_stop_metrics_server();
    return is_scene_empty() ? 0 : 3;
}

static void stop_amid_move(void)
{
    wait_for_port(scene.other_port);
    promlet_stop_metrics_server();
}

static int callback_amid_a_move_stops_the_new_server(void)
{
    if (!set_scene(stop_amid_move) || !scrape_into_callback()) {
        return 1;
    }
    if (promlet_start_metrics_server(scene.other_port) != PROMLET_OK) {
        return 2;
    }
    return is_scene_empty() && http_is_refused(scene.other_port) ? 0 : 3;
}

/* ---- Many at once ---- */

static void wait_until_allowed(void)
{
    sem_wait(&scene.may_leave);
}

static void *stop_in_thread(void *argument)
{
    promlet_stop_metrics_server();
    sem_post(argument);
    return NULL;
}

/* Nobody's stop returns before the callback did, whoever was first. */
static int stop_amid_a_stop_waits_too(void)
{
    pthread_t threads[2];
    sem_t stopped;
    sem_init(&stopped, 0, 0);
    if (!set_scene(wait_until_allowed) || !scrape_into_callback()) {
        return 1;
    }
    pthread_create(&threads[0], NULL, stop_in_thread, &stopped);
    wait_for_port(0);
    pthread_create(&threads[1], NULL, stop_in_thread, &stopped);
    (void)poll(NULL, 0, 100); /* Time for a stop that does not wait; the others need none. */
    bool is_early = sem_trywait(&stopped) == 0;
    sem_post(&scene.may_leave);
    pthread_join(threads[0], NULL);
    pthread_join(threads[1], NULL);
    return !is_early && is_scene_empty() ? 0 : 2;
}

static void start_and_stop_in_callback(void)
{
    scene.status = start_and_stop_often(NULL) == NULL ? PROMLET_OK : PROMLET_ERROR_SYSTEM;
}

static int callback_starts_and_stops_often_beside_threads(void)
{
    pthread_t threads[2];
    void *error = NULL;
    if (!set_scene(start_and_stop_in_callback) || !scrape_into_callback()) {
        return 1;
    }
    for (size_t i = 0; i < 2; i++) {
        pthread_create(&threads[i], NULL, start_and_stop_often, NULL);
    }
    for (size_t i = 0; i < 2 && error == NULL; i++) {
        pthread_join(threads[i], &error);
    }
    sem_wait(&scene.has_acted);
    return error == NULL && is_scene_empty() && scene.status == PROMLET_OK ? 0 : 2;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        IN_CHILD(callback_stops_its_default_server),
        IN_CHILD(callback_stops_its_named_server),
        IN_CHILD(callback_stops_another_server),
        IN_CHILD(callback_stops_and_starts_on_the_same_port),
        IN_CHILD(callback_moves_the_default_server),
        IN_CHILD(callback_of_another_scrape_stops_the_server),
        IN_CHILD(callback_amid_a_stop_reads_the_port),
        IN_CHILD(callback_amid_a_stop_stops),
        IN_CHILD(callback_amid_a_stop_starts_on_the_same_port),
        IN_CHILD(callback_amid_a_move_stops_the_new_server),
        IN_CHILD(stop_amid_a_stop_waits_too),
        IN_CHILD(callback_starts_and_stops_often_beside_threads),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
