/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Eight threads that create the same things at the same moment, round after round: the same label
 * values give one series, the limit of series keeps the total, the same declaration gives the same
 * handle.
 */
#include "support/expect.h"
#include "support/stress.h"
#include "support/strict_text.h"

#define THREADS 8
#define LABEL_SETS 40
#define LIMIT 10

static uint64_t seed;

static struct round {
    pthread_barrier_t barrier;
    promlet_registry *registry;
    promlet_counter_family *family;
    promlet_counter *handles[THREADS][LABEL_SETS];
    bool has_ended;
} shared;

/* Each member works through the rounds in step with the main thread: it waits for a round to begin,
   and for all to have done it. */
static void work_in_rounds(stress_member *self, void (*work)(stress_member *self))
{
    for (;;) {
        (void)pthread_barrier_wait(&shared.barrier);
        if (shared.has_ended) {
            return;
        }
        work(self);
        (void)pthread_barrier_wait(&shared.barrier);
    }
}

static void run_rounds(void (*run)(stress_member *), void (*check)(void), size_t max_series)
{
    static stress_crew crew;
    assert_int_equal(pthread_barrier_init(&shared.barrier, NULL, THREADS + 1), 0);
    shared.has_ended = false;
    double seconds = stress_seconds(0.5);
    stress_crew_begin(&crew, seconds);
    stress_crew_add(&crew, THREADS, run, NULL, seed);
    stress_crew_go(&crew);
    uint64_t rounds = 0;
    do {
        shared.registry = new_registry();
        shared.family = max_series == 0
                            ? NULL
                            : promlet_counter_family_new(shared.registry,
                                                         &(promlet_opts){.name = "c_total",
                                                                         .labels = {"a", "b"},
                                                                         .max_series = max_series});
        (void)pthread_barrier_wait(&shared.barrier);
        (void)pthread_barrier_wait(&shared.barrier);
        check();
        expect_status(shared.registry, PROMLET_OK, "");
        promlet_registry_free(shared.registry);
        rounds++;
    } while (stress_now() < crew.deadline);
    shared.has_ended = true;
    (void)pthread_barrier_wait(&shared.barrier);
    stress_crew_wait(&crew);
    (void)pthread_barrier_destroy(&shared.barrier);
    print_message("%" PRIu64 " rounds\n", rounds);
}

static void create_label_sets(stress_member *self)
{
    /* Half the threads go the other way round. */
    for (size_t i = 0; i < LABEL_SETS; i++) {
        size_t at = self->number % 2 == 0 ? i : LABEL_SETS - 1 - i;
        char value[16];
        (void)snprintf(value, sizeof value, "%02zu", at);
        shared.handles[self->number][at] = promlet_counter_with(shared.family, "x", value);
        promlet_counter_inc(shared.handles[self->number][at]);
    }
}

static void run_label_sets(stress_member *self)
{
    work_in_rounds(self, create_label_sets);
}

static void check_one_series_each(void)
{
    for (size_t i = 0; i < LABEL_SETS; i++) {
        for (size_t thread = 1; thread < THREADS; thread++) {
            assert_ptr_equal(shared.handles[thread][i], shared.handles[0][i]);
        }
    }
    char *text = promlet_registry_get_metrics(shared.registry);
    strict_verdict verdict;
    if (!strict_is_well_formed(text, &verdict)) {
        fail_msg("%s", verdict.why);
    }
    strict_reader reader = {.at = text};
    strict_sample sample;
    size_t count = 0;
    while (strict_next_sample(&reader, &sample)) {
        assert_int_equal((int)sample.value, THREADS);
        count++;
    }
    assert_int_equal(count, LABEL_SETS);
    promlet_free(text);
}

static void check_limit(void)
{
    char *text = promlet_registry_get_metrics(shared.registry);
    strict_verdict verdict;
    if (!strict_is_well_formed(text, &verdict)) {
        fail_msg("%s", verdict.why);
    }
    size_t series_count;
    assert_true((int)strict_total(text, "c_total", &series_count) == THREADS * LABEL_SETS);
    assert_int_equal(series_count, LIMIT + 1);
    /* Each look-up of a set that found no place counts once; the sets with a place never do. */
    int overflow = (int)strict_value(text, "c_total{otel_metric_overflow=\"true\"}");
    assert_int_equal(overflow, THREADS * (LABEL_SETS - LIMIT));
    assert_true((int)strict_value(text, "promlet_series_overflow_total{family=\"c_total\"}") ==
                overflow);
    promlet_free(text);
}

static void declare_the_same(stress_member *self)
{
    for (size_t i = 0; i < LABEL_SETS; i++) {
        char name[16];
        (void)snprintf(name, sizeof name, "c%02zu_total", i);
        promlet_opts options = {.name = name, .help = "Declared by all.", .unit = ""};
        shared.handles[self->number][i] = promlet_counter_new(shared.registry, &options);
        promlet_counter_inc(shared.handles[self->number][i]);
    }
}

static void run_declarations(stress_member *self)
{
    work_in_rounds(self, declare_the_same);
}

static void creation_of_same_label_sets_by_threads_gives_one_series_each(void **state)
{
    (void)state;
    run_rounds(run_label_sets, check_one_series_each, LABEL_SETS);
}

static void creation_at_limit_by_threads_keeps_total(void **state)
{
    (void)state;
    run_rounds(run_label_sets, check_limit, LIMIT);
}

static void same_declaration_by_threads_gives_same_handle(void **state)
{
    (void)state;
    run_rounds(run_declarations, check_one_series_each, 0);
}

/* ---- the first error ------------------------------------------------------------------------- */

static void declare_wrongly(stress_member *self)
{
    char name[16];
    (void)snprintf(name, sizeof name, "%zu", self->number);
    (void)promlet_gauge_new(shared.registry, &(promlet_opts){.name = name});
}

static void run_wrong_declarations(stress_member *self)
{
    work_in_rounds(self, declare_wrongly);
}

/* Who sees the status sees the sentence that belongs to it, whole. */
static void watch_status(stress_member *self)
{
    stress_failure *failure = self->ctx;
    for (;;) {
        (void)pthread_barrier_wait(&shared.barrier);
        if (shared.has_ended) {
            return;
        }
        const char *why = "";
        while (promlet_registry_status(shared.registry, &why) == PROMLET_OK) {
            (void)sched_yield();
        }
        if (strcmp(why + 1, ": a metric's name must be [a-zA-Z_:][a-zA-Z0-9_:]*") != 0) {
            stress_fail(failure, "the sentence was \"%s\"", why);
        }
        (void)pthread_barrier_wait(&shared.barrier);
    }
}

static void first_error_of_threads_is_published_whole(void **state)
{
    (void)state;
    static stress_crew crew;
    static stress_failure failure = STRESS_FAILURE_INITIALIZER;
    assert_int_equal(pthread_barrier_init(&shared.barrier, NULL, 5), 0);
    shared.has_ended = false;
    stress_crew_begin(&crew, stress_seconds(0.3));
    stress_crew_add(&crew, 2, run_wrong_declarations, NULL, seed);
    stress_crew_add(&crew, 2, watch_status, &failure, seed);
    stress_crew_go(&crew);
    do {
        shared.registry = new_registry();
        (void)pthread_barrier_wait(&shared.barrier);
        (void)pthread_barrier_wait(&shared.barrier);
        promlet_registry_free(shared.registry);
    } while (stress_now() < crew.deadline);
    shared.has_ended = true;
    (void)pthread_barrier_wait(&shared.barrier);
    stress_crew_wait(&crew);
    (void)pthread_barrier_destroy(&shared.barrier);
    if (atomic_load(&failure.is_set)) {
        fail_msg("%s", failure.why);
    }
}

int main(void)
{
    seed = stress_seed();
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(creation_of_same_label_sets_by_threads_gives_one_series_each),
        cmocka_unit_test(creation_at_limit_by_threads_keeps_total),
        cmocka_unit_test(same_declaration_by_threads_gives_same_handle),
        cmocka_unit_test(first_error_of_threads_is_published_whole),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
