/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Tests of per-CPU cells by one thread: how they lie in memory, what they add up to, and where a
 * recording goes on a CPU without a cell, in a thread without an rseq area, and when the thread
 * moves to another CPU in the middle of it.
 */
#include "series/spread.h"

#include "base/stripe.h"
#include "support/cpus.h"
#include "support/recording_path.h"
#include "support/strict_text.h"

#include <promlet/hot_path.h>

#include <pthread.h>

#define LINE_PAIR 128 /* bytes that CPUs fetch together */
#define MOST_WORDS (PROMLET_HISTOGRAM_COUNTS + PROMLET_MAX_BOUNDS + 1)
#define RECORDINGS 1000

static cpu_list cpus;

static uint64_t *word_of(const struct promlet_spread *spread, size_t cell, size_t word)
{
    return (uint64_t *)(void *)(spread->cells + cell * spread->stride) + word;
}

static promlet_counter *new_spread_counter(promlet_registry *registry)
{
    promlet_counter *counter = promlet_counter_new(
        registry, &(promlet_opts){.name = "jobs_total", .cells = PROMLET_CELLS_PER_CPU});
    assert_non_null(counter->spread);
    return counter;
}

static void assert_shown(promlet_registry *registry, const char *line)
{
    char *text = promlet_registry_get_metrics(registry);
    assert_non_null(text);
    if (strstr(text, line) == NULL) {
        fail_msg("not %sbut:\n%s", line, text);
    }
    promlet_free(text);
}

/* ---- memory ---------------------------------------------------------------------------------- */

static uintptr_t pair_of(const void *address)
{
    return (uintptr_t)address / LINE_PAIR;
}

/* Every word is written and read back, so that a sanitizer sees the ends. */
static void check_layout(size_t word_count)
{
    struct promlet_spread *spread = pml_spread_new(word_count);
    assert_non_null(spread);
    assert_true(spread->cell_count >= cpus.count && spread->cell_count >= 1);
    assert_true(spread->stride >= word_count * sizeof(uint64_t));
    assert_int_equal(spread->stride % LINE_PAIR, 0);
    assert_int_equal((uintptr_t)spread->cells % LINE_PAIR, 0);
    assert_true(pair_of(spread->cells) > pair_of((const char *)(spread + 1) - 1));
    size_t end = (size_t)(spread->cells - (char *)spread) + spread->stride * spread->cell_count;
    assert_true(end <= pml_spread_bytes(word_count));
    for (size_t cell = 0; cell < spread->cell_count; cell++) {
        for (size_t word = 0; word < word_count; word++) {
            assert_true(*word_of(spread, cell, word) == 0);
            *word_of(spread, cell, word) = cell + 1;
        }
    }
    uint64_t all = (uint64_t)spread->cell_count * (spread->cell_count + 1) / 2;
    for (size_t word = 0; word < word_count; word++) {
        assert_true(pml_spread_whole(spread, word, 5) == all + 5);
    }
    for (size_t cell = 1; cell < spread->cell_count; cell++) {
        const uint64_t *last_before = word_of(spread, cell - 1, word_count - 1);
        assert_true(pair_of(word_of(spread, cell, 0)) > pair_of(last_before));
    }
    pml_spread_free(spread);
}

static void cells_of_each_size_share_no_line_with_anything(void **state)
{
    (void)state;
    for (size_t word_count = 1; word_count <= MOST_WORDS; word_count++) {
        check_layout(word_count);
    }
}

/* The words that threads write, as they come out of a registry: of several series, beside each
   other. The base cells are left out, since a spread series hardly writes to its own. */
static void cells_of_neighbouring_series_share_no_line(void **state)
{
    (void)state;
    static const double bounds[] = {1, 2, 4};
    promlet_registry *registry = new_registry();
    promlet_histogram_family *family =
        promlet_histogram_family_new(registry, &(promlet_opts){.name = "h",
                                                               .labels = {"key"},
                                                               .bounds = bounds,
                                                               .bound_count = COUNT_OF(bounds),
                                                               .cells = PROMLET_CELLS_PER_CPU});
    static const char *const keys[] = {"a", "b", "c", "d"};
    struct promlet_spread *spreads[COUNT_OF(keys)];
    for (size_t i = 0; i < COUNT_OF(keys); i++) {
        spreads[i] = promlet_histogram_with(family, keys[i])->spread;
        assert_non_null(spreads[i]);
        for (size_t j = 0; j < i; j++) {
            const char *low = spreads[i]->cells;
            const char *high = low + spreads[i]->stride * spreads[i]->cell_count - 1;
            const char *other_low = spreads[j]->cells;
            const char *other_high = other_low + spreads[j]->stride * spreads[j]->cell_count - 1;
            assert_true(pair_of(high) < pair_of(other_low) || pair_of(low) > pair_of(other_high));
        }
    }
    promlet_registry_free(registry);
}

static void cells_of_series_without_any_add_nothing(void **state)
{
    (void)state;
    struct promlet_spread *none = NULL;
    assert_null(pml_spread_of(&none));
    assert_true(pml_spread_whole(NULL, 3, 17) == 17);
    assert_true((int)pml_spread_real(NULL, 3, 17) == 17);
    pml_spread_free(NULL);
}

/* ---- sums ------------------------------------------------------------------------------------ */

/* Whole amounts are exact to 2^64-1 wherever they were added, and go round behind it. */
static void whole_amounts_in_all_cells_are_exact_to_the_last(void **state)
{
    (void)state;
    promlet_registry *registry = new_registry();
    promlet_counter *counter = new_spread_counter(registry);
    uint64_t left = UINT64_MAX;
    for (size_t i = 0; i < cpus.count; i++) {
        assert_true(cpus_move(0, cpus.numbers[i]));
        uint64_t amount = i + 1 == cpus.count ? left : left / 2 + 1;
        promlet_counter_add_u64(counter, amount);
        left -= amount;
    }
    assert_true(cpus_release(0, &cpus));
    assert_shown(registry, "\njobs_total 18446744073709551615\n");
    promlet_counter_inc(counter);
    assert_shown(registry, "\njobs_total 0\n");
    promlet_registry_free(registry);
}

static void whole_amounts_that_wrap_within_cells_are_exact(void **state)
{
    (void)state;
    promlet_registry *registry = new_registry();
    promlet_counter *counter = new_spread_counter(registry);
    struct promlet_spread *spread = counter->spread;
    for (size_t cell = 0; cell < spread->cell_count; cell++) {
        *word_of(spread, cell, PROMLET_COUNTER_WHOLE) = UINT64_MAX;
    }
    counter->whole = spread->cell_count + UINT64_C(9007199254740993);
    assert_shown(registry, "\njobs_total 9007199254740993\n");
    promlet_registry_free(registry);
}

/* Amounts that a double rounds: added on one CPU, they must be what a plain loop gives, bit by bit.
   Retried if an interrupt has sent some to the series' own cell. */
static void fractional_amounts_keep_the_precision_of_a_double(void **state)
{
    (void)state;
    promlet_registry *registry = new_registry();
    promlet_counter_family *family = promlet_counter_family_new(
        registry, &(promlet_opts){.name = "c", .labels = {"key"}, .cells = PROMLET_CELLS_PER_CPU});
    assert_true(cpus_move(0, cpus.numbers[0]));
    promlet_counter *counter;
    double expected;
    int attempt = 0;
    do {
        char key[16];
        (void)snprintf(key, sizeof key, "%d", attempt++);
        counter = promlet_counter_with(family, key);
        expected = 0;
        double amount = 0.1;
        for (int i = 0; i < RECORDINGS; i++) {
            promlet_counter_add(counter, amount);
            expected += amount;
            amount *= 1.01;
            amount = amount > 1e6 ? 1e-9 : amount;
        }
    } while (counter->fraction != 0 && attempt < 100);
    assert_true(cpus_release(0, &cpus));
    uint64_t words[2];
    words[1] = promlet_hot_bits(pml_spread_real(counter->spread, PROMLET_COUNTER_FRACTION, 0));
    words[0] = promlet_hot_bits(expected);
    assert_true(words[0] == words[1]);
    promlet_registry_free(registry);
}

/* The sum begins with the series' own cell and goes through the cells in order, every time. */
static void fractional_amounts_of_cells_are_added_in_their_order(void **state)
{
    (void)state;
    struct promlet_spread *spread = pml_spread_new(2);
    assert_non_null(spread);
    double expected = 0.7;
    for (size_t cell = 0; cell < spread->cell_count; cell++) {
        double part = 0.1 / (double)(cell + 1);
        *word_of(spread, cell, 1) = promlet_hot_bits(part);
        expected += part;
    }
    double sum = pml_spread_real(spread, 1, 0.7);
    assert_true(promlet_hot_bits(sum) == promlet_hot_bits(expected));
    pml_spread_free(spread);
}

/* ---- where a recording goes ------------------------------------------------------------------ */

/* A counter whose spread has only so many cells, as if the system had got more CPUs since. */
struct short_counter {
    struct promlet_counter counter;
    struct promlet_spread spread;
    _Alignas(LINE_PAIR) uint64_t cells[CPUS_MOST][LINE_PAIR / sizeof(uint64_t)];
};

static struct short_counter *new_short_counter(uint32_t cell_count)
{
    static struct short_counter self;
    memset(&self, 0, sizeof self);
    self.spread.cells = (char *)self.cells;
    self.spread.stride = LINE_PAIR;
    self.spread.rseq_offset = is_path_restartable() ? pml_rseq_offset() : 0;
    self.spread.cell_count = cell_count;
    self.counter.spread = &self.spread;
    return &self;
}

static void record_on(struct short_counter *self)
{
    for (int i = 0; i < RECORDINGS; i++) {
        promlet_counter_inc(&self->counter);
        promlet_counter_add(&self->counter, 0.5);
    }
}

static uint64_t halves(uint64_t bits)
{
    return (uint64_t)(promlet_hot_double(bits) * 2);
}

static uint64_t whole_in_cells(const struct short_counter *self)
{
    return pml_spread_whole(&self->spread, PROMLET_COUNTER_WHOLE, 0);
}

static uint64_t halves_in_cells(const struct short_counter *self)
{
    return (uint64_t)(pml_spread_real(&self->spread, PROMLET_COUNTER_FRACTION, 0) * 2);
}

static void assert_nothing_beyond_cells(const struct short_counter *self)
{
    const uint64_t *word = &self->cells[self->spread.cell_count][0];
    while (word < &self->cells[CPUS_MOST - 1][0]) {
        assert_true(*word++ == 0);
    }
}

/* With restartable sequences all goes to the series' own cell; atomic additions may meet in any. */
static void recording_on_cpu_without_cell_goes_to_base(void **state)
{
    (void)state;
    size_t cpu = cpus.numbers[cpus.count - 1];
    if (cpu == 0 && !is_path_restartable()) {
        print_message("SKIPPED: with CPU 0 alone there is always a cell\n");
        skip();
    }
    struct short_counter *self = new_short_counter((uint32_t)cpu);
    assert_true(cpus_move(0, cpu));
    record_on(self);
    assert_true(cpus_release(0, &cpus));
    if (is_path_restartable()) {
        assert_int_equal(self->counter.whole, RECORDINGS);
        assert_int_equal(halves(self->counter.fraction), RECORDINGS);
        assert_int_equal(whole_in_cells(self), 0);
        assert_int_equal(halves_in_cells(self), 0);
    } else {
        assert_int_equal(self->counter.whole, 0);
        assert_int_equal(whole_in_cells(self), RECORDINGS);
        assert_int_equal(halves_in_cells(self), RECORDINGS);
    }
    assert_nothing_beyond_cells(self);
}

static void recording_on_last_cpu_with_cell_goes_there(void **state)
{
    (void)state;
    size_t cpu = cpus.numbers[cpus.count - 1];
    struct short_counter *self = new_short_counter((uint32_t)(cpu + 1));
    assert_true(cpus_move(0, cpu));
    record_on(self);
    assert_true(cpus_release(0, &cpus));
    uint64_t whole =
        is_path_restartable() ? self->cells[cpu][PROMLET_COUNTER_WHOLE] : whole_in_cells(self);
    assert_int_equal(whole + self->counter.whole, RECORDINGS);
    assert_int_equal(halves_in_cells(self) + halves(self->counter.fraction), RECORDINGS);
    assert_true(whole > RECORDINGS / 2);
    assert_nothing_beyond_cells(self);
}

/* Never made by promlet, but it must not matter to restartable sequences either. */
static void recording_with_no_cell_at_all_goes_to_base(void **state)
{
    (void)state;
    if (!is_path_restartable()) {
        print_message("SKIPPED: atomic additions need a cell, and always have one\n");
        skip();
    }
    struct short_counter *self = new_short_counter(0);
    record_on(self);
    assert_int_equal(self->counter.whole, RECORDINGS);
    assert_int_equal(halves(self->counter.fraction), RECORDINGS);
    assert_nothing_beyond_cells(self);
}

/* ---- a thread without an rseq area ----------------------------------------------------------- */

struct unregistered {
    promlet_counter *counter;
    bool is_unregistered;
};

static void *record_without_area(void *ctx)
{
    struct unregistered *self = ctx;
    self->is_unregistered = unregister_rseq_area();
    for (int i = 0; i < RECORDINGS; i++) {
        promlet_counter_inc(self->counter);
        promlet_counter_add(self->counter, 0.5);
    }
    return NULL;
}

static void recording_in_thread_without_rseq_area_is_exact(void **state)
{
    (void)state;
    promlet_registry *registry = new_registry();
    struct unregistered self = {new_spread_counter(registry), false};
    pthread_t thread;
    assert_int_equal(pthread_create(&thread, NULL, record_without_area, &self), 0);
    assert_int_equal(pthread_join(thread, NULL), 0);
    assert_true((int)scraped_value(registry, "jobs_total") == RECORDINGS + RECORDINGS / 2);
    if (!self.is_unregistered) {
        print_message("SKIPPED: the thread could not take its rseq area back\n");
    } else if (is_path_restartable()) {
        assert_int_equal(self.counter->whole, RECORDINGS);
        assert_int_equal(halves(self.counter->fraction), RECORDINGS);
    }
    promlet_registry_free(registry);
    if (!self.is_unregistered) {
        skip();
    }
}

/* ---- a thread that moves between sum and bucket ---------------------------------------------- */

static long double shown(promlet_registry *registry, const char *key)
{
    char *text = promlet_registry_get_metrics(registry);
    assert_non_null(text);
    strict_verdict verdict;
    if (!strict_is_well_formed(text, &verdict) || !strict_sums_fit(text, RECORDINGS, &verdict)) {
        fail_msg("%s", verdict.why);
    }
    long double value = strict_value(text, key);
    promlet_free(text);
    return value;
}

/* The two steps of promlet_histogram_observe(), on two CPUs, with a scrape between them. */
static void observation_on_two_cpus_never_shows_count_without_its_sum(void **state)
{
    (void)state;
    if (cpus.count < 2) {
        print_message("SKIPPED: only one CPU\n");
        skip();
    }
    promlet_registry *registry = new_registry();
    promlet_histogram *ones = promlet_histogram_new(
        registry,
        &(promlet_opts){.name = "ones", PROMLET_BOUNDS(1), .cells = PROMLET_CELLS_PER_CPU});
    for (int i = 0; i < 100; i++) {
        assert_true(cpus_move(0, cpus.numbers[i % 2]));
        promlet_hot_add_real(ones->spread, PROMLET_HISTOGRAM_SUM, &ones->sum, 1);
        assert_int_equal((int)shown(registry, "ones_sum"), i + 1);
        assert_int_equal((int)shown(registry, "ones_count"), i);
        assert_true(cpus_move(0, cpus.numbers[1 - i % 2]));
        promlet_hot_add_whole(ones->spread, PROMLET_HISTOGRAM_COUNTS, &ones->buckets[0], 1);
        assert_int_equal((int)shown(registry, "ones_count"), i + 1);
        assert_int_equal((int)shown(registry, "ones_bucket{le=\"1.0\"}"), i + 1);
    }
    assert_true(cpus_release(0, &cpus));
    promlet_registry_free(registry);
}

int main(void)
{
    cpus = cpus_allowed();
    choose_recording_path();
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(program_runs_on_path_that_it_announced),
        cmocka_unit_test(cells_of_each_size_share_no_line_with_anything),
        cmocka_unit_test(cells_of_neighbouring_series_share_no_line),
        cmocka_unit_test(cells_of_series_without_any_add_nothing),
        cmocka_unit_test(whole_amounts_in_all_cells_are_exact_to_the_last),
        cmocka_unit_test(whole_amounts_that_wrap_within_cells_are_exact),
        cmocka_unit_test(fractional_amounts_keep_the_precision_of_a_double),
        cmocka_unit_test(fractional_amounts_of_cells_are_added_in_their_order),
        cmocka_unit_test(recording_on_cpu_without_cell_goes_to_base),
        cmocka_unit_test(recording_on_last_cpu_with_cell_goes_there),
        cmocka_unit_test(recording_with_no_cell_at_all_goes_to_base),
        cmocka_unit_test(recording_in_thread_without_rseq_area_is_exact),
        cmocka_unit_test(observation_on_two_cpus_never_shows_count_without_its_sum),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
