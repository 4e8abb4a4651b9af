/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Tests of the choice between the two recording paths. The first choice stays for the life of a
 * process, so each case makes it in a child of its own.
 */
#include "support/recording_path.h"

#include "base/stripe.h"
#include "support/hang.h"

#include <promlet/section.h>

#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <sys/wait.h>
#include <unistd.h>

#define THREADS 8

#define OTHER_IN_USE                                                                               \
    "recording path: the other one is in use; choose before anyone asks for it, and before the "   \
    "first metric with labels, scrape and server"
#define NOT_HERE "recording path: this system has no restartable sequences"

/* The one that a child chooses when nobody has asked for another. */
static promlet_recording_path best;

/* The number that tells a failing check of a child from the others, or 0. */
#define CHECK(condition)                                                                           \
    do {                                                                                           \
        if (!(condition)) {                                                                        \
            return __LINE__;                                                                       \
        }                                                                                          \
    } while (false)

static void assert_in_child(int (*run)(void))
{
    (void)fflush(stdout);
    int ends[2];
    assert_int_equal(pipe(ends), 0);
    pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        end_hang_after(60);
        int line = run();
        _exit(write(ends[1], &line, sizeof line) == (ssize_t)sizeof line ? 0 : 1);
    }
    int line = -1;
    (void)close(ends[1]);
    ssize_t size = read(ends[0], &line, sizeof line);
    (void)close(ends[0]);
    int status = 0;
    assert_true(waitpid(child, &status, 0) == child);
    if (size != (ssize_t)sizeof line || line != 0 || status != 0) {
        fail_msg("the child ended with status 0x%x at line %d", (unsigned)status, line);
    }
}

static bool is_refused(promlet_recording_path path, const char *sentence)
{
    return promlet_set_recording_path(path) == PROMLET_ERROR_ARGUMENT &&
           strcmp(promlet_last_error(), sentence) == 0;
}

/* ---- the choice ------------------------------------------------------------------------------ */

static int ask_first(void)
{
    CHECK(promlet_get_recording_path() == best);
    CHECK(promlet_set_recording_path(best) == PROMLET_OK);
    if (best == PROMLET_PATH_RESTARTABLE) {
        CHECK(is_refused(PROMLET_PATH_ATOMIC, OTHER_IN_USE));
    } else {
        CHECK(is_refused(PROMLET_PATH_RESTARTABLE, NOT_HERE));
    }
    CHECK(promlet_get_recording_path() == best);
    return 0;
}

static void path_that_was_asked_for_is_settled(void **state)
{
    (void)state;
    assert_in_child(ask_first);
}

static int choose_atomic(void)
{
    CHECK(promlet_set_recording_path(PROMLET_PATH_ATOMIC) == PROMLET_OK);
    CHECK(promlet_get_recording_path() == PROMLET_PATH_ATOMIC);
    CHECK(promlet_set_recording_path(PROMLET_PATH_ATOMIC) == PROMLET_OK);
    CHECK(is_refused(PROMLET_PATH_RESTARTABLE,
                     best == PROMLET_PATH_RESTARTABLE ? OTHER_IN_USE : NOT_HERE));
    CHECK(promlet_get_recording_path() == PROMLET_PATH_ATOMIC);
    return 0;
}

static void path_set_to_atomic_stays(void **state)
{
    (void)state;
    assert_in_child(choose_atomic);
}

static int choose_what_is_none(void)
{
    CHECK(promlet_set_recording_path((promlet_recording_path)7) == PROMLET_ERROR_ARGUMENT);
    CHECK(promlet_set_recording_path((promlet_recording_path)-1) == PROMLET_ERROR_ARGUMENT);
    CHECK(promlet_set_recording_path(PROMLET_PATH_ATOMIC) == PROMLET_OK);
    return 0;
}

static void path_that_is_none_is_refused_and_chooses_nothing(void **state)
{
    (void)state;
    assert_in_child(choose_what_is_none);
}

/* A choice comes too late once there are cells, and before that it does not. */
static int declare_first(void)
{
    promlet_registry *registry = promlet_registry_new();
    promlet_counter *one = promlet_counter_new(registry, &(promlet_opts){.name = "one_total"});
    promlet_counter_inc(one);
    CHECK(one->spread == NULL);
    promlet_counter *counter = promlet_counter_new(
        registry, &(promlet_opts){.name = "jobs_total", .cells = PROMLET_CELLS_PER_CPU});
    CHECK(counter->spread != NULL);
    CHECK((counter->spread->rseq_offset != 0) == (best == PROMLET_PATH_RESTARTABLE));
    CHECK(best == PROMLET_PATH_ATOMIC || is_refused(PROMLET_PATH_ATOMIC, OTHER_IN_USE));
    promlet_registry_free(registry);
    return 0;
}

static void path_of_first_cells_is_settled(void **state)
{
    (void)state;
    assert_in_child(declare_first);
}

static int choose_after_recording(void)
{
    promlet_registry *registry = promlet_registry_new();
    promlet_counter *one = promlet_counter_new(registry, &(promlet_opts){.name = "one_total"});
    promlet_counter_inc(one);
    promlet_free(promlet_registry_get_metrics(registry));
    CHECK(promlet_set_recording_path(PROMLET_PATH_ATOMIC) == PROMLET_OK);
    promlet_counter *counter = promlet_counter_new(
        registry, &(promlet_opts){.name = "jobs_total", .cells = PROMLET_CELLS_PER_CPU});
    CHECK(counter->spread != NULL && counter->spread->rseq_offset == 0);
    promlet_registry_free(registry);
    return 0;
}

static void path_is_free_to_choose_before_first_cells(void **state)
{
    (void)state;
    assert_in_child(choose_after_recording);
}

static int inherit(void)
{
    CHECK(promlet_set_recording_path(PROMLET_PATH_ATOMIC) == PROMLET_OK);
    pid_t child = fork();
    if (child == 0) {
        _exit(promlet_get_recording_path() == PROMLET_PATH_ATOMIC ? 0 : 1);
    }
    int status = 1;
    CHECK(waitpid(child, &status, 0) == child && status == 0);
    return 0;
}

static void path_of_parent_is_that_of_its_child(void **state)
{
    (void)state;
    assert_in_child(inherit);
}

/* ---- many that choose at once ---------------------------------------------------------------- */

static atomic_bool go;

struct chooser {
    pthread_t thread;
    promlet_recording_path wish;
    promlet_status status;
    promlet_recording_path path;
};

static void *choose(void *ctx)
{
    struct chooser *self = ctx;
    while (!atomic_load(&go)) {
        (void)sched_yield();
    }
    self->status = promlet_set_recording_path(self->wish);
    self->path = promlet_get_recording_path();
    return NULL;
}

static int choose_together(void)
{
    struct chooser choosers[THREADS];
    for (int i = 0; i < THREADS; i++) {
        choosers[i].wish = i % 2 == 0 ? PROMLET_PATH_ATOMIC : best;
        CHECK(pthread_create(&choosers[i].thread, NULL, choose, &choosers[i]) == 0);
    }
    atomic_store(&go, true);
    for (int i = 0; i < THREADS; i++) {
        CHECK(pthread_join(choosers[i].thread, NULL) == 0);
    }
    promlet_recording_path path = promlet_get_recording_path();
    for (int i = 0; i < THREADS; i++) {
        CHECK(choosers[i].path == path);
        CHECK((choosers[i].status == PROMLET_OK) == (choosers[i].wish == path));
    }
    return 0;
}

static void path_chosen_by_threads_at_once_is_one(void **state)
{
    (void)state;
    for (int i = 0; i < 20; i++) {
        assert_in_child(choose_together);
    }
}

/* ---- the sections ---------------------------------------------------------------------------- */

/* What the library has found out is what the kernel and libc say. */
static void rseq_offset_is_that_of_libc(void **state)
{
    (void)state;
    if (RECORDING_PATH_RSEQ_SIZE == 0) {
        assert_int_equal(pml_rseq_offset(), 0);
    } else {
        assert_int_not_equal(pml_rseq_offset(), 0);
    }
}

static struct promlet_spread one_cell_for_each_cpu(uint64_t *cells, int64_t rseq_offset)
{
    return (struct promlet_spread){(char *)cells, 2 * sizeof(uint64_t), rseq_offset, 1024};
}

static void sections_on_atomic_cells_add_nothing(void **state)
{
    (void)state;
    static uint64_t cells[2048];
    struct promlet_spread spread = one_cell_for_each_cpu(cells, 0);
    assert_false(promlet_section_add_whole(&spread, 0, 1));
    assert_false(promlet_section_add_real(&spread, 1, 1));
    for (size_t i = 0; i < COUNT_OF(cells); i++) {
        assert_true(cells[i] == 0);
    }
}

/* Each says truly whether it has added. */
static void sections_add_as_often_as_they_say(void **state)
{
    (void)state;
    if (!has_restartable_path()) {
        print_message("SKIPPED: no restartable sequences here\n");
        skip();
    }
    static uint64_t cells[2048];
    struct promlet_spread spread = one_cell_for_each_cpu(cells, pml_rseq_offset());
    uint64_t wholes = 0;
    uint64_t reals = 0;
    for (int i = 0; i < 100000; i++) {
        wholes += promlet_section_add_whole(&spread, 0, UINT64_C(0x100000001));
        reals += promlet_section_add_real(&spread, 1, 0.25);
    }
    uint64_t whole = 0;
    double real = 0;
    for (size_t i = 0; i < COUNT_OF(cells); i += 2) {
        double part;
        memcpy(&part, &cells[i + 1], sizeof part);
        whole += cells[i];
        real += part;
    }
    assert_true(wholes > 50000 && reals > 50000);
    assert_true(whole == wholes * UINT64_C(0x100000001));
    assert_true((uint64_t)(real * 4) == reals);
}

/* ---- this program's own path ----------------------------------------------------------------- */

int main(void)
{
    best = has_restartable_path() ? PROMLET_PATH_RESTARTABLE : PROMLET_PATH_ATOMIC;
    const struct CMUnitTest before_choice[] = {
        cmocka_unit_test(path_that_was_asked_for_is_settled),
        cmocka_unit_test(path_set_to_atomic_stays),
        cmocka_unit_test(path_that_is_none_is_refused_and_chooses_nothing),
        cmocka_unit_test(path_of_first_cells_is_settled),
        cmocka_unit_test(path_is_free_to_choose_before_first_cells),
        cmocka_unit_test(path_of_parent_is_that_of_its_child),
        cmocka_unit_test(path_chosen_by_threads_at_once_is_one),
        cmocka_unit_test(rseq_offset_is_that_of_libc),
        cmocka_unit_test(sections_on_atomic_cells_add_nothing),
        cmocka_unit_test(sections_add_as_often_as_they_say),
    };
    int failed = cmocka_run_group_tests(before_choice, NULL, NULL);
    choose_recording_path();
    const struct CMUnitTest after_choice[] = {
        cmocka_unit_test(program_runs_on_path_that_it_announced),
    };
    return failed + cmocka_run_group_tests(after_choice, NULL, NULL);
}
