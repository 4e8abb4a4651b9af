/* SPDX-License-Identifier: Apache-2.0 */
/* Clients that begin a TLS handshake and don't end it, and beside them a good one, which is
   answered within two seconds. Each attack takes PROMLET_TEST_SECONDS, or 3. */
#include <promlet/promlet.h>
#include <promlet/server.h>

#include "server/attackers.h"
#include "server/http_client.h"
#include "server/tls_client.h"
#include "server/tls_files.h"
#include "support/sanitizers.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static promlet_server *server;
static int port;
static int descriptors; /* with the server, and without a client */
static char certificate[128];
static char key[128];
static char trusted[128];

/* What is promised, and more where everything takes longer. */
static double most_seconds(void)
{
    return runs_under_valgrind() || sanitizer_name() != NULL ? 20 : 2;
}

static double seconds_of_attack(void)
{
    const char *given = getenv("PROMLET_TEST_SECONDS");
    return given != NULL ? strtod(given, NULL) : 3;
}

/* How long one answer takes; at an address with many others it may be closed, and tries again. */
static double scrape_once(bool tries_again)
{
    tls_manners manners = {.trusted = trusted};
    double before = seconds_now(CLOCK_MONOTONIC);
    double seconds = 0;
    bool is_answered = false;
    while (!is_answered && seconds <= most_seconds()) {
        is_answered = tls_get_status(port, &manners, "/metrics") == 200;
        seconds = seconds_now(CLOCK_MONOTONIC) - before;
        if (!is_answered && !tries_again) {
            fail_msg("not answered after %.1f s", seconds);
        }
    }
    return seconds;
}

/* Returns how long the longest took. */
static double scrape_for(double seconds, bool tries_again)
{
    double longest = 0;
    double end = seconds_now(CLOCK_MONOTONIC) + seconds;
    while (seconds_now(CLOCK_MONOTONIC) < end && longest <= most_seconds()) {
        double taken = scrape_once(tries_again);
        longest = taken > longest ? taken : longest;
        (void)poll(NULL, 0, 50);
    }
    return longest;
}

/* The server sees the end of its clients a moment later. */
static bool has_descriptors(int expected)
{
    for (int i = 0; i < HTTP_WAIT_MS / 10 && count_descriptors() != expected; i++) {
        (void)poll(NULL, 0, 10);
    }
    return count_descriptors() == expected;
}

static void attack_once(attack_kind kind, bool has_one_address)
{
    static attack bad;
    bad = (attack){.kind = kind, .port = port, .count = 200, .has_one_address = has_one_address};
    assert_true(attack_begin(&bad));
    double longest = scrape_for(seconds_of_attack(), has_one_address);
    attack_end(&bad);
    print_message("200 %s: %.3f s at most\n",
                  has_one_address ? "at one address  " : "of own addresses", longest);
    assert_true(longest <= most_seconds());
    assert_true(has_descriptors(descriptors));
}

static void scrapes_beside_half_handshakes(void **state)
{
    (void)state;
    attack_once(ATTACK_HELLO, false);
    attack_once(ATTACK_HELLO, true);
}

static void scrapes_beside_silence(void **state)
{
    (void)state;
    attack_once(ATTACK_IDLE, false);
    attack_once(ATTACK_IDLE, true);
}

static void scrapes_beside_what_is_not_tls(void **state)
{
    (void)state;
    attack_once(ATTACK_DRIP, false);
    attack_once(ATTACK_DRIP, true);
}

static int start(void **state)
{
    (void)state;
    (void)snprintf(certificate, sizeof certificate, "%s", tls_path("certificate.pem"));
    (void)snprintf(key, sizeof key, "%s", tls_path("key.pem"));
    (void)snprintf(trusted, sizeof trusted, "%s", tls_path("trusted.pem"));
    tls_authority authority = tls_new_authority("abuse");
    tls_write_pair(&authority,
                   &(tls_subject){.name = "localhost", .purpose = GNUTLS_KP_TLS_WWW_SERVER},
                   certificate, key);
    tls_write_certificate(authority.certificate, trusted);
    tls_authority_clear(&authority);
    (void)promlet_server_start(
        &(promlet_server_opts){.certificate_path = certificate, .key_path = key}, &server);
    port = promlet_server_port(server);
    descriptors = count_descriptors();
    tls_manners manners = {.trusted = trusted};
    return server != NULL && tls_get_status(port, &manners, "/metrics") == 200 ? 0 : -1;
}

static int stop(void **state)
{
    (void)state;
    promlet_server_stop(server);
    tls_files_remove();
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(scrapes_beside_half_handshakes),
        cmocka_unit_test(scrapes_beside_silence),
        cmocka_unit_test(scrapes_beside_what_is_not_tls),
    };
    alarm(600); /* A hang must end the run. */
    return cmocka_run_group_tests(tests, start, stop);
}
