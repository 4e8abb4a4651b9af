/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Threads and a signal handler record on histograms with native buckets while scrapes halve their
 * resolution and start them again. Every snapshot is consistent; in the end every value is in its
 * bucket, and over all lives of a histogram that was reset nothing is lost or counted twice.
 */
#include "support/natives.h"
#include "support/recording_path.h"
#include "support/stress.h"

#include "record/native.h"

#include <errno.h>
#include <signal.h>

#define RECORDERS 6
#define BATCH 64
#define OCTAVES 600
#define MOST_SECONDS 60 /* until a scrape has met a reset */

/* Values are powers of 2, so that their sums are exact as long as few are large. */
#define SMALL_OCTAVES 30

/* The most that observations of all recorders and of the handlers in them can stand for which are
   between their two words when a scrape resets. */
#define AMONG_LIVES (2.0 * RECORDERS * (1 << (SMALL_OCTAVES - 1)))

static uint64_t seed;

static struct shared {
    promlet_registry *registry;
    promlet_histogram *lasting; /* values of all sizes, each counted in tally */
    promlet_histogram *resettable;
    _Atomic uint64_t tally[OCTAVES];
    _Atomic uint64_t small_count;
    _Atomic uint64_t small_sum;
    _Atomic uint64_t range; /* of the exponents that are in use, which grows */
    _Atomic uint64_t handled;
    _Atomic uint64_t errno_changes;
} shared;

static void record_one(uint64_t random)
{
    uint64_t exponent = random % atomic_load(&shared.range);
    promlet_histogram_observe(shared.lasting, ldexp(1, (int)exponent - OCTAVES / 2));
    atomic_fetch_add(&shared.tally[exponent], 1);
    uint64_t small = (random >> 32) % SMALL_OCTAVES;
    promlet_histogram_observe(shared.resettable, ldexp(1, (int)small));
    atomic_fetch_add(&shared.small_count, 1);
    atomic_fetch_add(&shared.small_sum, UINT64_C(1) << small);
}

static void record_in_handler(int number)
{
    (void)number;
    int before = errno;
    uint64_t random = atomic_fetch_add(&shared.handled, 1);
    record_one(stress_random(&random));
    atomic_fetch_add(&shared.errno_changes, errno != before);
}

static void keep_recording(stress_member *self)
{
    while (stress_goes_on(self)) {
        for (int i = 0; i < BATCH; i++) {
            record_one(stress_random(&self->random));
        }
        if (self->number == 0) {
            uint64_t range = atomic_load(&shared.range);
            atomic_store(&shared.range, range < OCTAVES ? range + 1 : range);
        }
        (void)pthread_kill(self->crew->members[stress_random(&self->random) % RECORDERS].thread,
                           SIGUSR1);
    }
}

/* ---- scraping -------------------------------------------------------------------------------- */

/* What the histogram that is reset has shown in the lives that are over, and now. */
static struct lives {
    uint64_t reset_ns;
    uint64_t count;
    double sum;
    uint64_t shown;
    double shown_sum;
    int resets;
} lives;

static double least_sum(const native_view *view)
{
    double sum = 0;
    const pml_native_side *side = &view->native->positive;
    int32_t index = 0;
    for (size_t i = 0, at = 0; i < side->span_count; i++) {
        index += side->spans[i].offset;
        for (uint32_t j = 0; j < side->spans[i].length; j++, index++, at++) {
            sum += (double)side->counts[at] * exp2(ldexp(index - 1, -view->native->schema));
        }
    }
    return sum;
}

/* missing: how much of the sum may be in that of an earlier life. */
static void check_view(const native_view *view, double missing)
{
    const char *fault = native_fault(view);
    bool is_short = view->sum + missing < least_sum(view);
    fault = fault == NULL && is_short ? "a count without its value" : fault;
    if (fault != NULL) {
        fail_msg("%s", fault);
    }
}

static void scrape_once(uint64_t *lasting_count)
{
    promlet_snapshot *snapshot = promlet_snapshot_take(shared.registry);
    assert_non_null(snapshot);
    native_view lasting = view_of(snapshot, "lasting", 0);
    native_view resettable = view_of(snapshot, "resettable", 0);
    check_view(&lasting, 0);
    check_view(&resettable, lives.resets > 0 ? AMONG_LIVES : 0);
    assert_true(native_count(lasting.native) >= *lasting_count);
    *lasting_count = native_count(lasting.native);
    lives.shown = native_count(resettable.native);
    lives.shown_sum = resettable.sum;
    uint64_t reset_ns = pml_native_of(shared.resettable)->reset_ns;
    if (reset_ns != lives.reset_ns) { /* it has started again behind this snapshot */
        lives.reset_ns = reset_ns;
        lives.count += lives.shown;
        lives.sum += lives.shown_sum;
        lives.shown = 0;
        lives.shown_sum = 0;
        lives.resets++;
    }
    promlet_snapshot_release(snapshot);
}

static void expect_tally(void)
{
    native_view view = view_histogram(shared.registry, "lasting");
    unsigned shift = (unsigned)(PML_NATIVE_FINEST - view.native->schema);
    for (int exponent = 0; exponent < OCTAVES; exponent++) {
        int32_t index = pml_native_coarser((exponent - OCTAVES / 2) * PML_OCTAVE_PARTS, shift);
        uint64_t expected = 0;
        for (int other = 0; other < OCTAVES; other++) {
            int32_t same = pml_native_coarser((other - OCTAVES / 2) * PML_OCTAVE_PARTS, shift);
            bool is_zero = ldexp(1, other - OCTAVES / 2) <= view.native->zero_threshold;
            expected += same == index && !is_zero ? atomic_load(&shared.tally[other]) : 0;
        }
        assert_int_equal(side_at(&view.native->positive, index), expected);
    }
    close_view(&view);
}

static promlet_histogram *declare_one(const char *name, promlet_cells cells, double reset_seconds)
{
    return promlet_histogram_new(shared.registry,
                                 &(promlet_opts){.name = name,
                                                 .help = "Values.",
                                                 .cells = cells,
                                                 .native_factor = 1.1,
                                                 .native_max_buckets = reset_seconds > 0 ? 20 : 160,
                                                 .native_min_reset_seconds = reset_seconds});
}

static void run_with_cells(promlet_cells cells)
{
    static stress_crew crew;
    memset(&shared, 0, sizeof shared);
    memset(&lives, 0, sizeof lives);
    shared.registry = new_registry();
    atomic_store(&shared.range, 1);
    shared.lasting = declare_one("lasting", cells, 0);
    shared.resettable = declare_one("resettable", cells, 1e-3);
    lives.reset_ns = pml_native_of(shared.resettable)->reset_ns;
    stress_crew_begin(&crew, MOST_SECONDS);
    stress_crew_add(&crew, RECORDERS, keep_recording, NULL, seed);
    stress_crew_go(&crew);
    double end = stress_now() + stress_seconds(1);
    uint64_t lasting_count = 0;
    while (stress_now() < end || (lives.resets == 0 && stress_now() < crew.deadline)) {
        scrape_once(&lasting_count);
    }
    atomic_store(&crew.stop, true);
    stress_crew_wait(&crew);
    scrape_once(&lasting_count);
    assert_int_equal(lives.count + lives.shown, atomic_load(&shared.small_count));
    /* A value that came while a scrape read may be in the sum of two lives. */
    assert_true(lives.sum + lives.shown_sum >= (double)atomic_load(&shared.small_sum));
    assert_true(lives.resets > 0);
    assert_int_equal(atomic_load(&shared.errno_changes), 0);
    expect_tally();
    printf("%d resets, %" PRIu64 " signals, %zu tables\n", lives.resets,
           atomic_load(&shared.handled), pml_native_of(shared.lasting)->table_count);
    promlet_registry_free(shared.registry);
}

static void shared_cells_lose_nothing_by_halving_and_reset(void **state)
{
    (void)state;
    run_with_cells(PROMLET_CELLS_SHARED);
}

static void cells_of_cpus_lose_nothing_by_halving_and_reset(void **state)
{
    (void)state;
    run_with_cells(PROMLET_CELLS_PER_CPU);
}

int main(void)
{
    choose_recording_path();
    seed = stress_seed();
    struct sigaction action = {.sa_handler = record_in_handler};
    (void)sigaction(SIGUSR1, &action, NULL);
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(program_runs_on_path_that_it_announced),
        cmocka_unit_test(shared_cells_lose_nothing_by_halving_and_reset),
        cmocka_unit_test(cells_of_cpus_lose_nothing_by_halving_and_reset),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
