/* SPDX-License-Identifier: Apache-2.0 */
/* Metrics that a thread sends to Graphite every so often: what it tells about itself, its first and
   its last sending, a Graphite that goes and comes back, and forked children. */
#include "support/carried.h"
#include "support/graphite_peer.h"
#include "support/hang.h"
#include "support/heard_log.h"
#include "support/sanitizers.h"

#include <math.h>

static graphite_peer peer;

static promlet_periodic *start(promlet_registry *registry, double seconds)
{
    promlet_periodic *periodic = NULL;
    promlet_graphite_opts options = {.registry = registry,
                                     .host = "127.0.0.1",
                                     .port = peer.port,
                                     .prefix = "a",
                                     .interval_seconds = seconds,
                                     .max_interval_seconds = seconds,
                                     .send_seconds = 60};
    assert_int_equal(promlet_graphite_start(&options, &periodic), PROMLET_OK);
    return periodic;
}

/* The value of a line of what was last sent; NaN if there is none. */
static double sent_value(const char *path)
{
    char *text = peer_text(&peer);
    char *line = strstr(text, path);
    double value = line != NULL ? strtod(line + strlen(path), NULL) : NAN;
    free(text);
    return value;
}

static double own_value(const char *name)
{
    char path[200];
    (void)snprintf(path, sizeof path, "a.promlet_graphite_%s.server.127_0_0_1:%d ", name,
                   peer.port);
    return sent_value(path);
}

/* ---- sendings -------------------------------------------------------------------------------- */

static void first_sending_is_at_once_and_the_last_at_the_stop(void **state)
{
    (void)state;
    promlet_registry *registry = new_registry();
    promlet_gauge *gauge = promlet_gauge_new(registry, &(promlet_opts){.name = "g"});
    peer_starts(&peer, PEER_READS);
    promlet_periodic *periodic = start(registry, AN_HOUR);
    wait_for_rounds(periodic, 1);
    assert_true(sent_value("a.g ") == 0);
    promlet_gauge_set(gauge, 5);
    assert_int_equal(promlet_periodic_stop(periodic), PROMLET_OK);
    assert_true(sent_value("a.g ") == 5);
    assert_int_equal(peer_connections(&peer), 2);
    peer_ends(&peer);
    promlet_registry_free(registry);
}

static void it_tells_of_the_sendings_before(void **state)
{
    (void)state;
    promlet_registry *registry = registry_of(NAN);
    peer_starts(&peer, PEER_READS);
    promlet_periodic *periodic = start(registry, AN_HOUR);
    wait_for_rounds(periodic, 1);
    char *text = peer_text(&peer);
    double size = (double)strlen(text);
    free(text);
    assert_true(own_value("duration_seconds_count") == 0);
    assert_true(own_value("left_out_total") == 0);
    assert_true(own_value("failures_total") == 0);
    assert_true(isnan(own_value("last_success_timestamp_seconds")));
    (void)promlet_periodic_stop(periodic);
    assert_true(own_value("duration_seconds_count") == 1);
    assert_true(own_value("duration_seconds_sum") > 0);
    assert_true(own_value("left_out_total") == 1);
    assert_true(own_value("last_success_timestamp_seconds") > 1e9);
    assert_true(own_value("size_bytes") == size);
    peer_ends(&peer);
    /* Nowhere else. */
    text = promlet_registry_get_metrics(registry);
    assert_null(strstr(text, "promlet_graphite"));
    promlet_free(text);
    promlet_registry_free(registry);
}

static void it_tells_nothing_of_itself_if_that_is_hidden(void **state)
{
    promlet_periodic *periodic = NULL;
    (void)state;
    promlet_registry *registry = registry_of(1);
    peer_starts(&peer, PEER_READS);
    promlet_graphite_opts options = {
        .registry = registry, .host = "127.0.0.1", .port = peer.port, .hide_own_metrics = true};
    assert_int_equal(promlet_graphite_start(&options, &periodic), PROMLET_OK);
    (void)promlet_periodic_stop(periodic);
    char *text = peer_text(&peer);
    assert_non_null(strstr(text, "g 1 "));
    assert_null(strstr(text, "promlet_graphite"));
    assert_null(strstr(text, "promlet_dropped_total"));
    free(text);
    peer_ends(&peer);
    promlet_registry_free(registry);
}

static void what_is_lent_may_go_after_the_start(void **state)
{
    char host[] = "127.0.0.1";
    char prefix[] = "a";
    promlet_periodic *periodic = NULL;
    (void)state;
    promlet_registry *registry = registry_of(1);
    peer_starts(&peer, PEER_READS);
    promlet_graphite_opts options = {
        .registry = registry, .host = host, .port = peer.port, .prefix = prefix};
    assert_int_equal(promlet_graphite_start(&options, &periodic), PROMLET_OK);
    memset(host, 'x', sizeof host - 1);
    memset(prefix, 'x', sizeof prefix - 1);
    memset(&options, 0xff, sizeof options);
    assert_int_equal(promlet_periodic_stop(periodic), PROMLET_OK);
    assert_true(sent_value("a.g ") == 1);
    peer_ends(&peer);
    promlet_registry_free(registry);
}

/* Nobody listens at first; then somebody does. */
static void graphite_that_is_away_is_told_once_and_comes_back(void **state)
{
    struct heard_log heard;
    char reason[200];
    (void)state;
    promlet_registry *registry = registry_of(1);
    peer.listener = bind_any(&peer.port);
    start_to_hear(&heard);
    promlet_periodic *periodic = start(registry, 0.001);
    wait_for_rounds(periodic, 3);
    assert_true(promlet_periodic_failures(periodic) >= 3);
    assert_true(promlet_periodic_last_success_seconds(periodic) == 0);
    peer_starts_on(&peer, PEER_READS);
    wait_for_rounds(periodic, promlet_periodic_rounds(periodic) + 2);
    assert_true(promlet_periodic_last_success_seconds(periodic) > 0);
    (void)promlet_periodic_stop(periodic);
    stop_to_hear();
    assert_int_equal(heard.count, 1);
    (void)snprintf(reason, sizeof reason,
                   "promlet graphite: a round has failed: 127.0.0.1:%d: connecting: Connection "
                   "refused",
                   peer.port);
    assert_string_equal(heard.last, reason);
    assert_true(own_value("failures_total") >= 3);
    peer_ends(&peer);
    promlet_registry_free(registry);
}

static void wrong_interval_is_refused(void **state)
{
    promlet_periodic *periodic = (promlet_periodic *)&state;
    (void)state;
    promlet_graphite_opts options = {.host = "127.0.0.1", .interval_seconds = -1};
    assert_int_equal(promlet_graphite_start(&options, &periodic), PROMLET_ERROR_ARGUMENT);
    assert_string_equal(promlet_last_error(), "interval_seconds: must be a millisecond or more");
    assert_null(periodic);
    options.interval_seconds = 0;
    options.max_interval_seconds = -1;
    assert_int_equal(promlet_graphite_start(&options, &periodic), PROMLET_ERROR_ARGUMENT);
    assert_string_equal(promlet_last_error(), "max_interval_seconds: is not a time");
}

/* ---- forked children ------------------------------------------------------------------------- */

static int stop_in_child(promlet_periodic *periodic, promlet_registry *registry)
{
    (void)registry;
    return promlet_periodic_stop(periodic) == PROMLET_OK ? 0 : 1;
}

static void child_sends_nothing_for_its_parent(void **state)
{
    (void)state;
    promlet_registry *registry = registry_of(1);
    peer_starts(&peer, PEER_READS);
    promlet_periodic *periodic = start(registry, AN_HOUR);
    wait_for_rounds(periodic, 1);
    run_in_child(stop_in_child, periodic, registry);
    assert_int_equal(promlet_periodic_stop(periodic), PROMLET_OK);
    assert_int_equal(peer_connections(&peer), 2);
    peer_ends(&peer);
    promlet_registry_free(registry);
}

static int send_in_child(promlet_periodic *periodic, promlet_registry *registry)
{
    promlet_graphite_opts options = {
        .registry = registry, .host = "127.0.0.1", .port = peer.port, .send_seconds = 60};
    return promlet_periodic_stop(periodic) == PROMLET_OK &&
                   promlet_graphite_send(&options, NULL) == PROMLET_OK
               ? 0
               : 1;
}

static void child_may_send_its_own(void **state)
{
    (void)state;
    if (address_sanitizer_forbids("a fork beside threads that allocate")) {
        skip();
    }
    promlet_registry *registry = large_registry_of(1);
    peer_starts(&peer, PEER_READS);
    promlet_periodic *periodic = start(registry, 0.001);
    run_in_children(send_in_child, periodic, registry);
    assert_int_equal(promlet_periodic_failures(periodic), 0);
    assert_int_equal(promlet_periodic_stop(periodic), PROMLET_OK);
    peer_ends(&peer);
    promlet_registry_free(registry);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(first_sending_is_at_once_and_the_last_at_the_stop),
        cmocka_unit_test(it_tells_of_the_sendings_before),
        cmocka_unit_test(it_tells_nothing_of_itself_if_that_is_hidden),
        cmocka_unit_test(what_is_lent_may_go_after_the_start),
        cmocka_unit_test(graphite_that_is_away_is_told_once_and_comes_back),
        cmocka_unit_test(wrong_interval_is_refused),
        cmocka_unit_test(child_sends_nothing_for_its_parent),
        cmocka_unit_test(child_may_send_its_own),
    };
    end_hang_after(100);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
