/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Tests of how much time may go into asking the allocator, which is this program's own, and of what
 * others get while it is asked.
 */
#include "support/heard_log.h"
#include "support/process.h"

#include "base/clock.h"
#include "collect/process_allocator.h"

#include <pthread.h>
#include <semaphore.h>

#define MILLISECOND UINT64_C(1000000)

static struct {
    uint64_t readings;
    uint64_t takes_ns;
    sem_t *begun; /* NULL: it goes on at once */
    sem_t *may_end;
} slow;

/* In the place of the library's. */
pml_allocator pml_allocator_read(void)
{
    slow.readings++;
    if (slow.begun != NULL) {
        (void)sem_post(slow.begun);
        (void)sem_wait(slow.may_end);
    }
    return (pml_allocator){
        .is_known = true, .used = slow.readings, .mapped = 1000, .walk_ns = slow.takes_ns};
}

static promlet_registry *registry_with_allocator(uint64_t takes_ns)
{
    slow.readings = 0;
    slow.takes_ns = takes_ns;
    pml_clock_stop_at(1);
    return registry_with_process(&(promlet_process_opts){.allocator = true});
}

static void allocator_is_asked_for_a_thousandth_of_the_time(void **state)
{
    (void)state;
    promlet_registry *registry = registry_with_allocator(3 * MILLISECOND);
    assert_true(shown_value(registry, "process_heap_bytes") == 1001);
    /* Scraped each second, it is asked in every third and shown in each. */
    for (int i = 1; i < 30; i++) {
        (void)pml_clock_advance(1000 * MILLISECOND);
        assert_true(shown_value(registry, "process_heap_bytes") == 1001 + i / 3);
    }
    /* What is quick is asked each time. */
    (void)pml_clock_advance(3000 * MILLISECOND);
    slow.takes_ns = 0;
    for (int i = 0; i < 5; i++) {
        uint64_t before = slow.readings;
        (void)shown_value(registry, "process_heap_bytes");
        assert_true(slow.readings == before + 1);
    }
    pml_clock_run();
    promlet_registry_free(registry);
}

static void scrape_without_heap(promlet_registry *registry)
{
    char *text = text_of(registry);
    assert_null(strstr(text, "heap"));
    assert_null(strstr(text, "malloc"));
    assert_true(is_shown(text, "process_threads"));
    promlet_free(text);
    (void)pml_clock_advance(100000 * MILLISECOND);
}

static void walk_beyond_10_ms_is_the_last(void **state)
{
    (void)state;
    struct heard_log heard;
    start_to_hear(&heard);
    promlet_registry *registry = registry_with_allocator(10 * MILLISECOND);
    assert_true(shown_value(registry, "process_heap_bytes") == 1001);
    assert_int_equal(heard.count, 0);
    (void)pml_clock_advance(10000 * MILLISECOND);
    slow.takes_ns = 29 * MILLISECOND;
    for (int i = 0; i < 5; i++) {
        scrape_without_heap(registry);
    }
    assert_int_equal(slow.readings, 2);
    assert_int_equal(heard.count, 1);
    assert_string_equal(heard.last,
                        "process_heap_bytes and malloc_*: left out from now on, since asking "
                        "malloc() took 29 ms, while threads that allocate have to wait; with "
                        "no_heap, and without allocator, it is never asked");
    stop_to_hear();
    pml_clock_run();
    promlet_registry_free(registry);
}

static int scrape_as_child(void *ctx)
{
    uint64_t before = slow.readings;
    (void)shown_value(ctx, "process_heap_bytes");
    return slow.readings == before + 1 ? 0 : 1;
}

static void forked_child_asks_for_itself(void **state)
{
    (void)state;
    promlet_registry *registry = registry_with_allocator(10 * MILLISECOND);
    (void)shown_value(registry, "process_heap_bytes");
    expect_in_child(scrape_as_child, registry);
    pml_clock_run();
    promlet_registry_free(registry);
}

static void *scrape_once(void *ctx)
{
    promlet_free(promlet_registry_get_metrics(ctx));
    return NULL;
}

static void *unregister(void *ctx)
{
    assert_int_equal(promlet_process_metrics_unregister(ctx), PROMLET_OK);
    return NULL;
}

static void registering_while_they_leave_is_a_conflict(void **state)
{
    (void)state;
    sem_t begun;
    sem_t may_end;
    assert_int_equal(sem_init(&begun, 0, 0), 0);
    assert_int_equal(sem_init(&may_end, 0, 0), 0);
    promlet_registry *registry = registry_with_process(NULL);
    slow.begun = &begun;
    slow.may_end = &may_end;
    pthread_t threads[2];
    assert_int_equal(pthread_create(&threads[0], NULL, scrape_once, registry), 0);
    assert_int_equal(sem_wait(&begun), 0);
    assert_int_equal(pthread_create(&threads[1], NULL, unregister, registry), 0);
    while (promlet_process_metrics_register(registry, NULL) == PROMLET_OK) {
        (void)sched_yield(); /* they don't leave yet */
    }
    assert_string_equal(promlet_last_error(),
                        "promlet_process: a collector of that name is registered already");
    slow.begun = NULL;
    assert_int_equal(sem_post(&may_end), 0);
    for (int i = 0; i < 2; i++) {
        assert_int_equal(pthread_join(threads[i], NULL), 0);
    }
    assert_int_equal(promlet_process_metrics_register(registry, NULL), PROMLET_OK);
    assert_true(shown_value(registry, "process_threads") >= 1);
    promlet_registry_free(registry);
    (void)sem_destroy(&begun);
    (void)sem_destroy(&may_end);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(allocator_is_asked_for_a_thousandth_of_the_time),
        cmocka_unit_test(walk_beyond_10_ms_is_the_last),
        cmocka_unit_test(registering_while_they_leave_is_a_conflict),
        cmocka_unit_test(forked_child_asks_for_itself),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
