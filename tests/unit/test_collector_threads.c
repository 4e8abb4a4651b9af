/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The threads that callbacks and collectors with a deadline are called in: what becomes of those
 * that get none, and that nothing else takes one, or looks at the clock. The program is linked so
 * that threads are made, and the clock is read, through here.
 */
#include "support/allocations.h"
#include "support/expect.h"
#include "support/heard_log.h"

#include <errno.h>
#include <pthread.h>
#include <time.h>

int __wrap_pthread_create(pthread_t *thread, const pthread_attr_t *attributes, void *(*run)(void *),
                          void *argument);
int __real_pthread_create(pthread_t *thread, const pthread_attr_t *attributes, void *(*run)(void *),
                          void *argument);
int __wrap_clock_gettime(clockid_t clock, struct timespec *now);
int __real_clock_gettime(clockid_t clock, struct timespec *now);

static int threads_asked;
static int thread_refused_at;   /* 0: none is refused */
static bool threads_refused_on; /* and all that come after it */
static atomic_int clock_readings;

static void refuse_threads(int at, bool on)
{
    threads_asked = 0;
    thread_refused_at = at;
    threads_refused_on = on;
}

/* By --wrap, since a function of libc's name would hide that of ThreadSanitizer. */
int __wrap_pthread_create(pthread_t *thread, const pthread_attr_t *attributes, void *(*run)(void *),
                          void *argument)
{
    threads_asked++;
    bool is_refused =
        threads_asked == thread_refused_at ||
        (threads_refused_on && thread_refused_at != 0 && threads_asked > thread_refused_at);
    return is_refused ? EAGAIN : __real_pthread_create(thread, attributes, run, argument);
}

int __wrap_clock_gettime(clockid_t clock, struct timespec *now)
{
    atomic_fetch_add(&clock_readings, 1);
    return __real_clock_gettime(clock, now);
}

static double give_one(void *ctx)
{
    (void)ctx;
    return 1;
}

static promlet_status emit_one(promlet_emitter *emitter, void *ctx)
{
    (void)promlet_emit_family(emitter, &(promlet_emit_opts){.name = ctx});
    return promlet_emit_value(emitter, 1);
}

/* In the order in which they are called. */
static char names[][2] = {"a", "b", "c", "d"};

#define COUNT COUNT_OF(names)

/* A callback and a collector in turn, each with a deadline, and beside them what has none. */
static void add_all(promlet_registry *registry)
{
    for (size_t i = 0; i < COUNT; i++) {
        if (i % 2 == 0) {
            promlet_unknown_callback_new(
                registry, &(promlet_opts){.name = names[i], .deadline_seconds = 3600}, give_one,
                NULL);
        } else {
            promlet_collector_new(registry, &(promlet_collector_opts){.name = names[i],
                                                                      .collect = emit_one,
                                                                      .ctx = names[i],
                                                                      .deadline_seconds = 3600});
        }
    }
    static char here[] = "here";
    promlet_unknown_callback_new(registry, &(promlet_opts){.name = "asked"}, give_one, NULL);
    promlet_collector_new(
        registry, &(promlet_collector_opts){.name = here, .collect = emit_one, .ctx = here});
}

/* How often the scrapes so far have failed for it, and whether this one did. */
static void expect_of(const char *text, const char *name, int failures, bool has_failed)
{
    char sample[100];
    (void)snprintf(sample, sizeof sample, "promlet_collector_success{collector=\"%s\"}", name);
    assert_true(sample_value(text, sample) == (has_failed ? 0 : 1));
    (void)snprintf(sample, sizeof sample, "promlet_collector_failures_total{collector=\"%s\"}",
                   name);
    assert_true(sample_value(text, sample) == failures);
    assert_true(sample_value(text, name) == (has_failed ? 0 : 1));
}

static void expect_the_rest(const char *text)
{
    assert_true(sample_value(text, "asked") == 1);
    assert_true(sample_value(text, "here") == 1);
}

/* Scrapes once without the thread of one, or of all from there on, and then with all of them. */
static void lose_threads(size_t at, bool on)
{
    long alive = atomic_load(&allocations_alive);
    struct heard_log heard;
    promlet_registry *registry = new_registry();
    add_all(registry);
    start_to_hear(&heard);
    refuse_threads((int)at + 1, on);
    char *text = promlet_registry_get_metrics(registry);
    refuse_threads(0, false);
    size_t lost = on ? COUNT - at : 1;
    assert_int_equal(heard.count, lost);
    assert_non_null(strstr(heard.last, ": no thread could be made for it"));
    for (size_t i = 0; i < COUNT; i++) {
        bool has_failed = i == at || (on && i > at);
        expect_of(text, names[i], has_failed, has_failed);
    }
    expect_the_rest(text);
    promlet_free(text);
    text = promlet_registry_get_metrics(registry);
    for (size_t i = 0; i < COUNT; i++) {
        expect_of(text, names[i], i == at || (on && i > at), false);
    }
    expect_the_rest(text);
    promlet_free(text);
    stop_to_hear();
    promlet_registry_free(registry);
    assert_int_equal(atomic_load(&allocations_alive), alive);
}

static void no_thread_costs_only_who_would_have_had_it(void **state)
{
    (void)state;
    for (size_t at = 0; at < COUNT; at++) {
        lose_threads(at, false);
        lose_threads(at, true);
    }
}

/* The handle is good for another try, or can be given back. */
static void no_thread_keeps_nobody_from_leaving(void **state)
{
    (void)state;
    promlet_registry *registry = new_registry();
    promlet_collector *callback = promlet_gauge_callback_new(
        registry, &(promlet_opts){.name = "a", .deadline_seconds = 3600}, give_one, NULL);
    refuse_threads(1, true);
    assert_true(scraped_value(registry, "a") == 0);
    assert_true(scraped_value(registry, "promlet_collector_failures_total{collector=\"a\"}") == 2);
    assert_int_equal(promlet_collector_free_within(callback, 0), PROMLET_OK);
    refuse_threads(0, false);
    promlet_registry_free(registry);
}

/* ---- what callbacks without a deadline cost -------------------------------------------------- */

static int readings_of_scrape(promlet_registry *registry)
{
    atomic_store(&clock_readings, 0);
    promlet_snapshot_release(promlet_snapshot_take(registry));
    return atomic_load(&clock_readings);
}

static void callbacks_without_deadline_take_no_thread_and_read_no_clock(void **state)
{
    (void)state;
    promlet_registry *registry = new_registry();
    promlet_gauge_callback_new(registry, &(promlet_opts){.name = "first"}, give_one, NULL);
    (void)readings_of_scrape(registry);
    int readings = readings_of_scrape(registry);
    for (int i = 0; i < 20; i++) {
        char name[20];
        (void)snprintf(name, sizeof name, "asked%d", i);
        promlet_gauge_callback_new(registry, &(promlet_opts){.name = name}, give_one, NULL);
    }
    refuse_threads(0, false);
    assert_int_equal(readings_of_scrape(registry), readings);
    assert_int_equal(threads_asked, 0);
    promlet_gauge_callback_new(registry, &(promlet_opts){.name = "a", .deadline_seconds = 3600},
                               give_one, NULL);
    assert_true(readings_of_scrape(registry) > readings);
    assert_int_equal(threads_asked, 1);
    promlet_registry_free(registry);
}

int main(void)
{
    make_what_lasts();
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(no_thread_costs_only_who_would_have_had_it),
        cmocka_unit_test(no_thread_keeps_nobody_from_leaving),
        cmocka_unit_test(callbacks_without_deadline_take_no_thread_and_read_no_clock),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
