/* SPDX-License-Identifier: Apache-2.0 */
/* How the certificates of a server with TLS are replaced while it runs. */
#include <promlet/promlet.h>
#include <promlet/server.h>

#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "server/tls_server.h"
#include "support/hang.h"

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

int main(void)
{
    const struct CMUnitTest tests[] = {
        RENEWED(reload_is_for_servers_with_tls),
        RENEWED(reload_changes_the_certificate_of_new_connections),
        RENEWED(reload_that_fails_keeps_the_old_certificate),
        RENEWED(changed_files_are_noticed),
        RENEWED(changed_files_that_do_not_fit_are_passed_over),
        RENEWED(test_promise_P18_reloads_cost_no_scrape),
    };
    end_hang_after(100);
    return cmocka_run_group_tests(tests, begin, end);
}
