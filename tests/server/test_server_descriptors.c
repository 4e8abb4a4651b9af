/* SPDX-License-Identifier: Apache-2.0 */
/* A process that has no free descriptor is served all the same: the server keeps one in reserve. */
#include <promlet/promlet.h>
#include <promlet/server.h>

#include "server/http_client.h"
#include "support/hang.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/resource.h>

#include <cmocka.h>

#define SCRAPES 200

static struct rlimit usual;
static promlet_server *server;
static struct sockaddr_in address = {.sin_family = AF_INET};

static int set_up(void **state)
{
    (void)state;
    server = start_any(NULL);
    address.sin_port = htons((unsigned short)promlet_server_port(server));
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    return getrlimit(RLIMIT_NOFILE, &usual);
}

static int tear_down(void **state)
{
    (void)state;
    promlet_server_stop(server);
    return 0;
}

static void skip_under_valgrind(void)
{
    if (runs_under_valgrind()) {
        fputs("*** SKIPPED: a lack of descriptors can't be made under valgrind ***\n", stderr);
        skip();
    }
}

/* Every number up to that of the newest descriptor is in use, so this leaves no free one. */
static void use_up_descriptors(int newest)
{
    struct rlimit low = {(rlim_t)newest + 1, usual.rlim_max};
    assert_int_equal(setrlimit(RLIMIT_NOFILE, &low), 0);
    assert_int_equal(dup(0), -1);
    assert_int_equal(errno, EMFILE);
}

static void scrape_on(int fd)
{
    http_reply reply;
    assert_int_equal(connect(fd, (struct sockaddr *)&address, sizeof address), 0);
    assert_true(http_ask_with(fd, "GET", "/metrics", "Connection: close\r\n"));
    assert_true(http_receive(fd, true, &reply));
    assert_int_equal(reply.status, 200);
    http_reply_clear(&reply);
    assert_true(http_is_closed(fd));
}

/* The clients' own sockets are made before, each with its number taken again by the next. */
static void scrapes_without_descriptors_are_answered(void **state)
{
    int fds[SCRAPES];
    (void)state;
    skip_under_valgrind();
    for (size_t i = 0; i < SCRAPES; i++) {
        fds[i] = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
        assert_true(fds[i] >= 0);
    }
    use_up_descriptors(fds[SCRAPES - 1]);
    for (size_t i = 0; i < SCRAPES; i++) {
        scrape_on(fds[i]);
    }
    assert_int_equal(setrlimit(RLIMIT_NOFILE, &usual), 0);
    for (size_t i = 0; i < SCRAPES; i++) {
        close(fds[i]);
    }
}

/* The first client has the reserve, and says nothing; the second one gets it. */
static void silent_client_without_descriptors_is_replaced(void **state)
{
    (void)state;
    skip_under_valgrind();
    int silent = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    int next = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    use_up_descriptors(next);
    assert_int_equal(connect(silent, (struct sockaddr *)&address, sizeof address), 0);
    scrape_on(next);
    assert_true(http_is_closed(silent));
    assert_int_equal(setrlimit(RLIMIT_NOFILE, &usual), 0);
    close(silent);
    close(next);
}

/* Neither who has the reserve nor who waits for it keeps a CPU busy. */
static void waiting_without_descriptors_uses_no_processor_time(void **state)
{
    int fds[3];
    (void)state;
    skip_under_valgrind();
    for (size_t i = 0; i < 3; i++) {
        fds[i] = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    }
    use_up_descriptors(fds[2]);
    double before = seconds_now(CLOCK_PROCESS_CPUTIME_ID);
    for (size_t i = 0; i < 3; i++) {
        assert_int_equal(connect(fds[i], (struct sockaddr *)&address, sizeof address), 0);
    }
    (void)poll(NULL, 0, 1000);
    assert_true(seconds_now(CLOCK_PROCESS_CPUTIME_ID) - before < 0.2);
    assert_int_equal(setrlimit(RLIMIT_NOFILE, &usual), 0);
    for (size_t i = 0; i < 3; i++) {
        close(fds[i]);
    }
}

#define WITH_SERVER(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        WITH_SERVER(scrapes_without_descriptors_are_answered),
        WITH_SERVER(silent_client_without_descriptors_is_replaced),
        WITH_SERVER(waiting_without_descriptors_uses_no_processor_time),
    };
    end_hang_after(100);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
