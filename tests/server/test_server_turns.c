/* SPDX-License-Identifier: Apache-2.0 */
/* Somebody who asks for many documents at once, each of which has to be made, keeps others waiting
   for one of them at most. */
#include <promlet/promlet.h>
#include <promlet/server.h>

#include "server/http_client.h"
#include "server/slow_callback.h"
#include "support/hang.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#define MANY 6
#define ROUNDS 14

static int ask_from(const char *source, int port, const char *target, const char *headers)
{
    int fd = http_connect_from(source, "127.0.0.1", port, 0);
    assert_true(fd >= 0);
    assert_true(http_ask_with(fd, "GET", target, headers));
    return fd;
}

static void assert_answered(int fd)
{
    http_reply reply;
    assert_true(http_receive(fd, true, &reply));
    assert_int_equal(reply.status, 200);
    http_reply_clear(&reply);
    close(fd);
}

static bool is_answered_already(int fd)
{
    struct pollfd source = {fd, POLLIN, 0};
    return poll(&source, 1, 0) == 1;
}

/* All that was sent before is with the collecting thread: the first answer comes when it was read,
   and the second one when it was handed over. */
static void wait_until_read(int port)
{
    assert_int_equal(http_get_status(port, "/-/healthy"), 200);
    assert_int_equal(http_get_status(port, "/-/healthy"), 200);
}

/* The first one keeps the thread busy while the others come. */
static void who_asks_for_one_document_is_not_behind_who_asks_for_many(void **state)
{
    int many[MANY];
    (void)state;
    promlet_registry *registry = new_slow_registry();
    promlet_server *server = start_any(registry);
    int port = promlet_server_port(server);
    int first = ask_from("127.0.0.2", port, "/metrics", "");
    sem_wait(&slow_begins);
    for (int i = 0; i < MANY; i++) {
        char target[64];
        snprintf(target, sizeof target, "/metrics?name[]=slow&name[]=other_%d", i);
        many[i] = ask_from("127.0.0.2", port, target, "");
    }
    wait_until_read(port);
    int other = ask_from("127.0.0.3", port, "/metrics", "");
    wait_until_read(port);
    sem_post(&slow_may_end);
    sem_post(&slow_may_end);
    assert_answered(first);
    assert_answered(other);
    for (int i = 0; i < MANY; i++) {
        assert_false(is_answered_already(many[i]));
    }
    for (int i = 0; i < MANY; i++) {
        sem_post(&slow_may_end);
    }
    for (int i = 0; i < MANY; i++) {
        assert_answered(many[i]);
    }
    promlet_server_stop(server);
    promlet_registry_free(registry);
}

static int ask_for_another(const char *source, int port)
{
    static int number;
    char target[64];
    snprintf(target, sizeof target, "/metrics?name[]=slow&name[]=another_%d", number++);
    return ask_from(source, port, target, "");
}

/* Two addresses have one wish each at any time, and the one between them has two. Who is served is
   not known here, so it is looked at in the end. */
static void who_asks_again_and_again_keeps_nobody_waiting_for_ever(void **state)
{
    static const char *const eager[] = {"127.0.0.2", "127.0.0.4"};
    int eager_fds[2 + ROUNDS];
    int fds[2];
    (void)state;
    promlet_registry *registry = new_slow_registry();
    promlet_server *server = start_any(registry);
    int port = promlet_server_port(server);
    eager_fds[0] = ask_for_another(eager[0], port);
    sem_wait(&slow_begins);
    fds[0] = ask_for_another("127.0.0.3", port);
    fds[1] = ask_for_another("127.0.0.3", port);
    eager_fds[1] = ask_for_another(eager[1], port);
    wait_until_read(port);
    for (int i = 0; i < ROUNDS; i++) {
        sem_post(&slow_may_end);
        sem_wait(&slow_begins);
        eager_fds[2 + i] = ask_for_another(eager[i % 2], port);
        wait_until_read(port);
    }
    assert_true(is_answered_already(fds[0]));
    assert_true(is_answered_already(fds[1]));
    assert_answered(fds[0]);
    assert_answered(fds[1]);
    for (int i = 0; i < 2 + ROUNDS; i++) {
        sem_post(&slow_may_end);
    }
    for (int i = 0; i < 2 + ROUNDS; i++) {
        assert_answered(eager_fds[i]);
    }
    promlet_server_stop(server);
    promlet_registry_free(registry);
}

/* Of one collection, too, each form is sent when it is made. */
static void forms_of_one_collection_share_it(void **state)
{
    static const char *const accepted[] = {
        "Accept: text/plain;version=0.0.4\r\n", "Accept: text/plain;version=1.0.0\r\n",
        "Accept: application/openmetrics-text;version=1.0.0\r\n",
        "Accept: application/openmetrics-text;version=2.0.0\r\n"};
    int fds[4];
    int permitted = 0;
    (void)state;
    promlet_registry *registry = new_slow_registry();
    promlet_server *server = start_any(registry);
    int port = promlet_server_port(server);
    int first = ask_from("127.0.0.2", port, "/metrics?name[]=slow", "");
    sem_wait(&slow_begins);
    for (int i = 0; i < 4; i++) {
        fds[i] = ask_from("127.0.0.2", port, "/metrics", accepted[i]);
    }
    wait_until_read(port);
    sem_post(&slow_may_end);
    sem_post(&slow_may_end);
    assert_answered(first);
    for (int i = 0; i < 4; i++) {
        assert_answered(fds[i]);
    }
    sem_getvalue(&slow_may_end, &permitted);
    assert_int_equal(permitted, 0);
    promlet_server_stop(server);
    promlet_registry_free(registry);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(who_asks_for_one_document_is_not_behind_who_asks_for_many),
        cmocka_unit_test(who_asks_again_and_again_keeps_nobody_waiting_for_ever),
        cmocka_unit_test(forms_of_one_collection_share_it),
    };
    end_hang_after(110);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
