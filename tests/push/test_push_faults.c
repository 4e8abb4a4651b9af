/* SPDX-License-Identifier: Apache-2.0 */
/* Gateways and name servers that do what they should not: each push ends by itself, with a
   sentence, and leaves nothing behind. */
#include "push/stand_in.h"
#include "support/leaks.h"
#include "support/sanitizers.h"

#include <netdb.h>
#include <semaphore.h>
#include <signal.h>
#include <stdatomic.h>
#include <sys/wait.h>

/* ---- Names ----------------------------------------------------------------------------------- */

static sem_t name_server; /* Posted when it may answer. */
static atomic_int lookups;

/* In place of libc's, for libcurl as well: "never.invalid" takes until the test allows it. */
int getaddrinfo(const char *name, const char *service, const struct addrinfo *hints,
                struct addrinfo **found)
{
    (void)service;
    (void)hints;
    *found = NULL;
    atomic_fetch_add(&lookups, 1);
    if (strcmp(name, "never.invalid") == 0) {
        while (sem_wait(&name_server) != 0) {
        }
    }
    return EAI_NONAME;
}

/* What is waited for in vain. */
#define PUSH_SECONDS 0.3

static stand_in gateway;
static promlet_registry *registry;

static promlet_push_opts options(void)
{
    return (promlet_push_opts){
        .registry = registry, .url = gateway.url, .job = "j", .push_seconds = PUSH_SECONDS};
}

static void expect_failure(const promlet_push_opts *given, promlet_status status,
                           const char *sentence)
{
    char expected[256];
    assert_int_equal(promlet_push(given), status);
    (void)snprintf(expected, sizeof expected, "%s/metrics/job/j: %s", given->url, sentence);
    if (strncmp(promlet_last_error(), expected, strlen(expected)) != 0) {
        fail_msg("\"%s\" is not \"%s\"", promlet_last_error(), expected);
    }
}

static void name_without_address_is_told(void **state)
{
    (void)state;
    promlet_push_opts given = options();
    given.url = "http://nowhere.invalid";
    given.push_seconds = 60;
    given.connect_seconds = 60;
    expect_failure(&given, PROMLET_ERROR_UNREACHABLE, "Could not resolve host: nowhere.invalid");
    given.proxy = "http://nowhere.invalid";
    expect_failure(&given, PROMLET_ERROR_UNREACHABLE, "Could not resolve proxy: nowhere.invalid");
}

static void name_server_that_never_answers_is_not_waited_for(void **state)
{
    (void)state;
    promlet_push_opts given = options();
    given.url = "http://never.invalid";
    int threads = count_entries("/proc/self/task");
    int before = atomic_load(&lookups);
    expect_failure(&given, PROMLET_ERROR_TIMEOUT, "Resolving timed out after ");
    given.push_seconds = 60;
    given.connect_seconds = PUSH_SECONDS;
    expect_failure(&given, PROMLET_ERROR_TIMEOUT, "Resolving timed out after ");
    sem_post(&name_server);
    sem_post(&name_server);
    wait_for_threads(threads);
    assert_int_equal(atomic_load(&lookups), before + 2);
}

/* ---- Connections ----------------------------------------------------------------------------- */

static void nobody_listens(void **state)
{
    (void)state;
    int port;
    char url[64];
    char expected[64];
    int fd = listen_anywhere(&port);
    (void)close(fd);
    (void)snprintf(url, sizeof url, "http://127.0.0.1:%d", port);
    (void)snprintf(expected, sizeof expected, "Failed to connect to 127.0.0.1 port %d", port);
    promlet_push_opts given = options();
    given.url = url;
    given.push_seconds = 60;
    given.connect_seconds = 60;
    expect_failure(&given, PROMLET_ERROR_UNREACHABLE, expected);
    given.proxy = url;
    expect_failure(&given, PROMLET_ERROR_UNREACHABLE, expected);
}

/* A socket that listens, whose backlog nobody empties, answers to nothing once it is full. */
static void gateway_that_takes_no_connection_times_out(void **state)
{
    (void)state;
    int port;
    char url[64];
    int fd = listen_anywhere(&port);
    (void)snprintf(url, sizeof url, "http://127.0.0.1:%d", port);
    promlet_push_opts given = options();
    given.url = url;
    assert_int_equal(promlet_push(&given), PROMLET_ERROR_TIMEOUT);
    (void)close(fd);
}

/* Another gateway in place of the one that runs, which answers before it has read anything. */
static void start_hasty(void (*answer)(int fd, const char *ctx))
{
    stand_in_stop(&gateway);
    gateway = (stand_in){.answer = answer, .is_hasty = true};
    stand_in_start(&gateway);
}

static void close_hastily(int fd, const char *ctx)
{
    (void)ctx;
    (void)setsockopt(fd, SOL_SOCKET, SO_LINGER, &(struct linger){1, 0}, sizeof(struct linger));
}

static void gateway_without_tls_is_told(void **state)
{
    (void)state;
    start_hasty(close_hastily);
    promlet_push_opts given = options();
    char url[80];
    (void)snprintf(url, sizeof url, "https%.63s", gateway.url + strlen("http"));
    given.url = url;
    given.push_seconds = 60;
    given.connect_seconds = 60;
    assert_int_equal(promlet_push(&given), PROMLET_ERROR_UNREACHABLE);
}

/* ---- Answers --------------------------------------------------------------------------------- */

static void say(int fd, const char *text)
{
    stand_in_say(fd, text);
}

static void say_and_wait(int fd, const char *text)
{
    stand_in_say(fd, text);
    stand_in_wait(fd);
}

static void repeat_body(int fd, const char *status)
{
    stand_in_say(fd, status);
    stand_in_repeat(fd, "all work and no play makes jack a dull boy\n");
}

static void repeat_chunks(int fd, const char *status)
{
    stand_in_say(fd, status);
    stand_in_repeat(fd, "5\r\nagain\r\n");
}

static void repeat_headers(int fd, const char *status)
{
    stand_in_say(fd, status);
    stand_in_repeat(fd, "X-More: and more\r\n");
}

static void repeat_continues(int fd, const char *text)
{
    stand_in_repeat(fd, text);
}

typedef struct fault {
    void (*answer)(int fd, const char *ctx);
    const char *ctx;
    promlet_status status;
    const char *sentence;
    double seconds; /* 0: it ends by itself */
} fault;

#define OK "HTTP/1.1 200 OK\r\n"
#define TOO_LONG "the answer is too long to be a gateway's"

static const fault faults[] = {
    {NULL, NULL, PROMLET_ERROR_TIMEOUT, " timed out after ", PUSH_SECONDS},
    {say_and_wait, OK, PROMLET_ERROR_TIMEOUT, " timed out after ", PUSH_SECONDS},
    {say_and_wait, OK "Content-Length: 5\r\n\r\nabc", PROMLET_ERROR_TIMEOUT, " timed out after ",
     PUSH_SECONDS},
    {say_and_wait, OK "\r\n", PROMLET_ERROR_TIMEOUT, " timed out after ", PUSH_SECONDS},
    {stand_in_trickle, OK "Server: one that takes its time, and then some more of it\r\n\r\n",
     PROMLET_ERROR_TIMEOUT, " timed out after ", PUSH_SECONDS},
    {stand_in_trickle,
     "HTTP/1.1 500 No\r\nContent-Length: 100\r\n\r\nand so on and so on and so on",
     PROMLET_ERROR_TIMEOUT, " timed out after ", PUSH_SECONDS},
    {repeat_body, OK "\r\n", PROMLET_ERROR_REFUSED, TOO_LONG, 0},
    {repeat_body, "HTTP/1.1 400 No\r\n\r\n", PROMLET_ERROR_REFUSED, TOO_LONG, 0},
    {repeat_chunks, OK "Transfer-Encoding: chunked\r\n\r\n", PROMLET_ERROR_REFUSED, TOO_LONG, 0},
    {repeat_headers, OK, PROMLET_ERROR_REFUSED, TOO_LONG, 0},
    {repeat_continues, "HTTP/1.1 100 Continue\r\n\r\n", PROMLET_ERROR_REFUSED, TOO_LONG, 0},
    {say, "", PROMLET_ERROR_REFUSED, "Empty reply from server", 0},
    {say, "HTTP/1.1 2", PROMLET_ERROR_REFUSED, "", 0},
    {say, "garbage\r\n\r\n", PROMLET_ERROR_REFUSED, "Received HTTP/0.9 when not allowed", 0},
    {say, "\x16\x03\x01\x02\x00\x01\x00", PROMLET_ERROR_REFUSED, "", 0},
    {say, "HTTP/1.1 abc\r\n\r\n", PROMLET_ERROR_REFUSED, "", 0},
    {say, "HTTP/1.1 999 Far\r\nContent-Length: 0\r\n\r\n", PROMLET_ERROR_REFUSED, "status 999", 0},
    {say, OK "Content-Length: 100\r\n\r\ncut", PROMLET_ERROR_REFUSED, "transfer closed with", 0},
    {say, OK "Content-Length: -5\r\n\r\n", PROMLET_ERROR_REFUSED, "", 0},
    {say, OK "Transfer-Encoding: chunked\r\n\r\nxyz\r\n", PROMLET_ERROR_REFUSED, "", 0},
};

static void each_fault_of_an_answer_is_told(void **state)
{
    (void)state;
    int descriptors = count_entries("/proc/self/fd");
    for (size_t i = 0; i < COUNT_OF(faults); i++) {
        stand_in_stop(&gateway);
        gateway = (stand_in){.answer = faults[i].answer, .ctx = faults[i].ctx};
        stand_in_start(&gateway);
        promlet_push_opts given = options();
        given.push_seconds = faults[i].seconds > 0 ? faults[i].seconds : 60;
        given.connect_seconds = 60;
        if (promlet_push(&given) != faults[i].status ||
            strstr(promlet_last_error(), faults[i].sentence) == NULL) {
            fail_msg("fault %zu: %s", i, promlet_last_error());
        }
        wait_for_descriptors(descriptors);
    }
}

/* Reads the beginning of a request, and has the rest of it answered by the system with a reset. */
static void close_amid_the_body(int fd, const char *ctx)
{
    char bytes[64];
    (void)recv(fd, bytes, sizeof bytes, 0);
    close_hastily(fd, ctx);
}

static void gateway_that_does_not_read_raises_no_signal(void **state)
{
    (void)state;
    promlet_counter_family *family = promlet_counter_family_new(
        registry, &(promlet_opts){.name = "many_total", .labels = {"n"}, .max_series = 100000});
    for (int i = 0; i < 50000; i++) {
        char n[16];
        (void)snprintf(n, sizeof n, "%d", i);
        (void)promlet_counter_with(family, n);
    }
    start_hasty(close_amid_the_body);
    promlet_push_opts given = options();
    given.push_seconds = 60;
    given.connect_seconds = 60;
    for (int i = 0; i < 5; i++) {
        assert_int_equal(promlet_push(&given), PROMLET_ERROR_REFUSED);
    }
}

/* ---- Forked children ------------------------------------------------------------------------- */

static void *push_until_told(void *ctx)
{
    promlet_push_opts given = options();
    given.push_seconds = 60;
    given.connect_seconds = 60;
    while (!atomic_load((atomic_bool *)ctx)) {
        (void)promlet_push(&given);
    }
    return NULL;
}

/* What a child does while a thread of its parent may be anywhere in a push. */
static void forked_child_can_push(void **state)
{
    (void)state;
    if (address_sanitizer_forbids("a fork beside a thread that pushes")) {
        skip();
    }
    atomic_bool is_over = false;
    pthread_t thread;
    stand_in_answer(&gateway, say, "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
    assert_int_equal(pthread_create(&thread, NULL, push_until_told, &is_over), 0);
    for (int i = 0; i < 10; i++) {
        pid_t child = fork();
        if (child == 0) {
            promlet_push_opts given = options();
            given.connect_seconds = given.push_seconds = 60;
            leave_without_leak_check();
            _exit(promlet_push(&given) == PROMLET_OK ? 0 : 1);
        }
        int result = -1;
        assert_int_equal(waitpid(child, &result, 0), child);
        assert_int_equal(result, 0);
    }
    atomic_store(&is_over, true);
    assert_int_equal(pthread_join(thread, NULL), 0);
}

static int begin(void **state)
{
    (void)state;
    registry = new_registry();
    promlet_counter_inc(promlet_counter_new(registry, &(promlet_opts){.name = "jobs_total"}));
    gateway = (stand_in){.fd = -1};
    stand_in_start(&gateway);
    return sem_init(&name_server, 0, 0);
}

static int end(void **state)
{
    (void)state;
    stand_in_stop(&gateway);
    promlet_registry_free(registry);
    return 0;
}

#define WITH_GATEWAY(test) cmocka_unit_test_setup_teardown(test, begin, end)

int main(void)
{
    const struct CMUnitTest tests[] = {
        WITH_GATEWAY(name_without_address_is_told),
        WITH_GATEWAY(name_server_that_never_answers_is_not_waited_for),
        WITH_GATEWAY(nobody_listens),
        WITH_GATEWAY(gateway_that_takes_no_connection_times_out),
        WITH_GATEWAY(gateway_without_tls_is_told),
        WITH_GATEWAY(each_fault_of_an_answer_is_told),
        WITH_GATEWAY(gateway_that_does_not_read_raises_no_signal),
        WITH_GATEWAY(forked_child_can_push),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
