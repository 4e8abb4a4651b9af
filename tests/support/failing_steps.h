/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A transport whose steps fail one by one: a system call that a test stands in for, or an
 * allocation. CMake links such a program with --wrap for each of the calls and for pthread_create.
 * For programs of one file.
 */
#ifndef TESTS_SUPPORT_FAILING_STEPS_H
#define TESTS_SUPPORT_FAILING_STEPS_H

#include "support/allocations.h"
#include "support/carried.h"

#include <pthread.h>
#include <signal.h>

#define NO_CALL 0
#define KILLED (-1)

/* Of this thread; the tests' own calls and those of other threads come through the same functions.
 */
static _Thread_local struct {
    int call;  /* as the test numbers them; NO_CALL: none fails */
    int error; /* KILLED: the process is */
    int after; /* so many calls that work */
    int times; /* how many fail; 0: one */
} fault;

/* Whether a call fails now, with errno. */
static inline bool fails(int call)
{
    if (fault.call != call || fault.after-- > 0) {
        return false;
    }
    if (fault.error == KILLED) {
        (void)raise(SIGKILL);
    }
    if (--fault.times <= 0) {
        fault.call = NO_CALL;
    }
    errno = fault.error;
    return true;
}

/* Begins a function that stands in for another one, which is __real_NAME in it. */
#define WRAP(result, name, parameters)                                                             \
    result __real_##name parameters;                                                               \
    result __wrap_##name parameters;                                                               \
    result __wrap_##name parameters

/* The thread finds that nothing is refused any more. */
WRAP(int, pthread_create,
     (pthread_t * thread, const pthread_attr_t *attributes, void *(*run)(void *), void *argument))
{
    allocations_refuse(0, false);
    return __real_pthread_create(thread, attributes, run, argument);
}

/* Carries the registry once, with each of its allocations refused in turn and all that follow it.
 */
static inline void survive_each_refusal(promlet_status (*carry)(promlet_registry *registry),
                                        promlet_registry *registry)
{
    long n = 1;
    make_what_lasts();
    for (promlet_status status = PROMLET_ERROR_MEMORY; status != PROMLET_OK; n++) {
        long alive = atomic_load(&allocations_alive);
        allocations_refuse(n, true);
        status = carry(registry);
        allocations_refuse(0, false);
        assert_true(status == PROMLET_OK || status == PROMLET_ERROR_MEMORY);
        assert_int_equal(atomic_load(&allocations_alive), alive);
    }
    assert_true(n > 2);
}

/* Starts a thread that carries the registry, with each allocation refused that is made before there
   is one. */
static inline void start_in_spite_of_refusals(promlet_status (*start)(promlet_registry *registry,
                                                                      promlet_periodic **periodic),
                                              promlet_registry *registry)
{
    long n = 1;
    make_what_lasts();
    for (promlet_status status = PROMLET_ERROR_MEMORY; status != PROMLET_OK; n++) {
        promlet_periodic *periodic = NULL;
        long alive = atomic_load(&allocations_alive);
        allocations_refuse(n, false);
        status = start(registry, &periodic);
        if (status != PROMLET_OK) {
            allocations_refuse(0, false);
        }
        assert_true((status == PROMLET_OK) == (periodic != NULL));
        assert_true(status == PROMLET_OK || status == PROMLET_ERROR_MEMORY);
        assert_int_equal(promlet_periodic_stop(periodic), PROMLET_OK);
        assert_int_equal(atomic_load(&allocations_alive), alive);
    }
    assert_true(n > 4);
}

#endif
