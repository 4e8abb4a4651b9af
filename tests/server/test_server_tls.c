/* SPDX-License-Identifier: Apache-2.0 */
/* What a server with TLS speaks, whom it answers, and how its certificates are replaced. */
#include <promlet/promlet.h>
#include <promlet/server.h>

#include "server/tls_client.h"
#include "server/tls_files.h"
#include "support/leaks.h"

#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/wait.h>

#include <cmocka.h>

/* The server's files, and two authorities: one that all trust, and another. */
static tls_authority authority;
static tls_authority stranger;
static char certificate[128];
static char key[128];
static char trusted[128];
static char foreign[128];
static char client[128];
static char client_key[128];

static void keep_path(char kept[128], const char *name)
{
    (void)snprintf(kept, 128, "%s", tls_path(name));
}

static void write_server_pair(const char *name)
{
    tls_write_pair(&authority, &(tls_subject){.name = name}, certificate, key);
}

static void write_client_pair(const tls_authority *signer, const tls_subject *subject)
{
    tls_write_pair(signer, subject, client, client_key);
}

static int begin(void **state)
{
    (void)state;
    keep_path(certificate, "server.pem");
    keep_path(key, "server.key");
    keep_path(trusted, "trusted.pem");
    keep_path(foreign, "foreign.pem");
    keep_path(client, "client.pem");
    keep_path(client_key, "client.key");
    authority = tls_new_authority("authority");
    stranger = tls_new_authority("stranger");
    tls_write_certificate(authority.certificate, trusted);
    tls_write_certificate(stranger.certificate, foreign);
    return 0;
}

static int end(void **state)
{
    (void)state;
    tls_authority_clear(&authority);
    tls_authority_clear(&stranger);
    tls_files_remove();
    return 0;
}

/* A new pair for each test, under the same names. */
static int renew(void **state)
{
    (void)state;
    write_server_pair("server");
    write_client_pair(&authority,
                      &(tls_subject){.name = "prometheus", .purpose = GNUTLS_KP_TLS_WWW_CLIENT});
    tls_write_certificate(authority.certificate, trusted);
    return 0;
}

static promlet_server *start(const char *client_ca)
{
    promlet_server *server = NULL;
    promlet_server_opts options = {
        .certificate_path = certificate, .key_path = key, .client_ca_path = client_ca};
    if (promlet_server_start(&options, &server) != PROMLET_OK) {
        fail_msg("%s", promlet_last_error());
    }
    return server;
}

static tls_manners anonymous(void)
{
    return (tls_manners){.trusted = trusted};
}

static tls_manners with_certificate(void)
{
    return (tls_manners){.trusted = trusted, .certificate = client, .key = client_key};
}

static int status_of(const promlet_server *server, const tls_manners *manners)
{
    return tls_get_status(promlet_server_port(server), manners, "/metrics");
}

/* The common name of the certificate that the server shows. */
static void read_shown_name(const promlet_server *server, char name[64])
{
    tls_connection connection;
    tls_manners manners = anonymous();
    unsigned int count = 0;
    gnutls_x509_crt_t shown;
    size_t size = 64;
    assert_true(tls_connect(&connection, promlet_server_port(server), &manners));
    const gnutls_datum_t *chain = gnutls_certificate_get_peers(connection.session, &count);
    tls_check(gnutls_x509_crt_init(&shown));
    tls_check(gnutls_x509_crt_import(shown, &chain[0], GNUTLS_X509_FMT_DER));
    tls_check(gnutls_x509_crt_get_dn_by_oid(shown, GNUTLS_OID_X520_COMMON_NAME, 0, 0, name, &size));
    gnutls_x509_crt_deinit(shown);
    tls_close(&connection);
}

static void assert_shown_name(const promlet_server *server, const char *expected)
{
    char name[64];
    read_shown_name(server, name);
    assert_string_equal(name, expected);
}

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
    tls_write(text, "no certificate\n", 15);
    tls_write(empty, "", 0);
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
        {{.certificate_path = text}, "certificate_path: "},
        {{.certificate_path = certificate, .key_path = "/no/such/key"},
         "key_path: /no/such/key: no such file or directory"},
        {{.certificate_path = certificate}, "certificate_path: "},
        {{.certificate_path = certificate, .key_path = text}, "key_path: "},
        {{.certificate_path = certificate, .key_path = other_key},
         "/other.key: the certificate and the given key do not match"},
        {{.certificate_path = certificate, .key_path = key, .client_ca_path = text},
         "client_ca_path: "},
        {{.certificate_path = certificate, .key_path = key, .client_ca_path = key},
         "client_ca_path: "},
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

/* ---- certificates of clients ----------------------------------------------------------------- */

static void assert_client_status(promlet_server *server, int status)
{
    static const char *const versions[] = {"NORMAL:-VERS-ALL:+VERS-TLS1.2",
                                           "NORMAL:-VERS-ALL:+VERS-TLS1.3"};
    for (size_t i = 0; i < sizeof versions / sizeof versions[0]; i++) {
        tls_manners manners = with_certificate();
        manners.priorities = versions[i];
        assert_int_equal(status_of(server, &manners), status);
    }
}

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

/* ---- reloads --------------------------------------------------------------------------------- */

static void reload_is_for_servers_with_tls(void **state)
{
    (void)state;
    promlet_server *server = start_any(NULL);
    assert_int_equal(promlet_server_reload_tls(NULL), PROMLET_ERROR_ARGUMENT);
    assert_int_equal(promlet_server_reload_tls(server), PROMLET_ERROR_ARGUMENT);
    assert_string_equal(promlet_last_error(),
                        "server: must be one that was started with a certificate_path");
    promlet_server_stop(server);
}

static void reload_changes_the_certificate_of_new_connections(void **state)
{
    (void)state;
    tls_connection open;
    tls_manners manners = anonymous();
    promlet_server *server = start(NULL);
    assert_shown_name(server, "server");
    assert_true(tls_connect(&open, promlet_server_port(server), &manners));
    assert_int_equal(tls_ask(&open, "/metrics", ""), 200);
    write_server_pair("second");
    assert_int_equal(promlet_server_reload_tls(server), PROMLET_OK);
    assert_shown_name(server, "second");
    assert_int_equal(promlet_server_reload_tls(server), PROMLET_OK);
    assert_int_equal(promlet_server_reload_tls(server), PROMLET_OK);
    assert_shown_name(server, "second");
    assert_int_equal(tls_ask(&open, "/metrics", ""), 200);
    tls_close(&open);
    promlet_server_stop(server);
}

static void reload_that_fails_keeps_the_old_certificate(void **state)
{
    (void)state;
    promlet_server *server = start(trusted);
    tls_write(key, "no key\n", 7);
    assert_int_equal(promlet_server_reload_tls(server), PROMLET_ERROR_ARGUMENT);
    assert_non_null(strstr(promlet_last_error(), "key_path: "));
    assert_int_equal(remove(key), 0);
    assert_int_equal(promlet_server_reload_tls(server), PROMLET_ERROR_ARGUMENT);
    assert_client_status(server, 200);
    promlet_server_stop(server);
}

static atomic_int warnings;
static char last_warning[256];

static void note_warning(const char *message, void *ctx)
{
    (void)ctx;
    (void)snprintf(last_warning, sizeof last_warning, "%s", message);
    atomic_fetch_add(&warnings, 1);
}

/* Scrape until the server shows another name, which takes a second or so. */
static void wait_for_shown_name(const promlet_server *server, const char *expected)
{
    char name[64] = "";
    for (int i = 0; i < 2000 && strcmp(name, expected) != 0; i++) {
        (void)poll(NULL, 0, 10);
        read_shown_name(server, name);
    }
    assert_string_equal(name, expected);
}

static void changed_files_are_noticed(void **state)
{
    (void)state;
    promlet_server *server = start(NULL);
    assert_shown_name(server, "server");
    write_server_pair("changed");
    wait_for_shown_name(server, "changed");
    promlet_server_stop(server);
}

/* The key comes later than the certificate: nothing is lost meanwhile, and one warning tells. */
static void changed_files_that_do_not_fit_are_passed_over(void **state)
{
    (void)state;
    char later[128];
    promlet_server *server = start(NULL);
    atomic_store(&warnings, 0);
    promlet_set_log_callback(note_warning, NULL);
    keep_path(later, "later.key");
    tls_write_pair(&authority, &(tls_subject){.name = "late"}, certificate, later);
    while (atomic_load(&warnings) == 0) {
        assert_shown_name(server, "server");
        (void)poll(NULL, 0, 10);
    }
    assert_non_null(strstr(last_warning, "server.key: the certificate and the given key do not "
                                         "match; the last good certificates stay in use"));
    for (int i = 0; i < 21; i++) {
        (void)poll(NULL, 0, 100);
        assert_shown_name(server, "server");
    }
    assert_int_equal(atomic_load(&warnings), 1);
    assert_int_equal(rename(later, key), 0);
    wait_for_shown_name(server, "late");
    assert_int_equal(atomic_load(&warnings), 1);
    promlet_set_log_callback(NULL, NULL);
    promlet_server_stop(server);
}

/* ---- many reloads ---------------------------------------------------------------------------- */

static struct {
    int port;
    atomic_bool is_over;
    atomic_int scrapes;
    atomic_int failures;
} scraping;

static void *scrape_on(void *argument)
{
    tls_manners manners = with_certificate();
    (void)argument;
    while (!atomic_load(&scraping.is_over)) {
        bool is_good = tls_get_status(scraping.port, &manners, "/metrics") == 200;
        atomic_fetch_add(&scraping.scrapes, 1);
        atomic_fetch_add(&scraping.failures, is_good ? 0 : 1);
    }
    return NULL;
}

/* Let the two scrapers go on for a while. */
static void wait_for_scrapes(int count)
{
    int goal = atomic_load(&scraping.scrapes) + count;
    while (atomic_load(&scraping.scrapes) < goal) {
        (void)poll(NULL, 0, 1);
    }
}

static void test_promise_P18_reloads_cost_no_scrape(void **state)
{
    (void)state;
    pthread_t threads[2];
    promlet_server *server = start(trusted);
    scraping.port = promlet_server_port(server);
    for (size_t i = 0; i < 2; i++) {
        assert_int_equal(pthread_create(&threads[i], NULL, scrape_on, NULL), 0);
    }
    int reloads = runs_under_valgrind() ? 10 : 50;
    for (int i = 0; i < reloads; i++) {
        char name[32];
        (void)snprintf(name, sizeof name, "server %d", i);
        write_server_pair(name);
        assert_int_equal(promlet_server_reload_tls(server), PROMLET_OK);
        wait_for_scrapes(4);
    }
    atomic_store(&scraping.is_over, true);
    for (size_t i = 0; i < 2; i++) {
        pthread_join(threads[i], NULL);
    }
    assert_int_equal(atomic_load(&scraping.failures), 0);
    assert_true(atomic_load(&scraping.scrapes) >= 4 * reloads);
    tls_manners manners = with_certificate();
    assert_int_equal(status_of(server, &manners), 200);
    promlet_server_stop(server);
}

/* ---- handshakes that don't end --------------------------------------------------------------- */

static promlet_server *start_strict(int max_connections)
{
    promlet_server *server = NULL;
    promlet_server_opts options = {.certificate_path = certificate,
                                   .key_path = key,
                                   .max_connections = max_connections,
                                   .max_connections_per_address = max_connections,
                                   .header_seconds = 0.3};
    assert_int_equal(promlet_server_start(&options, &server), PROMLET_OK);
    return server;
}

/* The begin of a record that a client would begin with; the rest comes a byte at a time. */
static int begin_handshake(const promlet_server *server)
{
    static const char begin_of_hello[] = {0x16, 0x03, 0x01, 0x02, 0x00, 0x01};
    int fd = http_connect(promlet_server_port(server));
    assert_true(fd >= 0);
    assert_true(http_send_bytes(fd, begin_of_hello, sizeof begin_of_hello));
    return fd;
}

static void test_promise_P14_handshake_that_trickles_is_closed(void **state)
{
    (void)state;
    promlet_server *server = start_strict(4);
    int fd = begin_handshake(server);
    struct pollfd source = {fd, POLLIN, 0};
    int trickled = 0;
    while (poll(&source, 1, 20) == 0 && trickled < 500) {
        (void)http_send_bytes(fd, "", 1);
        trickled++;
    }
    assert_true(trickled < 500);
    assert_true(http_is_closed(fd));
    close(fd);
    promlet_server_stop(server);
}

static void test_promise_P14_half_open_handshakes_keep_nobody_out(void **state)
{
    int fds[12];
    (void)state;
    tls_manners manners = anonymous();
    promlet_server *server = start_strict(3);
    for (size_t i = 0; i < sizeof fds / sizeof fds[0]; i++) {
        fds[i] = begin_handshake(server);
    }
    /* One that comes to a place that is being freed may be sent away, and comes again. */
    int status = 0;
    for (int i = 0; i < 100 && status == 0; i++) {
        status = status_of(server, &manners);
    }
    assert_int_equal(status, 200);
    for (size_t i = 0; i < sizeof fds / sizeof fds[0]; i++) {
        close(fds[i]);
    }
    promlet_server_stop(server);
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
        alarm(20);
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

#define RENEWED(test) cmocka_unit_test_setup(test, renew)

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
        RENEWED(start_unreadable_file_is_a_matter_of_permission),
        RENEWED(client_without_a_certificate_gets_no_answer),
        RENEWED(client_with_another_certificate_gets_no_answer),
        RENEWED(client_with_a_certificate_of_its_own_making_gets_no_answer),
        RENEWED(client_whose_certificate_expires_gets_403),
        RENEWED(client_whose_authority_is_replaced_gets_403),
        RENEWED(host_sees_the_subject_of_the_client),
        RENEWED(host_sees_no_subject_where_clients_need_none),
        RENEWED(credentials_are_asked_for_within_tls),
        RENEWED(reload_is_for_servers_with_tls),
        RENEWED(reload_changes_the_certificate_of_new_connections),
        RENEWED(reload_that_fails_keeps_the_old_certificate),
        RENEWED(changed_files_are_noticed),
        RENEWED(changed_files_that_do_not_fit_are_passed_over),
        RENEWED(test_promise_P18_reloads_cost_no_scrape),
        RENEWED(test_promise_P14_handshake_that_trickles_is_closed),
        RENEWED(test_promise_P14_half_open_handshakes_keep_nobody_out),
        RENEWED(stop_amid_handshakes_leaves_nothing_open),
        RENEWED(stop_in_a_forked_child_leaves_the_parents_server),
        RENEWED(bad_clients_print_nothing),
    };
    alarm(100); /* A hang must end the run. */
    return cmocka_run_group_tests(tests, begin, end);
}
