/* SPDX-License-Identifier: Apache-2.0 */
/* Threads that run rounds, where there is no memory or no thread to be had. */
#include "support/allocations.h"
#include "support/expect.h"
#include "support/hang.h"

#include <promlet/periodic.h>

#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <unistd.h>

int __wrap_pthread_create(pthread_t *thread, const pthread_attr_t *attributes, void *(*run)(void *),
                          void *argument);
int __real_pthread_create(pthread_t *thread, const pthread_attr_t *attributes, void *(*run)(void *),
                          void *argument);

static int thread_error; /* 0: a thread is made. */

/* By --wrap, since a function of libc's name would hide that of ThreadSanitizer. */
int __wrap_pthread_create(pthread_t *thread, const pthread_attr_t *attributes, void *(*run)(void *),
                          void *argument)
{
    return thread_error != 0 ? thread_error
                             : __real_pthread_create(thread, attributes, run, argument);
}

static atomic_int freed;

static promlet_status run(void *ctx)
{
    (void)ctx;
    return PROMLET_OK;
}

static void count_freed(void *ctx)
{
    (void)ctx;
    atomic_fetch_add(&freed, 1);
}

static const promlet_periodic_opts options = {
    .interval_seconds = 3600, .run = run, .free_ctx = count_freed, .name = "rounds"};

static void start_without_memory_fails_and_leaves_nothing(void **state)
{
    promlet_periodic *periodic = (promlet_periodic *)&thread_error;
    (void)state;
    long alive = atomic_load(&allocations_alive);
    allocations_refuse(1, false);
    assert_int_equal(promlet_periodic_start(&options, &periodic), PROMLET_ERROR_MEMORY);
    allocations_refuse(0, false);
    assert_null(periodic);
    assert_string_equal(promlet_last_error(), "out of memory");
    assert_int_equal(promlet_periodic_start(&options, &periodic), PROMLET_OK);
    assert_int_equal(promlet_periodic_stop(periodic), PROMLET_OK);
    assert_int_equal(atomic_load(&allocations_alive), alive);
    assert_int_equal(atomic_load(&freed), 1);
}

static void start_without_a_thread_fails_and_leaves_nothing(void **state)
{
    promlet_periodic *periodic = (promlet_periodic *)&thread_error;
    sigset_t before;
    sigset_t after;
    (void)state;
    long alive = atomic_load(&allocations_alive);
    int freed_before = atomic_load(&freed);
    (void)pthread_sigmask(SIG_SETMASK, NULL, &before);
    thread_error = EAGAIN;
    assert_int_equal(promlet_periodic_start(&options, &periodic), PROMLET_ERROR_SYSTEM);
    (void)pthread_sigmask(SIG_SETMASK, NULL, &after);
    assert_null(periodic);
    assert_string_equal(promlet_last_error(), "rounds: a thread: Resource temporarily unavailable");
    thread_error = EPERM;
    assert_int_equal(promlet_periodic_start(&options, &periodic), PROMLET_ERROR_PERMISSION);
    thread_error = 0;
    assert_null(periodic);
    assert_string_equal(promlet_last_error(), "rounds: a thread: Operation not permitted");
    assert_int_equal(sigismember(&before, SIGUSR1), sigismember(&after, SIGUSR1));
    assert_int_equal(atomic_load(&allocations_alive), alive);
    assert_int_equal(atomic_load(&freed), freed_before);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(start_without_memory_fails_and_leaves_nothing),
        cmocka_unit_test(start_without_a_thread_fails_and_leaves_nothing),
    };
    end_hang_after(100);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
