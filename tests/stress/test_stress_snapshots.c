/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Many threads that take, share, read and give back snapshots, also while their registry is freed:
 * a snapshot holds all that was recorded before it was asked for, and stays as it is.
 */
#include "support/expect.h"
#include "support/stress.h"
#include "support/strict_text.h"

#define SCRAPERS 8
#define READERS 6 /* the one who frees included */

static uint64_t seed;
static stress_failure failure = STRESS_FAILURE_INITIALIZER;

static void fail_if_set(void)
{
    if (atomic_load(&failure.is_set)) {
        fail_msg("%s", failure.why);
    }
}

static struct shared {
    promlet_registry *registry;
    promlet_counter *counter;
    _Atomic uint64_t recorded; /* calls of promlet_counter_inc() that have returned */
    _Atomic uint64_t begun;    /* calls that may have begun */
    atomic_int without_turn;   /* scrapers that have not yet got a snapshot */
} shared;

static void keep_recording(stress_member *self)
{
    while (!atomic_load(&self->crew->stop)) {
        atomic_fetch_add(&shared.begun, 1);
        promlet_counter_inc(shared.counter);
        atomic_fetch_add(&shared.recorded, 1);
    }
}

/* A shared snapshot may not be older than the question: what had returned before must be there, and
   nothing that began after the answer. All press on until each has had its turn. */
static void take_and_compare(stress_member *self)
{
    char text[256];
    while ((stress_goes_on(self) || atomic_load(&shared.without_turn) > 0) &&
           !atomic_load(&failure.is_set)) {
        uint64_t before = atomic_load(&shared.recorded);
        promlet_snapshot *snapshot = promlet_snapshot_take(shared.registry);
        uint64_t after = atomic_load(&shared.begun);
        if (promlet_snapshot_copy(snapshot, PROMLET_FORMAT_TEXT_0_0_4_EOF, text, sizeof text,
                                  NULL) != PROMLET_OK) {
            stress_fail(&failure, "copy: %s", promlet_last_error());
        }
        uint64_t value = (uint64_t)strict_value(text, "jobs_total");
        if (value < before || value > after) {
            stress_fail(&failure, "%" PRIu64 " is not within %" PRIu64 " and %" PRIu64, value,
                        before, after);
        }
        promlet_snapshot_release(snapshot);
        atomic_fetch_sub(&shared.without_turn, self->done == 0);
        self->done++;
    }
}

static void snapshot_shared_by_scrapers_is_never_older_than_their_question(void **state)
{
    (void)state;
    static stress_crew scrapers;
    static stress_crew recorders;
    shared.registry = new_registry();
    shared.counter = promlet_counter_new(shared.registry, &(promlet_opts){.name = "jobs_total"});
    atomic_store(&shared.without_turn, SCRAPERS);
    double seconds = stress_seconds(1);
    stress_crew_begin(&recorders, seconds);
    stress_crew_begin(&scrapers, seconds);
    stress_crew_add(&recorders, 1, keep_recording, NULL, seed);
    stress_crew_add(&scrapers, SCRAPERS, take_and_compare, NULL, seed);
    stress_crew_go(&recorders);
    stress_crew_go(&scrapers);
    stress_crew_wait(&scrapers);
    atomic_store(&recorders.stop, true);
    stress_crew_wait(&recorders);
    fail_if_set();
    uint64_t scrapes = 0;
    for (size_t i = 0; i < SCRAPERS; i++) {
        assert_true(scrapers.members[i].done > 0);
        scrapes += scrapers.members[i].done;
    }
    print_message("%" PRIu64 " snapshots\n", scrapes);
    promlet_registry_free(shared.registry);
}

/* ---- snapshots that outlive their registry --------------------------------------------------- */

static const char expected[] = "# HELP jobs_total Jobs \\\\ done.\n"
                               "# TYPE jobs_total counter\n"
                               "jobs_total{queue=\"a\"} 3\n"
                               "# TYPE ones histogram\n"
                               "ones_bucket{le=\"1.0\"} 1\n"
                               "ones_bucket{le=\"+Inf\"} 2\n"
                               "ones_sum 4\n"
                               "ones_count 2\n"
                               "# EOF\n";

struct round {
    pthread_barrier_t barrier;
    promlet_registry *registry;
    promlet_snapshot *snapshot;
    bool has_ended;
};

static void read_snapshot(promlet_snapshot *snapshot)
{
    char *text = promlet_snapshot_string(snapshot, PROMLET_FORMAT_TEXT_0_0_4_EOF, NULL);
    if (text == NULL || strcmp(text, expected) != 0) {
        stress_fail(&failure, "read: %s", text == NULL ? promlet_last_error() : text);
    }
    promlet_free(text);
}

/* The first member changes the registry once more and frees it, while each of the others reads its
   share of the snapshot and gives it back. */
static void use_and_free_registry(const struct round *round)
{
    promlet_counter_inc(
        promlet_counter_new(round->registry, &(promlet_opts){.name = "late_total"}));
    promlet_registry_free(round->registry);
}

static void read_and_give_back(const struct round *round)
{
    read_snapshot(round->snapshot);
    promlet_snapshot *again = promlet_snapshot_retain(round->snapshot);
    promlet_snapshot_release(round->snapshot);
    read_snapshot(again);
    promlet_snapshot_release(again);
}

static void read_while_freed(stress_member *self)
{
    struct round *round = self->ctx;
    for (;;) {
        (void)pthread_barrier_wait(&round->barrier);
        if (round->has_ended) {
            return;
        }
        if (self->number == 0) {
            use_and_free_registry(round);
        } else {
            read_and_give_back(round);
        }
        (void)pthread_barrier_wait(&round->barrier);
    }
}

static void begin_round(struct round *round)
{
    round->registry = new_registry();
    promlet_counter_family *jobs = promlet_counter_family_new(
        round->registry,
        &(promlet_opts){.name = "jobs_total", .help = "Jobs \\ done.", .labels = {"queue"}});
    promlet_counter_add_u64(promlet_counter_with(jobs, "a"), 3);
    promlet_histogram *ones =
        promlet_histogram_new(round->registry, &(promlet_opts){.name = "ones", PROMLET_BOUNDS(1)});
    promlet_histogram_observe(ones, 1);
    promlet_histogram_observe(ones, 3);
    round->snapshot = promlet_snapshot_take(round->registry);
    assert_non_null(round->snapshot);
    for (size_t i = 1; i < READERS - 1; i++) {
        assert_ptr_equal(promlet_snapshot_retain(round->snapshot), round->snapshot);
    }
    /* Not part of the snapshot any more. */
    promlet_counter_inc(promlet_counter_with(jobs, "b"));
    promlet_histogram_observe(ones, 1);
}

static void snapshot_retained_while_registry_is_freed_stays_readable(void **state)
{
    (void)state;
    static stress_crew crew;
    static struct round round;
    assert_int_equal(pthread_barrier_init(&round.barrier, NULL, READERS + 1), 0);
    stress_crew_begin(&crew, stress_seconds(0.5));
    stress_crew_add(&crew, READERS, read_while_freed, &round, seed);
    stress_crew_go(&crew);
    uint64_t rounds = 0;
    do {
        begin_round(&round);
        (void)pthread_barrier_wait(&round.barrier);
        (void)pthread_barrier_wait(&round.barrier);
        rounds++;
    } while (stress_now() < crew.deadline && !atomic_load(&failure.is_set));
    round.has_ended = true;
    (void)pthread_barrier_wait(&round.barrier);
    stress_crew_wait(&crew);
    (void)pthread_barrier_destroy(&round.barrier);
    fail_if_set();
    print_message("%" PRIu64 " rounds\n", rounds);
}

int main(void)
{
    seed = stress_seed();
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(snapshot_shared_by_scrapers_is_never_older_than_their_question),
        cmocka_unit_test(snapshot_retained_while_registry_is_freed_stays_readable),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
