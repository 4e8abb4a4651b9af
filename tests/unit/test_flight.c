/* SPDX-License-Identifier: Apache-2.0 */
/* Tests of base/flight.h. The maker lands when the test lets it, so nothing depends on time. */
#include "base/flight.h"

#include "base/locks.h"
#include "support/expect.h"
#include "support/hang.h"
#include "support/leaks.h"
#include "support/sanitizers.h"

#include <sched.h>
#include <sys/wait.h>
#include <unistd.h>

#define MAX_MAKES 5000

/* What is made: which make it was, and how many own it. */
struct result {
    int number;
    int owners;
};

/* Where one test's flights begin and land; the lock guards everything behind it. */
struct airport {
    pml_flight flight;
    pthread_mutex_t lock;
    pthread_cond_t changed;
    int begun;
    int running;
    int most_running;
    int may_land; /* makes up to this number return */
    bool makes_null;
    int forks_in; /* this make forks; 0: none */
    pid_t child;
    struct result results[MAX_MAKES + 1];
};

/* One thread that joins. */
struct traveller {
    struct airport *airport;
    pthread_t thread;
    struct result *result;
    bool is_own;
};

/* Of the thread that has forked. */
static _Thread_local bool is_in_child;
static _Thread_local bool airport_was_busy; /* when the child had begun */

static struct airport *new_airport(int may_land)
{
    struct airport *airport = calloc(1, sizeof *airport);
    assert_non_null(airport);
    pml_flight_start(&airport->flight);
    pthread_mutex_init(&airport->lock, NULL);
    pthread_cond_init(&airport->changed, NULL);
    airport->may_land = may_land;
    return airport;
}

static void free_airport(struct airport *airport)
{
    pml_flight_end(&airport->flight);
    pthread_mutex_destroy(&airport->lock);
    pthread_cond_destroy(&airport->changed);
    free(airport);
}

static void *make(void *ctx)
{
    struct airport *airport = ctx;
    pthread_mutex_lock(&airport->lock);
    int number = ++airport->begun;
    airport->running++;
    if (airport->running > airport->most_running) {
        airport->most_running = airport->running;
    }
    pthread_cond_broadcast(&airport->changed);
    while (airport->may_land < number) {
        pthread_cond_wait(&airport->changed, &airport->lock);
    }
    airport->running--;
    struct result *result = &airport->results[number];
    result->number = number;
    result->owners = 1;
    bool is_null = airport->makes_null;
    pthread_mutex_unlock(&airport->lock);
    if (number == airport->forks_in) {
        airport->child = fork();
        is_in_child = airport->child == 0;
        airport_was_busy = airport->flight.in_the_air;
    }
    return is_null ? NULL : result;
}

static void share(void *result)
{
    ((struct result *)result)->owners++;
}

static struct result *join_as(struct airport *airport, bool is_own)
{
    pml_flight_plan plan = {make, share, airport, is_own};
    return pml_flight_join(&airport->flight, &plan);
}

static struct result *join(struct airport *airport)
{
    return join_as(airport, false);
}

static void *travel(void *argument)
{
    struct traveller *traveller = argument;
    traveller->result = join_as(traveller->airport, traveller->is_own);
    if (is_in_child) {
        leave_without_leak_check();
        bool is_alone = traveller->result->owners == 1 && airport_was_busy;
        _exit(is_alone && !traveller->airport->flight.in_the_air ? 0 : 1);
    }
    pthread_testcancel();
    return NULL;
}

static void set_off_as(struct traveller *traveller, struct airport *airport, bool is_own)
{
    *traveller = (struct traveller){.airport = airport, .is_own = is_own};
    assert_int_equal(pthread_create(&traveller->thread, NULL, travel, traveller), 0);
}

static void set_off(struct traveller *traveller, struct airport *airport)
{
    set_off_as(traveller, airport, false);
}

static void wait_until_begun(struct airport *airport, int number)
{
    pthread_mutex_lock(&airport->lock);
    while (airport->begun < number) {
        pthread_cond_wait(&airport->changed, &airport->lock);
    }
    pthread_mutex_unlock(&airport->lock);
}

static void let_land(struct airport *airport, int number)
{
    pthread_mutex_lock(&airport->lock);
    airport->may_land = number;
    pthread_cond_broadcast(&airport->changed);
    pthread_mutex_unlock(&airport->lock);
}

static const void *first_waiting(struct airport *airport)
{
    pml_lock(PML_LOCK_FLIGHTS);
    const void *first = airport->flight.waiting;
    pml_unlock(PML_LOCK_FLIGHTS);
    return first;
}

/* Returns once the thread waits in the flight's list, where it is put in front. */
static void set_off_as_and_wait(struct traveller *traveller, struct airport *airport, bool is_own)
{
    const void *before = first_waiting(airport);
    set_off_as(traveller, airport, is_own);
    while (first_waiting(airport) == before) {
        sched_yield();
    }
}

static void set_off_and_wait(struct traveller *traveller, struct airport *airport)
{
    set_off_as_and_wait(traveller, airport, false);
}

static void arrive(struct traveller *traveller)
{
    assert_int_equal(pthread_join(traveller->thread, NULL), 0);
}

static void flight_alone_makes_each_time(void **state)
{
    (void)state;
    struct airport *airport = new_airport(MAX_MAKES);
    assert_int_equal(join(airport)->number, 1);
    assert_int_equal(join(airport)->number, 2);
    free_airport(airport);
}

static void flight_alone_owns_its_result_once(void **state)
{
    (void)state;
    struct airport *airport = new_airport(MAX_MAKES);
    assert_int_equal(join(airport)->owners, 1);
    free_airport(airport);
}

static void flight_asked_while_one_runs_share_the_next(void **state)
{
    (void)state;
    struct airport *airport = new_airport(0);
    struct traveller first;
    struct traveller later[3];
    set_off(&first, airport);
    wait_until_begun(airport, 1);
    for (int i = 0; i < 3; i++) {
        set_off_and_wait(&later[i], airport);
    }
    let_land(airport, 2);
    arrive(&first);
    assert_int_equal(first.result->number, 1);
    for (int i = 0; i < 3; i++) {
        arrive(&later[i]);
        assert_int_equal(later[i].result->number, 2);
    }
    assert_int_equal(airport->begun, 2);
    assert_int_equal(airport->results[1].owners, 1);
    assert_int_equal(airport->results[2].owners, 3);
    assert_int_equal(airport->most_running, 1);
    free_airport(airport);
}

static void flight_asked_while_the_next_runs_get_the_one_after(void **state)
{
    (void)state;
    struct airport *airport = new_airport(0);
    struct traveller first;
    struct traveller second;
    struct traveller third;
    set_off(&first, airport);
    wait_until_begun(airport, 1);
    set_off_and_wait(&second, airport);
    let_land(airport, 1);
    wait_until_begun(airport, 2);
    set_off_and_wait(&third, airport);
    let_land(airport, 3);
    arrive(&first);
    arrive(&second);
    arrive(&third);
    assert_int_equal(first.result->number, 1);
    assert_int_equal(second.result->number, 2);
    assert_int_equal(third.result->number, 3);
    assert_int_equal(airport->most_running, 1);
    free_airport(airport);
}

/* Shared, own, shared, own: the first pilot takes both who share along; the others fly alone. */
static void flight_of_ones_own_is_shared_with_nobody(void **state)
{
    (void)state;
    struct airport *airport = new_airport(0);
    struct traveller first;
    struct traveller later[4];
    set_off(&first, airport);
    wait_until_begun(airport, 1);
    for (int i = 0; i < 4; i++) {
        set_off_as_and_wait(&later[i], airport, i % 2 == 1);
    }
    let_land(airport, 4);
    arrive(&first);
    const int numbers[] = {2, 3, 2, 4};
    for (int i = 0; i < 4; i++) {
        arrive(&later[i]);
        assert_int_equal(later[i].result->number, numbers[i]);
        assert_int_equal(later[i].result->owners, numbers[i] == 2 ? 2 : 1);
    }
    assert_int_equal(airport->begun, 4);
    assert_int_equal(airport->most_running, 1);
    free_airport(airport);
}

static void flight_that_would_wait_is_not_tried(void **state)
{
    (void)state;
    struct airport *airport = new_airport(0);
    pml_flight_plan plan = {make, share, airport, false};
    struct traveller first;
    void *result = NULL;
    set_off(&first, airport);
    wait_until_begun(airport, 1);
    assert_false(pml_flight_try(&airport->flight, &plan, &result));
    assert_null(result);
    let_land(airport, 2);
    arrive(&first);
    assert_int_equal(first.result->owners, 1);
    assert_true(pml_flight_try(&airport->flight, &plan, &result));
    assert_int_equal(((struct result *)result)->number, 2);
    free_airport(airport);
}

static void flight_landed_leaves_nobody_waiting(void **state)
{
    (void)state;
    struct airport *airport = new_airport(0);
    struct traveller first;
    struct traveller second;
    struct traveller third;
    set_off(&first, airport);
    wait_until_begun(airport, 1);
    set_off_and_wait(&second, airport);
    set_off_and_wait(&third, airport);
    let_land(airport, MAX_MAKES);
    arrive(&first);
    arrive(&second);
    arrive(&third);
    assert_null(first_waiting(airport));
    assert_int_equal(join(airport)->number, 3);
    free_airport(airport);
}

static void flight_that_makes_null_gives_null_to_all(void **state)
{
    (void)state;
    struct airport *airport = new_airport(0);
    airport->makes_null = true;
    struct traveller travellers[3];
    set_off(&travellers[0], airport);
    wait_until_begun(airport, 1);
    set_off_and_wait(&travellers[1], airport);
    set_off_and_wait(&travellers[2], airport);
    let_land(airport, MAX_MAKES);
    for (int i = 0; i < 3; i++) {
        arrive(&travellers[i]);
        assert_null(travellers[i].result);
    }
    assert_int_equal(airport->begun, 2);
    free_airport(airport);
}

static void flight_cancelled_while_waiting_still_flies_for_the_others(void **state)
{
    (void)state;
    if (address_sanitizer_forbids("the end of a cancelled thread")) {
        skip();
    }
    struct airport *airport = new_airport(0);
    struct traveller first;
    struct traveller cancelled;
    struct traveller other;
    set_off(&first, airport);
    wait_until_begun(airport, 1);
    set_off_and_wait(&other, airport);
    /* In front of the list, so this one is asked to make the next result. */
    set_off_and_wait(&cancelled, airport);
    assert_int_equal(pthread_cancel(cancelled.thread), 0);
    let_land(airport, MAX_MAKES);
    void *end = NULL;
    assert_int_equal(pthread_join(cancelled.thread, &end), 0);
    arrive(&first);
    arrive(&other);
    assert_ptr_equal(end, PTHREAD_CANCELED);
    assert_int_equal(cancelled.result->number, 2);
    assert_int_equal(other.result->number, 2);
    free_airport(airport);
}

static void *make_in_child(void *ctx)
{
    return ctx;
}

/* Ends the child with 0 if it gets a result of its own; an alarm ends it if it waits for ever. */
static void join_in_child(struct airport *airport)
{
    end_hang_after(10);
    pml_flight_plan plan = {make_in_child, share, &airport->results[MAX_MAKES], false};
    _exit(pml_flight_join(&airport->flight, &plan) == &airport->results[MAX_MAKES] ? 0 : 1);
}

static void flight_in_the_air_at_a_fork_is_not_awaited_by_the_child(void **state)
{
    (void)state;
    struct airport *airport = new_airport(0);
    struct traveller first;
    struct traveller second;
    set_off(&first, airport);
    wait_until_begun(airport, 1);
    set_off_and_wait(&second, airport);
    pid_t child = fork();
    if (child == 0) {
        join_in_child(airport);
    }
    int status = -1;
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_int_equal(status, 0);
    let_land(airport, 2);
    arrive(&first);
    arrive(&second);
    assert_int_equal(second.result->number, 2);
    free_airport(airport);
}

/* The make of the second forks; the third would have got the result along with it. */
static void flight_that_forks_has_nobody_aboard_in_the_child(void **state)
{
    (void)state;
    struct airport *airport = new_airport(0);
    struct traveller travellers[3];
    airport->forks_in = 2;
    set_off(&travellers[0], airport);
    wait_until_begun(airport, 1);
    set_off_and_wait(&travellers[1], airport);
    set_off_and_wait(&travellers[2], airport);
    let_land(airport, 2);
    for (int i = 0; i < 3; i++) {
        arrive(&travellers[i]);
    }
    int status = -1;
    assert_true(airport->child > 0);
    assert_int_equal(waitpid(airport->child, &status, 0), airport->child);
    assert_int_equal(status, 0);
    assert_int_equal(travellers[2].result->number, 2);
    assert_int_equal(travellers[2].result->owners, 2);
    free_airport(airport);
}

#define BUSY_THREADS 4
#define BUSY_JOINS 500

/* Joins again and again; each result must have begun after it was asked for. */
static void *join_often(void *argument)
{
    struct airport *airport = argument;
    for (int i = 0; i < BUSY_JOINS; i++) {
        pthread_mutex_lock(&airport->lock);
        int begun_before = airport->begun;
        pthread_mutex_unlock(&airport->lock);
        if (join(airport)->number <= begun_before) {
            return airport;
        }
    }
    return NULL;
}

static void flight_joined_by_busy_threads_is_never_too_old(void **state)
{
    (void)state;
    struct airport *airport = new_airport(MAX_MAKES);
    pthread_t threads[BUSY_THREADS];
    for (int i = 0; i < BUSY_THREADS; i++) {
        assert_int_equal(pthread_create(&threads[i], NULL, join_often, airport), 0);
    }
    for (int i = 0; i < BUSY_THREADS; i++) {
        void *too_old = NULL;
        assert_int_equal(pthread_join(threads[i], &too_old), 0);
        assert_null(too_old);
    }
    int owners = 0;
    for (int i = 1; i <= airport->begun; i++) {
        owners += airport->results[i].owners;
    }
    assert_int_equal(owners, BUSY_THREADS * BUSY_JOINS);
    assert_int_equal(airport->most_running, 1);
    free_airport(airport);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(flight_alone_makes_each_time),
        cmocka_unit_test(flight_alone_owns_its_result_once),
        cmocka_unit_test(flight_asked_while_one_runs_share_the_next),
        cmocka_unit_test(flight_asked_while_the_next_runs_get_the_one_after),
        cmocka_unit_test(flight_of_ones_own_is_shared_with_nobody),
        cmocka_unit_test(flight_that_would_wait_is_not_tried),
        cmocka_unit_test(flight_landed_leaves_nobody_waiting),
        cmocka_unit_test(flight_that_makes_null_gives_null_to_all),
        cmocka_unit_test(flight_cancelled_while_waiting_still_flies_for_the_others),
        cmocka_unit_test(flight_in_the_air_at_a_fork_is_not_awaited_by_the_child),
        cmocka_unit_test(flight_that_forks_has_nobody_aboard_in_the_child),
        cmocka_unit_test(flight_joined_by_busy_threads_is_never_too_old),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
