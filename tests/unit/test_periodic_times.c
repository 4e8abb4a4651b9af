/* SPDX-License-Identifier: Apache-2.0 */
/* When rounds are run, by a clock that moves only when somebody waits for it or a round says that
   it takes long. The program is linked with --wrap for both. */
#include "support/expect.h"
#include "support/hang.h"

#include <promlet/periodic.h>

#include <errno.h>
#include <pthread.h>
#include <time.h>
#include <unistd.h>

int __wrap_clock_gettime(clockid_t clock, struct timespec *now);
int __real_clock_gettime(clockid_t clock, struct timespec *now);
int __wrap_pthread_cond_timedwait(pthread_cond_t *condition, pthread_mutex_t *lock,
                                  const struct timespec *moment);

/* All of this is the thread's, until it has been stopped. */
#define MOST_ROUNDS 12

static struct {
    double now; /* in seconds */
    double starts[MOST_ROUNDS];
    int count;
    const double *durations; /* of each round; 0 after the last one that is given */
    int duration_count;
    int failures; /* How many rounds fail, */
    int first;    /* from this one on. */
} played;

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t done = PTHREAD_COND_INITIALIZER;
static bool is_done;

int __wrap_clock_gettime(clockid_t clock, struct timespec *now)
{
    if (clock != CLOCK_MONOTONIC) {
        return __real_clock_gettime(clock, now);
    }
    now->tv_sec = (time_t)played.now;
    now->tv_nsec = (long)((played.now - (double)now->tv_sec) * 1e9);
    return 0;
}

static void tell(void)
{
    pthread_mutex_lock(&lock);
    is_done = true;
    pthread_cond_signal(&done);
    pthread_mutex_unlock(&lock);
}

/* The wait is over at once. When there were enough rounds, somebody is to stop the thread, which
   the real call waits for. */
int __wrap_pthread_cond_timedwait(pthread_cond_t *condition, pthread_mutex_t *mutex,
                                  const struct timespec *moment)
{
    double moment_s = (double)moment->tv_sec + (double)moment->tv_nsec / 1e9;
    if (played.count == MOST_ROUNDS) {
        tell();
        return pthread_cond_wait(condition, mutex);
    }
    played.now = moment_s > played.now ? moment_s : played.now;
    return ETIMEDOUT;
}

static promlet_status play(void *ctx)
{
    int number = played.count++;
    (void)ctx;
    played.starts[number] = played.now;
    if (number < played.duration_count) {
        played.now += played.durations[number];
    }
    bool fails = number >= played.first && number < played.first + played.failures;
    return fails ? PROMLET_ERROR_SYSTEM : PROMLET_OK;
}

static void play_all(double interval_seconds, double max_interval_seconds)
{
    promlet_periodic *periodic = NULL;
    is_done = false;
    assert_int_equal(promlet_periodic_start(
                         &(promlet_periodic_opts){.interval_seconds = interval_seconds,
                                                  .max_interval_seconds = max_interval_seconds,
                                                  .run = play},
                         &periodic),
                     PROMLET_OK);
    pthread_mutex_lock(&lock);
    while (!is_done) {
        pthread_cond_wait(&done, &lock);
    }
    pthread_mutex_unlock(&lock);
    assert_int_equal(promlet_periodic_stop(periodic), PROMLET_OK);
}

static void expect_starts(const double *expected)
{
    for (int i = 0; i < MOST_ROUNDS; i++) {
        if (played.starts[i] < expected[i] - 1e-6 || played.starts[i] > expected[i] + 1e-6) {
            fail_msg("round %d started at %g s, not at %g s", i, played.starts[i], expected[i]);
        }
    }
}

static int begin(void **state)
{
    (void)state;
    memset(&played, 0, sizeof played);
    played.now = 1000;
    return 0;
}

static void rounds_begin_an_interval_apart_however_long_they_take(void **state)
{
    static const double durations[] = {0, 0.5, 1.9, 1.999};
    static const double starts[MOST_ROUNDS] = {1000, 1002, 1004, 1006, 1008, 1010,
                                               1012, 1014, 1016, 1018, 1020, 1022};
    (void)state;
    played.durations = durations;
    played.duration_count = COUNT_OF(durations);
    play_all(2, 0);
    expect_starts(starts);
}

static void rounds_that_were_missed_are_left_out(void **state)
{
    /* Exactly an interval, a bit more, and a process that was stopped for a day. */
    static const double durations[] = {2, 2.5, 86400.5};
    static const double starts[MOST_ROUNDS] = {1000,  1004,  1008,  87410, 87412, 87414,
                                               87416, 87418, 87420, 87422, 87424, 87426};
    (void)state;
    played.durations = durations;
    played.duration_count = COUNT_OF(durations);
    play_all(2, 0);
    expect_starts(starts);
}

static void interval_is_doubled_while_rounds_fail(void **state)
{
    static const double starts[MOST_ROUNDS] = {1000, 1002, 1006, 1014, 1030, 1050,
                                               1070, 1072, 1074, 1076, 1078, 1080};
    (void)state;
    played.first = 1;
    played.failures = 5;
    play_all(2, 20);
    expect_starts(starts);
}

static void interval_stays_where_that_is_not_wanted(void **state)
{
    static const double starts[MOST_ROUNDS] = {1000, 1015, 1030, 1045, 1060, 1075,
                                               1090, 1105, 1120, 1135, 1150, 1165};
    (void)state;
    played.failures = MOST_ROUNDS;
    play_all(0, 0);
    expect_starts(starts);
    (void)begin(state);
    played.failures = MOST_ROUNDS;
    play_all(15, 14);
    expect_starts(starts);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(rounds_begin_an_interval_apart_however_long_they_take, begin),
        cmocka_unit_test_setup(rounds_that_were_missed_are_left_out, begin),
        cmocka_unit_test_setup(interval_is_doubled_while_rounds_fail, begin),
        cmocka_unit_test_setup(interval_stays_where_that_is_not_wanted, begin),
    };
    end_hang_after(100);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
