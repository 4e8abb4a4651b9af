/* SPDX-License-Identifier: Apache-2.0 */
/* Clients that begin a TLS handshake and don't end it, and beside them a good one, which is
   answered within two seconds. When they have gone nothing of them is left in the process: no
   descriptor, no thread, no memory. Each attack takes PROMLET_TEST_SECONDS, or 3. */
#include <promlet/promlet.h>
#include <promlet/server.h>

#include "server/attackers.h"
#include "server/http_client.h"
#include "server/tls_client.h"
#include "server/tls_files.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "abuse/memory.h"
#include "support/hang.h"

static promlet_server *server;
static int port;
static int idle_descriptors; /* when the server has no client */
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

typedef struct scrapes {
    bool tries_again; /* When it is closed without an answer. */
    bool has_failed;
    double longest; /* seconds */
    size_t most_resident;
} scrapes;

/* At an address with many others it may be closed, and tries again. Whether it is answered is
   looked at once the attack has ended: one that went on would spoil the next. */
static void scrape_once(scrapes *made)
{
    tls_manners manners = {.trusted = trusted};
    double before = seconds_now(CLOCK_MONOTONIC);
    double seconds = 0;
    bool is_answered = false;
    do {
        is_answered = tls_get_status(port, &manners, "/metrics") == 200;
        seconds = seconds_now(CLOCK_MONOTONIC) - before;
    } while (!is_answered && made->tries_again && seconds <= most_seconds());
    size_t resident = resident_bytes();
    made->has_failed = made->has_failed || !is_answered;
    made->longest = seconds > made->longest ? seconds : made->longest;
    made->most_resident = resident > made->most_resident ? resident : made->most_resident;
}

static void scrape_for(double seconds, scrapes *made)
{
    double end = seconds_now(CLOCK_MONOTONIC) + seconds;
    while (seconds_now(CLOCK_MONOTONIC) < end && !made->has_failed &&
           made->longest <= most_seconds()) {
        scrape_once(made);
        (void)poll(NULL, 0, 50);
    }
}

static void attack_once(attack_kind kind, bool has_one_address)
{
    static attack bad;
    scrapes made = {.tries_again = has_one_address};
    footprint before = take_footprint();
    size_t resident = resident_bytes();
    bad = (attack){.kind = kind, .port = port, .count = 200, .has_one_address = has_one_address};
    assert_true(attack_begin(&bad));
    scrape_for(seconds_of_attack(), &made);
    attack_end(&bad);
    size_t more = made.most_resident > resident ? made.most_resident - resident : 0;
    print_message("200 %s: %.3f s at most, %zu MB more\n",
                  has_one_address ? "at one address  " : "of own addresses", made.longest,
                  more >> 20);
    assert_false(made.has_failed);
    assert_true(made.longest <= most_seconds());
    if (can_count_memory() && more > SLACK_BYTES) {
        fail_msg("%zu MB more", more >> 20);
    }
    assert_footprint(&before, idle_descriptors);
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
    idle_descriptors = count_descriptors();
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
    end_hang_after(600);
    return cmocka_run_group_tests(tests, start, stop);
}
