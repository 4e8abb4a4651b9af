/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Exemplars that are written by many threads and their signal handlers in the same places, while
 * scrapes read them and the hook changes: what is shown was written as a whole, by one writer, and
 * belongs where it stands; and all recordings count.
 */
#include "support/exemplars.h"
#include "support/stress.h"

#include "series/exemplars.h"

#include <inttypes.h>
#include <signal.h>

#define SECONDS 0.3
#define RECORDERS 4

static stress_failure failure = STRESS_FAILURE_INITIALIZER;
static uint64_t seed;

static void expect_no_failure(void)
{
    if (atomic_load(&failure.is_set)) {
        fail_msg("%s", failure.why);
    }
}

/* ---- one slot -------------------------------------------------------------------------------- */

static pml_exemplar_slot slot;

/* All words of a note follow from one number; notes are of different sizes. */
static pml_exemplar_note note_of(uint64_t number)
{
    pml_exemplar_note note = {.value = (double)number, .time_ns = number};
    note.size = 8 * (number % (PML_EXEMPLAR_WORDS + 1));
    for (size_t i = 0; i < note.size / 8; i++) {
        note.labels.words[i] = number + i;
    }
    return note;
}

static void write_notes(stress_member *self)
{
    while (stress_goes_on(self) || self->done == 0) {
        pml_exemplar_note note = note_of(stress_random(&self->random) >> 12);
        self->done += pml_exemplar_write(&slot, &note) ? 1 : 0;
    }
}

static void read_notes(stress_member *self)
{
    while (stress_goes_on(self) || self->done == 0) {
        pml_exemplar_note note;
        if (!pml_exemplar_read(&slot, &note)) {
            continue;
        }
        pml_exemplar_note expected = note_of(note.time_ns);
        bool is_whole = note.value >= expected.value && note.value <= expected.value &&
                        note.size == expected.size &&
                        memcmp(&note.labels, &expected.labels, note.size) == 0;
        if (!is_whole) {
            (void)stress_fail(&failure, "a note of two writers: %" PRIu64 " and %.0f", note.time_ns,
                              note.value);
        }
        self->done++;
    }
}

static void notes_are_read_as_they_were_written(void **state)
{
    (void)state;
    static stress_crew crew;
    stress_crew_begin(&crew, stress_seconds(SECONDS));
    stress_crew_add(&crew, 3, write_notes, NULL, seed);
    stress_crew_add(&crew, 2, read_notes, NULL, seed);
    stress_crew_go(&crew);
    stress_crew_wait(&crew);
    expect_no_failure();
    uint64_t written = crew.members[0].done + crew.members[1].done + crew.members[2].done;
    assert_true(atomic_load(&slot.turn) / 8 == written);
}

/* ---- recorders, scrapes, and a hook that changes --------------------------------------------- */

static struct shared {
    promlet_registry *registry;
    promlet_counter *counter;
    promlet_histogram *histogram;
    promlet_counter_family *jobs;
} shared;

/* Two hooks, each with a context of its own, which says what it has to answer. */
static unsigned char contexts[2] = {0x11, 0x22};

static bool answer(promlet_trace_context *context, const unsigned char *ctx, unsigned char byte)
{
    if (*ctx != byte) {
        (void)stress_fail(&failure, "a hook got the context of the other");
    }
    memset(context->trace_id, byte, sizeof context->trace_id);
    memset(context->span_id, byte, sizeof context->span_id);
    context->is_sampled = true;
    return true;
}

static bool first_hook(promlet_trace_context *context, void *ctx)
{
    return answer(context, ctx, 0x11);
}

static bool second_hook(promlet_trace_context *context, void *ctx)
{
    return answer(context, ctx, 0x22);
}

static void change_hooks(stress_member *self)
{
    while (stress_goes_on(self)) {
        promlet_set_trace_context_hook(first_hook, &contexts[0]);
        (void)sched_yield();
        promlet_set_trace_context_hook(second_hook, &contexts[1]);
        (void)sched_yield();
        promlet_set_trace_context_hook(NULL, NULL);
    }
}

static void record(stress_member *self)
{
    while (stress_goes_on(self)) {
        promlet_counter_inc(shared.counter);
        promlet_histogram_observe(shared.histogram, (double)(self->done % 6));
        promlet_counter_inc_by(shared.jobs, "a");
        if (self->done % 8 == 0) {
            promlet_histogram_observe_with_exemplar(shared.histogram, 3,
                                                    PROMLET_LABEL_LIST({"by", "call"}));
        }
        self->done++;
    }
}

static bool is_expected(const pml_exemplar *shown)
{
    static const char *const texts[] = {
        "by=\"call\"",
        "trace_id=\"11111111111111111111111111111111\",span_id=\"1111111111111111\"",
        "trace_id=\"22222222222222222222222222222222\",span_id=\"2222222222222222\"",
    };
    bool is_known = shown->labels == NULL;
    for (size_t i = 0; !is_known && i < COUNT_OF(texts); i++) {
        is_known = shown->labels_size == strlen(texts[i]) &&
                   memcmp(shown->labels, texts[i], shown->labels_size) == 0;
    }
    return is_known;
}

static void look_at_histogram(const pml_snapshot_family *family)
{
    static const double begins[] = {-1, 1, 2, 4};
    static const double ends[] = {1, 2, 4, 6};
    for (size_t i = 0; i < COUNT_OF(ends); i++) {
        const pml_exemplar *shown = &family->exemplars[i];
        if (shown->labels == NULL) {
            continue;
        }
        if (!(shown->value > begins[i] && shown->value <= ends[i])) {
            (void)stress_fail(&failure, "bucket %zu has the exemplar of %f", i, shown->value);
        }
        if (family->series[0].as.histogram.counts[i] == 0) {
            (void)stress_fail(&failure, "bucket %zu is empty, but for an exemplar", i);
        }
    }
}

static void look_at_exemplars(stress_member *self)
{
    while (stress_goes_on(self)) {
        promlet_snapshot *snapshot = promlet_snapshot_take(shared.registry);
        for (size_t i = 0; i < snapshot->family_count; i++) {
            const pml_snapshot_family *family = &snapshot->families[i];
            for (size_t j = 0; j < family->series_count * family->exemplars_a_series; j++) {
                if (!is_expected(&family->exemplars[j])) {
                    (void)stress_fail(&failure, "%s: half an exemplar", family->name->bytes);
                }
            }
            if (family->shape == PML_SHAPE_HISTOGRAM) {
                look_at_histogram(family);
            }
        }
        promlet_snapshot_release(snapshot);
        self->done++;
    }
}

static void make_shared(void)
{
    shared.registry = new_registry();
    shared.counter = new_counter_with_room(shared.registry);
    shared.histogram = new_histogram_with_room(shared.registry);
    shared.jobs = keyed_counters_with_room(shared.registry);
}

static void exemplars_beside_scrapes_are_whole_and_in_their_place(void **state)
{
    (void)state;
    static stress_crew crew;
    make_shared();
    stress_crew_begin(&crew, stress_seconds(SECONDS));
    stress_crew_add(&crew, RECORDERS, record, NULL, seed);
    stress_crew_add(&crew, 1, look_at_exemplars, NULL, seed);
    stress_crew_add(&crew, 1, change_hooks, NULL, seed);
    stress_crew_go(&crew);
    stress_crew_wait(&crew);
    promlet_set_trace_context_hook(NULL, NULL);
    expect_no_failure();
    uint64_t done = 0;
    uint64_t calls = 0;
    for (size_t i = 0; i < RECORDERS; i++) {
        done += crew.members[i].done;
        calls += (crew.members[i].done + 7) / 8;
    }
    assert_true(promlet_counter_value_u64(shared.counter) == done);
    assert_true(promlet_histogram_count(shared.histogram) == done + calls);
    assert_true((uint64_t)scraped_value(shared.registry, "jobs_total{key=\"a\"}") == done);
    promlet_registry_free(shared.registry);
}

/* ---- signals --------------------------------------------------------------------------------- */

static _Atomic uint64_t handled;

static void record_in_handler(int signal)
{
    (void)signal;
    promlet_counter_add_with_exemplar(shared.counter, 1, PROMLET_LABEL_LIST({"by", "call"}));
    promlet_histogram_observe_with_exemplar(shared.histogram, 3,
                                            PROMLET_LABEL_LIST({"by", "call"}));
    atomic_fetch_add(&handled, 1);
}

/* However late one of them gets a processor, there is a signal while others record. */
static bool is_interrupted(void)
{
    return atomic_load(&handled) > 0;
}

static void keep_all_the_time(stress_member *self)
{
    while (stress_goes_on(self) || !is_interrupted()) {
        promlet_counter_add_with_exemplar(shared.counter, 1, PROMLET_LABEL_LIST({"by", "call"}));
        promlet_histogram_observe_with_exemplar(shared.histogram, 3,
                                                PROMLET_LABEL_LIST({"by", "call"}));
        self->done++;
    }
}

static void interrupt(stress_member *self)
{
    while (stress_goes_on(self) || !is_interrupted()) {
        for (size_t i = 0; i < 2; i++) {
            (void)pthread_kill(self->crew->members[i].thread, SIGUSR1);
        }
        (void)sched_yield();
    }
}

static void handlers_amid_a_write_keep_or_give_up(void **state)
{
    (void)state;
    static stress_crew crew;
    struct sigaction action = {.sa_handler = record_in_handler, .sa_flags = SA_RESTART};
    struct sigaction before;
    make_shared();
    assert_int_equal(sigaction(SIGUSR1, &action, &before), 0);
    stress_crew_begin(&crew, stress_seconds(SECONDS));
    stress_crew_add(&crew, 2, keep_all_the_time, NULL, seed);
    stress_crew_add(&crew, 1, look_at_exemplars, NULL, seed);
    stress_crew_add(&crew, 1, interrupt, NULL, seed);
    stress_crew_go(&crew);
    /* A thread that has ended can't be interrupted, so the interrupter is joined first. */
    (void)pthread_join(crew.members[3].thread, NULL);
    crew.count--;
    stress_crew_wait(&crew);
    assert_int_equal(sigaction(SIGUSR1, &before, NULL), 0);
    expect_no_failure();
    uint64_t done = crew.members[0].done + crew.members[1].done + atomic_load(&handled);
    assert_true(atomic_load(&handled) > 0);
    assert_true(promlet_counter_value_u64(shared.counter) == done);
    assert_true(promlet_histogram_count(shared.histogram) == done);
    expect_exemplar(shared.registry, (where){"c_total", "", 0}, "by=\"call\"", 1);
    promlet_registry_free(shared.registry);
}

int main(void)
{
    seed = stress_seed();
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(notes_are_read_as_they_were_written),
        cmocka_unit_test(exemplars_beside_scrapes_are_whole_and_in_their_place),
        cmocka_unit_test(handlers_amid_a_write_keep_or_give_up),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
