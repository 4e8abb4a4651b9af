/* SPDX-License-Identifier: Apache-2.0 */
/* What a server with TLS speaks, which files it takes, and what it leaves behind. Its clients'
   certificates are test_server_tls_clients.c's, reloads test_server_tls_reload.c's, and handshakes
   that don't end test_server_tls_handshakes.c's. */
#include <promlet/promlet.h>
#include <promlet/server.h>

#include "support/leaks.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/wait.h>

#include <cmocka.h>

#include "server/tls_server.h"
#include "support/hang.h"
#include "support/texts_of_files.h"

/* ---- what is spoken -------------------------------------------------------------------------- */

static void tls_serves_the_metrics(void **state)
{
    (void)state;
    tls_connection connection;
    http_reply reply;
    tls_manners manners = anonymous();
    promlet_registry *registry = promlet_registry_new();
    promlet_gauge_set(promlet_gauge_new(registry, &(promlet_opts){.name = "level"}), 7);
    promlet_server *server = NULL;
    promlet_server_opts options = {
        .registry = registry, .certificate_path = certificate, .key_path = key};
    assert_int_equal(promlet_server_start(&options, &server), PROMLET_OK);
    assert_true(tls_connect(&connection, promlet_server_port(server), &manners));
    for (int i = 0; i < 3; i++) {
        assert_true(tls_send(&connection, "GET /metrics HTTP/1.1\r\nHost: localhost\r\n\r\n"));
        assert_true(tls_receive(&connection, &reply));
        assert_int_equal(reply.status, 200);
        assert_non_null(strstr(reply.body, "\nlevel 7\n"));
        http_reply_clear(&reply);
    }
    assert_int_equal(tls_ask(&connection, "/other", ""), 404);
    tls_close(&connection);
    promlet_server_stop(server);
    promlet_registry_free(registry);
}

/* Larger than what TLS packs into one record, and than what a socket takes at once. */
static void tls_serves_a_large_document_whole(void **state)
{
    (void)state;
    tls_connection connection;
    http_reply reply;
    tls_manners manners = anonymous();
    promlet_registry *registry = promlet_registry_new();
    promlet_gauge_family *family = promlet_gauge_family_new(
        registry, &(promlet_opts){.name = "level", .labels = {"of"}, .max_series = 100000});
    for (int i = 0; i < 100000; i++) {
        char of[64];
        (void)snprintf(of, sizeof of, "a rather long name of a thing number %d", i);
        promlet_gauge_release(promlet_gauge_with(family, of));
    }
    char *expected = promlet_registry_get_metrics(registry);
    promlet_server *server = NULL;
    promlet_server_opts options = {.registry = registry,
                                   .hide_server_metrics = true,
                                   .certificate_path = certificate,
                                   .key_path = key};
    assert_int_equal(promlet_server_start(&options, &server), PROMLET_OK);
    assert_true(tls_connect(&connection, promlet_server_port(server), &manners));
    assert_true(tls_send(&connection, "GET /metrics HTTP/1.1\r\nHost: localhost\r\n\r\n"));
    assert_true(tls_receive(&connection, &reply));
    assert_true(reply.body_length > 5000000);
    assert_int_equal(reply.body_length, strlen(expected) - strlen("# EOF\n"));
    assert_memory_equal(reply.body, expected, reply.body_length);
    promlet_free(expected);
    http_reply_clear(&reply);
    tls_close(&connection);
    promlet_server_stop(server);
    promlet_registry_free(registry);
}

static void only_tls_1_2_and_1_3_are_spoken(void **state)
{
    static const struct {
        const char *priorities;
        int status;
    } cases[] = {
        {"NORMAL:-VERS-ALL:+VERS-TLS1.3", 200},
        {"NORMAL:-VERS-ALL:+VERS-TLS1.2", 200},
        {"NORMAL:-VERS-ALL:+VERS-TLS1.1", 0},
        {"NORMAL:-VERS-ALL:+VERS-TLS1.0", 0},
        {"NORMAL:-VERS-ALL:+VERS-SSL3.0", 0},
        /* Without authentication of what is encrypted. */
        {"NORMAL:-VERS-ALL:+VERS-TLS1.2:-MAC-ALL:+SHA1:-CIPHER-ALL:+AES-128-CBC", 0},
    };
    (void)state;
    promlet_server *server = start(NULL);
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        tls_manners manners = anonymous();
        manners.priorities = cases[i].priorities;
        if (status_of(server, &manners) != cases[i].status) {
            fail_msg("%s", cases[i].priorities);
        }
    }
    promlet_server_stop(server);
}

/* Both come in one record, so no socket tells of the second. */
static void requests_in_one_record_are_all_answered(void **state)
{
    static const char two[] = "GET /metrics HTTP/1.1\r\nHost: localhost\r\n\r\n"
                              "GET /other HTTP/1.1\r\nHost: localhost\r\n\r\n";
    (void)state;
    tls_connection connection;
    http_reply reply;
    tls_manners manners = anonymous();
    promlet_server *server = start(NULL);
    assert_true(tls_connect(&connection, promlet_server_port(server), &manners));
    assert_true(tls_send(&connection, two));
    assert_true(tls_receive(&connection, &reply));
    assert_int_equal(reply.status, 200);
    http_reply_clear(&reply);
    assert_true(tls_receive(&connection, &reply));
    assert_int_equal(reply.status, 404);
    http_reply_clear(&reply);
    tls_close(&connection);
    promlet_server_stop(server);
}

static void plain_http_is_not_answered(void **state)
{
    (void)state;
    promlet_server *server = start(NULL);
    assert_int_equal(http_get_status(promlet_server_port(server), "/metrics"), 0);
    tls_manners manners = anonymous();
    assert_int_equal(status_of(server, &manners), 200);
    promlet_server_stop(server);
}

static void key_may_be_in_the_file_of_the_certificate(void **state)
{
    (void)state;
    char command[600];
    const char *both = tls_path("both.pem");
    tls_manners manners = anonymous();
    (void)snprintf(command, sizeof command, "cat '%s' '%s' > '%s'", certificate, key, both);
    assert_int_equal(system(command), 0);
    promlet_server *server = NULL;
    promlet_server_opts options = {.certificate_path = both};
    assert_int_equal(promlet_server_start(&options, &server), PROMLET_OK);
    assert_int_equal(status_of(server, &manners), 200);
    promlet_server_stop(server);
}

/* ---- files that can't be used ---------------------------------------------------------------- */

static void assert_start_fails(const promlet_server_opts *options, promlet_status status,
                               const char *sentence)
{
    int descriptors = count_descriptors();
    promlet_server *server = (promlet_server *)&server;
    assert_int_equal(promlet_server_start(options, &server), status);
    assert_null(server);
    if (strstr(promlet_last_error(), sentence) == NULL) {
        fail_msg("\"%s\" instead of \"%s\"", promlet_last_error(), sentence);
    }
    assert_int_equal(count_descriptors(), descriptors);
}

static void start_with_unusable_files_says_which_and_why(void **state)
{
    (void)state;
    const char *text = tls_path("text.pem");
    const char *empty = tls_path("empty.pem");
    const char *other_key = tls_path("other.key");
    const char *locked_key = tls_path("locked.key");
    tls_write(text, "no certificate\n", 15);
    tls_write(empty, "", 0);
    tls_write_locked_key(locked_key);
    tls_write_pair(&authority, &(tls_subject){.name = "other"}, tls_path("other.pem"), other_key);
    const struct {
        promlet_server_opts options;
        const char *sentence;
    } cases[] = {
        {{.key_path = key}, "key_path: needs a certificate_path"},
        {{.client_ca_path = trusted}, "client_ca_path: needs a certificate_path"},
        {{.certificate_path = "/no/such/file"},
         "certificate_path: /no/such/file: no such file or directory"},
        {{.certificate_path = ""}, "certificate_path: : no such file or directory"},
        {{.certificate_path = "/tmp"}, "certificate_path: /tmp: must be a file of 1 byte to 1 MiB"},
        {{.certificate_path = empty}, "/empty.pem: must be a file of 1 byte to 1 MiB"},
        {{.certificate_path = text}, "/text.pem: there is no certificate in PEM"},
        {{.certificate_path = key}, "/server.key: there is no certificate in PEM"},
        {{.certificate_path = certificate, .key_path = "/no/such/key"},
         "key_path: /no/such/key: no such file or directory"},
        {{.certificate_path = certificate}, "/server.pem: there is no private key in PEM"},
        {{.certificate_path = certificate, .key_path = text},
         "/text.pem: there is no private key in PEM"},
        {{.certificate_path = certificate, .key_path = certificate},
         "/server.pem: there is no private key in PEM"},
        {{.certificate_path = certificate, .key_path = locked_key},
         "/locked.key: a key must not have a password"},
        {{.certificate_path = certificate, .key_path = other_key},
         "/other.key: the certificate and the given key do not match"},
        {{.certificate_path = certificate, .key_path = key, .client_ca_path = text},
         "/text.pem: there is no certificate in PEM"},
        {{.certificate_path = certificate, .key_path = key, .client_ca_path = key},
         "/server.key: there is no certificate in PEM"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        assert_start_fails(&cases[i].options, PROMLET_ERROR_ARGUMENT, cases[i].sentence);
    }
}

static void start_long_path_shows_its_end_and_the_reason(void **state)
{
    char path[1000];
    (void)state;
    memset(path, 'p', sizeof path - 1);
    (void)snprintf(path + sizeof path - 10, 10, "/last.pem");
    assert_start_fails(&(promlet_server_opts){.certificate_path = path}, PROMLET_ERROR_SYSTEM,
                       "pppp/last.pem: file name too long");
}

static void assert_text_is_refused(const promlet_server_opts *options, const char *sentence)
{
    assert_start_fails(options, PROMLET_ERROR_ARGUMENT, sentence);
    assert_null(strstr(promlet_last_error(), PART_OF_EACH_TEXT));
}

/* A key must not end up in a log because somebody took the option for the key itself. */
static void start_with_the_text_of_a_file_does_not_show_it(void **state)
{
    (void)state;
    for (size_t i = 0; text_of_file(i) != NULL; i++) {
        const char *text = text_of_file(i);
        assert_text_is_refused(
            &(promlet_server_opts){.certificate_path = certificate, .key_path = text},
            "key_path" SAID_OF_TEXTS);
        assert_text_is_refused(&(promlet_server_opts){.certificate_path = text, .key_path = key},
                               "certificate_path" SAID_OF_TEXTS);
        assert_text_is_refused(&(promlet_server_opts){.certificate_path = certificate,
                                                      .key_path = key,
                                                      .client_ca_path = text},
                               "client_ca_path" SAID_OF_TEXTS);
    }
}

static void start_unreadable_file_is_a_matter_of_permission(void **state)
{
    (void)state;
    if (geteuid() == 0) {
        assert_int_equal(seteuid(65534), 0);
    }
    assert_start_fails(&(promlet_server_opts){.certificate_path = "/etc/shadow"},
                       PROMLET_ERROR_PERMISSION,
                       "certificate_path: /etc/shadow: permission denied");
    (void)seteuid(getuid());
}

/* ---- what is left behind --------------------------------------------------------------------- */

/* Clients that stop in the midst of a handshake, or were never good for one, and a stop. */
static void stop_amid_handshakes_leaves_nothing_open(void **state)
{
    int fds[8];
    (void)state;
    promlet_server_stop(start(trusted));
    int descriptors = count_descriptors();
    promlet_server *server = start(trusted);
    for (size_t i = 0; i < 8; i++) {
        fds[i] = http_connect(promlet_server_port(server));
        assert_true(http_send_bytes(fds[i], "\x16\x03\x01", i % 4));
    }
    tls_manners manners = with_certificate();
    assert_int_equal(status_of(server, &manners), 200);
    promlet_server_stop(server);
    for (size_t i = 0; i < 8; i++) {
        close(fds[i]);
    }
    assert_int_equal(count_descriptors(), descriptors);
}

/* What the child inherits is its own to free, and its parent goes on. */
static void stop_in_a_forked_child_leaves_the_parents_server(void **state)
{
    (void)state;
    int status = 0;
    tls_connection open;
    tls_manners manners = with_certificate();
    promlet_server *server = start(trusted);
    assert_true(tls_connect(&open, promlet_server_port(server), &manners));
    assert_int_equal(tls_ask(&open, "/metrics", ""), 200);
    fflush(NULL);
    pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        end_hang_after(20);
        leave_without_leak_check(); /* The sessions stay until the child ends. */
        promlet_server_stop(server);
        _exit(0);
    }
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_int_equal(status, 0);
    assert_int_equal(tls_ask(&open, "/metrics", ""), 200);
    assert_int_equal(status_of(server, &manners), 200);
    tls_close(&open);
    promlet_server_stop(server);
}

/* Neither libmicrohttpd nor GnuTLS tells the host's stderr of it. */
static void bad_clients_print_nothing(void **state)
{
    (void)state;
    char path[128];
    keep_path(path, "stderr");
    int usual = dup(2);
    FILE *file = fopen(path, "w+");
    assert_non_null(file);
    promlet_server *server = start(trusted);
    fflush(stderr);
    assert_true(dup2(fileno(file), 2) == 2);
    tls_manners manners = anonymous();
    int without = status_of(server, &manners);
    int plain = http_get_status(promlet_server_port(server), "/metrics");
    promlet_server_stop(server);
    assert_true(dup2(usual, 2) == 2);
    assert_int_equal(without + plain, 0);
    assert_int_equal(fseek(file, 0, SEEK_END), 0);
    assert_int_equal(ftell(file), 0);
    fclose(file);
    close(usual);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        RENEWED(tls_serves_the_metrics),
        RENEWED(tls_serves_a_large_document_whole),
        RENEWED(only_tls_1_2_and_1_3_are_spoken),
        RENEWED(requests_in_one_record_are_all_answered),
        RENEWED(plain_http_is_not_answered),
        RENEWED(key_may_be_in_the_file_of_the_certificate),
        RENEWED(start_with_unusable_files_says_which_and_why),
        RENEWED(start_long_path_shows_its_end_and_the_reason),
        RENEWED(start_with_the_text_of_a_file_does_not_show_it),
        RENEWED(start_unreadable_file_is_a_matter_of_permission),
        RENEWED(stop_amid_handshakes_leaves_nothing_open),
        RENEWED(stop_in_a_forked_child_leaves_the_parents_server),
        RENEWED(bad_clients_print_nothing),
    };
    end_hang_after(100);
    return cmocka_run_group_tests(tests, begin, end);
}
