/* SPDX-License-Identifier: Apache-2.0 */
/* Whom a server with TLS answers, by the certificates of its clients, and what the host sees of
   them. */
#include <promlet/promlet.h>
#include <promlet/server.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "server/tls_server.h"
#include "support/hang.h"

/* ---- certificates of clients ----------------------------------------------------------------- */

static void client_without_a_certificate_gets_no_answer(void **state)
{
    (void)state;
    promlet_server *server = start(trusted);
    assert_client_status(server, 200);
    tls_manners manners = anonymous();
    assert_int_equal(status_of(server, &manners), 0);
    manners.priorities = "NORMAL:-VERS-ALL:+VERS-TLS1.2";
    assert_int_equal(status_of(server, &manners), 0);
    promlet_server_stop(server);
}

static void client_with_another_certificate_gets_no_answer(void **state)
{
    static const tls_subject expired = {.name = "expired", .is_expired = true};
    static const tls_subject a_server = {.name = "server", .purpose = GNUTLS_KP_TLS_WWW_SERVER};
    static const tls_subject good = {.name = "good"};
    (void)state;
    promlet_server *server = start(trusted);
    write_client_pair(&stranger, &good);
    assert_client_status(server, 0);
    write_client_pair(&authority, &expired);
    assert_client_status(server, 0);
    write_client_pair(&authority, &a_server);
    assert_client_status(server, 0);
    write_client_pair(&authority, &good);
    assert_client_status(server, 200);
    promlet_server_stop(server);
}

/* A certificate that says of itself that it comes from the authority. */
static void client_with_a_certificate_of_its_own_making_gets_no_answer(void **state)
{
    (void)state;
    promlet_server *server = start(trusted);
    tls_authority impostor = tls_new_authority("authority");
    write_client_pair(&impostor, &(tls_subject){.name = "prometheus"});
    assert_client_status(server, 0);
    tls_authority_clear(&impostor);
    promlet_server_stop(server);
}

/* On a connection that stays open. */
static void client_whose_certificate_expires_gets_403(void **state)
{
    (void)state;
    tls_connection connection;
    tls_manners manners = with_certificate();
    write_client_pair(&authority, &(tls_subject){.name = "short", .seconds = 2});
    time_t expires = time(NULL) + 2;
    promlet_server *server = start(trusted);
    assert_true(tls_connect(&connection, promlet_server_port(server), &manners));
    assert_int_equal(tls_ask(&connection, "/metrics", ""), 200);
    while (time(NULL) <= expires) {
        (void)poll(NULL, 0, 100);
    }
    assert_int_equal(tls_ask(&connection, "/metrics", ""), 403);
    assert_int_equal(tls_ask(&connection, "/metrics", ""), 0);
    tls_close(&connection);
    promlet_server_stop(server);
}

static void client_whose_authority_is_replaced_gets_403(void **state)
{
    (void)state;
    tls_connection connection;
    tls_manners manners = with_certificate();
    promlet_server *server = start(trusted);
    assert_true(tls_connect(&connection, promlet_server_port(server), &manners));
    assert_int_equal(tls_ask(&connection, "/metrics", ""), 200);
    assert_int_equal(promlet_server_reload_tls(server), PROMLET_OK);
    assert_int_equal(tls_ask(&connection, "/metrics", ""), 200);

    char usual[128];
    keep_path(usual, "usual.pem");
    tls_write_certificate(authority.certificate, usual);
    tls_write_certificate(stranger.certificate, trusted);
    assert_int_equal(promlet_server_reload_tls(server), PROMLET_OK);
    assert_int_equal(tls_ask(&connection, "/metrics", ""), 403);
    tls_close(&connection);

    manners.trusted = usual;
    assert_int_equal(status_of(server, &manners), 0);
    write_client_pair(&stranger, &(tls_subject){.name = "other"});
    assert_int_equal(status_of(server, &manners), 200);
    promlet_server_stop(server);
}

/* ---- and what the host sees of them ---------------------------------------------------------- */

static char seen_subject[128];
static bool seen_tls;

static promlet_authorization allow_by_subject(const promlet_server_request *request, void *ctx)
{
    seen_tls = request->is_tls;
    (void)snprintf(seen_subject, sizeof seen_subject, "%s",
                   request->client_subject != NULL ? request->client_subject : "none");
    return strcmp(seen_subject, ctx) == 0 ? PROMLET_AUTHORIZED : PROMLET_FORBIDDEN;
}

static promlet_server *start_with_subject(const char *client_ca, char *subject)
{
    promlet_server *server = NULL;
    promlet_server_opts options = {.certificate_path = certificate,
                                   .key_path = key,
                                   .client_ca_path = client_ca,
                                   .authorize = allow_by_subject,
                                   .authorize_ctx = subject};
    assert_int_equal(promlet_server_start(&options, &server), PROMLET_OK);
    return server;
}

static void host_sees_the_subject_of_the_client(void **state)
{
    char expected[] = "CN=prometheus";
    (void)state;
    promlet_server *server = start_with_subject(trusted, expected);
    assert_client_status(server, 200);
    assert_true(seen_tls);
    write_client_pair(&authority, &(tls_subject){.name = "grafana,CN=prometheus"});
    assert_client_status(server, 403);
    assert_string_equal(seen_subject, "CN=grafana\\,CN=prometheus");
    promlet_server_stop(server);
}

/* One that the client shows without being asked means nothing. */
static void host_sees_no_subject_where_clients_need_none(void **state)
{
    char expected[] = "none";
    (void)state;
    promlet_server *server = start_with_subject(NULL, expected);
    assert_client_status(server, 200);
    tls_manners manners = anonymous();
    assert_int_equal(status_of(server, &manners), 200);
    promlet_server_stop(server);
}

static void credentials_are_asked_for_within_tls(void **state)
{
    (void)state;
    tls_connection connection;
    tls_manners manners = anonymous();
    promlet_server *server = NULL;
    promlet_server_opts options = {
        .certificate_path = certificate, .key_path = key, .bearer_token = "t0ken"};
    assert_int_equal(promlet_server_start(&options, &server), PROMLET_OK);
    assert_int_equal(status_of(server, &manners), 401);
    assert_true(tls_connect(&connection, promlet_server_port(server), &manners));
    assert_int_equal(tls_ask(&connection, "/metrics", "Authorization: Bearer t0ken\r\n"), 200);
    tls_close(&connection);
    promlet_server_stop(server);
}

static void count_warning(const char *message, void *count)
{
    (void)message;
    ++*(int *)count;
}

static void start_in_public_with_tls_and_a_secret_does_not_warn(void **state)
{
    int warnings = 0;
    promlet_server *server = NULL;
    promlet_server_opts options = {.host = "0.0.0.0",
                                   .certificate_path = certificate,
                                   .key_path = key,
                                   .bearer_token = "t0ken"};
    (void)state;
    promlet_set_log_callback(count_warning, &warnings);
    assert_int_equal(promlet_server_start(&options, &server), PROMLET_OK);
    promlet_server_stop(server);
    promlet_set_log_callback(NULL, NULL);
    assert_int_equal(warnings, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        RENEWED(client_without_a_certificate_gets_no_answer),
        RENEWED(client_with_another_certificate_gets_no_answer),
        RENEWED(client_with_a_certificate_of_its_own_making_gets_no_answer),
        RENEWED(client_whose_certificate_expires_gets_403),
        RENEWED(client_whose_authority_is_replaced_gets_403),
        RENEWED(host_sees_the_subject_of_the_client),
        RENEWED(host_sees_no_subject_where_clients_need_none),
        RENEWED(credentials_are_asked_for_within_tls),
        RENEWED(start_in_public_with_tls_and_a_secret_does_not_warn),
    };
    end_hang_after(100);
    return cmocka_run_group_tests(tests, begin, end);
}
