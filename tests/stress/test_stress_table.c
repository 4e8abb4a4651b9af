/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Recorders that look up series in a table and record on them in read sections, while a writer
 * adds, removes and frees them at full speed. Memory is scribbled on before it is freed, and is
 * soon that of another series, so that whoever uses it too long is seen without a sanitizer, too:
 * what was found is not what was asked for, or a recording is missing at the end.
 */
#include "support/cpus.h"
#include "support/grace.h"
#include "support/recording_path.h"
#include "support/stress.h"
#include "support/tables.h"

#define NUMBERS 64
#define HASHES 29 /* fewer, so that some buckets are full */
#define RECORDERS 4
#define MOST_REMOVED 2048
#define LEAST_CHANGES (2 * MOST_REMOVED)
#define SCRIBBLE 0xa5

/* What a cell holds. */
typedef struct job {
    uint64_t number; /* plain memory, so that the thread sanitizer sees who is late */
    _Atomic uint64_t recordings;
} job;

typedef struct removed_series {
    pml_series *series;
    uint64_t ticket;
} removed_series;

static stress_failure failure = STRESS_FAILURE_INITIALIZER;
static uint64_t seed;
static cpu_list cpus;
static pml_label_reader label_reader;

/* The writer's, but for the table and the last ones. */
static struct shared {
    pml_table table;
    pml_series *present[NUMBERS];
    removed_series removed[MOST_REMOVED + NUMBERS]; /* all that are left join them at the end */
    size_t removed_count;
    uint64_t counted; /* recordings on series that were freed */
    uint64_t freed;
    _Atomic uint64_t recorded_in_handlers;
    bool must_move; /* recorders change CPUs within sections */
} shared;

static job *job_of(pml_series *series)
{
    return (job *)(void *)series->cell;
}

static uint32_t hash_of(unsigned number)
{
    return number % HASHES * UINT32_C(0x9e3779b9);
}

static void write_name(char name[static 16], unsigned number)
{
    memcpy(name, "number 00", sizeof "number 00");
    name[7] = (char)('0' + number / 10);
    name[8] = (char)('0' + number % 10);
}

/* ---- the writer ------------------------------------------------------------------------------ */

static void add(unsigned number)
{
    static const char *const label_name[] = {"job"};
    char name[16];
    write_name(name, number);
    const char *const values[] = {name};
    pml_series *series = pml_series_new(sizeof(job), hash_of(number),
                                        &(pml_labels){NULL, label_name, values, 1, false});
    if (series == NULL) {
        abort();
    }
    job_of(series)->number = number;
    if (!pml_table_add(&shared.table, series)) {
        abort();
    }
    shared.present[number] = series;
}

static void remove_number(unsigned number)
{
    pml_series *series = shared.present[number];
    shared.present[number] = NULL;
    pml_table_remove(&shared.table, series);
    shared.removed[shared.removed_count++] = (removed_series){series, pml_grace_ticket()};
}

static void free_series(pml_series *series)
{
    shared.counted += atomic_load(&job_of(series)->recordings);
    shared.freed++;
    memset((void *)series, SCRIBBLE, sizeof *series + sizeof(job));
    pml_series_free(series);
}

static void poll_removed(void)
{
    pml_grace_advance();
    pml_table_reclaim(&shared.table);
    size_t kept = 0;
    for (size_t i = 0; i < shared.removed_count; i++) {
        if (pml_grace_is_over(shared.removed[i].ticket)) {
            free_series(shared.removed[i].series);
        } else {
            shared.removed[kept++] = shared.removed[i];
        }
    }
    shared.removed_count = kept;
}

/* Now few are there, now many, so that the table grows and shrinks as well. */
static void change(stress_member *self)
{
    unsigned most = self->done / 500 % 2 == 0 ? NUMBERS : NUMBERS / 16;
    unsigned number = (unsigned)(stress_random(&self->random) % NUMBERS);
    pml_lock(PML_LOCK_CHANGES);
    if (shared.present[number] == NULL) {
        if (number < most) {
            add(number);
        }
    } else if (shared.removed_count < MOST_REMOVED) {
        remove_number(number);
    }
    if (self->done % 8 == 0) {
        poll_removed();
    }
    pml_unlock(PML_LOCK_CHANGES);
}

/* On a busy machine time may pass without it, so the writer decides when all end. */
static void write_on(stress_member *self)
{
    while (stress_goes_on(self) || self->done < LEAST_CHANGES) {
        change(self);
        self->done++;
    }
    atomic_store(&self->crew->stop, true);
}

/* ---- recorders ------------------------------------------------------------------------------- */

static bool is_right(pml_series *series, const pml_label_query *query, unsigned number)
{
    return (job_of(series)->number == number && pml_label_set_equals(&series->labels, query)) ||
           stress_fail(&failure, "job %u: found one with number %" PRIu64, number,
                       job_of(series)->number);
}

static void tarry(stress_member *self)
{
    if (shared.must_move) {
        (void)cpus_move(0, cpus.numbers[stress_random(&self->random) % cpus.count]);
    } else if (stress_random(&self->random) % 64 == 0) {
        (void)sched_yield();
    }
}

/* True when it was recorded. Signal-safe without a member. */
static bool record(unsigned number, stress_member *self)
{
    char name[16];
    write_name(name, number);
    const char *const values[] = {name};
    pml_label_query query;
    (void)pml_label_query_start(&query, &label_reader, values);
    query.hash = hash_of(number);
    uint32_t phase = pml_readers_enter();
    pml_series *series = pml_table_find(&shared.table, &query);
    bool is_recorded = series != NULL && is_right(series, &query, number);
    if (is_recorded) {
        if (self != NULL) {
            tarry(self);
        }
        atomic_fetch_add_explicit(&job_of(series)->recordings, 1, memory_order_relaxed);
        (void)is_right(series, &query, number);
    }
    pml_readers_leave(phase);
    return is_recorded;
}

static void keep_recording(stress_member *self)
{
    if (!shared.must_move) {
        (void)cpus_move(0, cpus.numbers[self->number % cpus.count]);
    }
    while (!atomic_load(&self->crew->stop)) {
        unsigned number = (unsigned)(stress_random(&self->random) % NUMBERS);
        self->done += record(number, self) ? 1 : 0;
    }
}

static void record_in_handler(int signal_number)
{
    (void)signal_number;
    static _Atomic unsigned next;
    if (record(atomic_fetch_add(&next, 1) % NUMBERS, NULL)) {
        atomic_fetch_add(&shared.recorded_in_handlers, 1);
    }
}

/* ---- all of them ----------------------------------------------------------------------------- */

static void begin(bool must_move)
{
    memset(&shared, 0, sizeof shared);
    shared.must_move = must_move;
    pml_label_reader_start(&label_reader, 0, 1);
}

static void free_all(void)
{
    pml_lock(PML_LOCK_CHANGES);
    for (unsigned number = 0; number < NUMBERS; number++) {
        if (shared.present[number] != NULL) {
            remove_number(number);
        }
    }
    poll_removed();
    poll_removed();
    assert_int_equal(shared.removed_count, 0);
    assert_false(pml_table_waits(&shared.table));
    pml_unlock(PML_LOCK_CHANGES);
    pml_table_free(&shared.table);
}

/* Nothing was used too long, and nothing that was recorded is lost. */
static void expect_all_counted(const stress_crew *crew)
{
    uint64_t recorded = atomic_load(&shared.recorded_in_handlers);
    for (size_t i = 0; i < crew->count; i++) {
        recorded += crew->members[i].run == keep_recording ? crew->members[i].done : 0;
    }
    if (atomic_load(&failure.is_set)) {
        fail_msg("%s", failure.why);
    }
    print_message("%" PRIu64 " recordings, %" PRIu64 " series freed\n", recorded, shared.freed);
    assert_true(recorded > 0);
    assert_true(shared.counted == recorded);
}

static void run_crew(stress_crew *crew)
{
    stress_crew_begin(crew, stress_seconds(1));
    stress_crew_add(crew, RECORDERS, keep_recording, NULL, seed);
    stress_crew_add(crew, 1, write_on, NULL, seed);
    stress_crew_go(crew);
}

static void recorders_that_stay_on_their_cpus_use_nothing_freed(void **state)
{
    (void)state;
    static stress_crew crew;
    begin(false);
    run_crew(&crew);
    stress_crew_wait(&crew);
    assert_true(shared.freed > 0);
    free_all();
    expect_all_counted(&crew);
}

static void recorders_that_move_within_sections_use_nothing_freed(void **state)
{
    (void)state;
    static stress_crew crew;
    begin(true);
    run_crew(&crew);
    stress_crew_wait(&crew);
    free_all();
    expect_all_counted(&crew);
}

static void handlers_that_come_upon_sections_use_nothing_freed(void **state)
{
    (void)state;
    static stress_crew crew;
    begin(false);
    assert_true(signal(SIGUSR1, record_in_handler) != SIG_ERR);
    run_crew(&crew);
    while (!atomic_load(&crew.stop)) {
        for (size_t i = 0; i < RECORDERS; i++) {
            (void)pthread_kill(crew.members[i].thread, SIGUSR1);
        }
        /* A yield is not enough where threads take turns, as under valgrind. */
        (void)nanosleep(&(struct timespec){.tv_nsec = 20000}, NULL);
    }
    stress_crew_wait(&crew);
    (void)signal(SIGUSR1, SIG_DFL);
    free_all();
    expect_all_counted(&crew);
}

/* ---- a reader that sleeps -------------------------------------------------------------------- */

static atomic_bool is_asleep;

/* Holds what it has found for as long as the others run. */
static void sleep_inside(stress_member *self)
{
    char name[16];
    write_name(name, 0);
    const char *const values[] = {name};
    pml_label_query query;
    (void)pml_label_query_start(&query, &label_reader, values);
    query.hash = hash_of(0);
    uint32_t phase = pml_readers_enter();
    pml_series *series = pml_table_find(&shared.table, &query);
    atomic_store(&is_asleep, true);
    while (!atomic_load(&self->crew->stop)) {
        (void)usleep(1000);
    }
    (void)is_right(series, &query, 0);
    pml_readers_leave(phase);
}

static void sleeping_reader_delays_freeing_and_nothing_else(void **state)
{
    (void)state;
    static stress_crew sleepers;
    static stress_crew crew;
    begin(false);
    pml_lock(PML_LOCK_CHANGES);
    add(0);
    pml_unlock(PML_LOCK_CHANGES);
    atomic_store(&is_asleep, false);
    stress_crew_begin(&sleepers, 0);
    stress_crew_add(&sleepers, 1, sleep_inside, NULL, seed);
    stress_crew_go(&sleepers);
    while (!atomic_load(&is_asleep)) {
        (void)sched_yield();
    }
    run_crew(&crew);
    stress_crew_wait(&crew);
    assert_true(crew.members[RECORDERS].done > MOST_REMOVED);
    assert_int_equal(shared.freed, 0);
    assert_true(shared.removed_count > 0);
    atomic_store(&sleepers.stop, true);
    stress_crew_wait(&sleepers);
    free_all();
    expect_all_counted(&crew);
}

int main(void)
{
    seed = stress_seed();
    cpus = cpus_allowed();
    choose_recording_path();
    grace_prepare();
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(program_runs_on_path_that_it_announced),
        cmocka_unit_test(recorders_that_stay_on_their_cpus_use_nothing_freed),
        cmocka_unit_test(recorders_that_move_within_sections_use_nothing_freed),
        cmocka_unit_test(handlers_that_come_upon_sections_use_nothing_freed),
        cmocka_unit_test(sleeping_reader_delays_freeing_and_nothing_else),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
