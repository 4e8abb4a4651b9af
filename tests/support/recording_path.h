/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Which recording path a test program uses: the one that the system takes by itself, or with
 * PROMLET_TEST_PATH=atomic in the environment the other one. tests/CMakeLists.txt runs each program
 * of per-CPU cells both ways.
 */
#ifndef TESTS_SUPPORT_RECORDING_PATH_H
#define TESTS_SUPPORT_RECORDING_PATH_H

#include "support/expect.h"
#include "support/sanitizers.h"

#include <promlet/cell.h>
#include <promlet/recording.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#if defined(__linux__) && defined(__x86_64__) && defined(__LP64__) && defined(__has_include)
#if __has_include(<sys/rseq.h>)
#include <sys/rseq.h>
#include <sys/syscall.h>
#include <unistd.h>
#define RECORDING_PATH_RSEQ_SIZE __rseq_size
#endif
#endif
#ifndef RECORDING_PATH_RSEQ_SIZE
#define RECORDING_PATH_RSEQ_SIZE 0u
#endif

/* Whether this build on this machine has restartable sequences; not asked of promlet. */
static inline bool has_restartable_path(void)
{
    return sanitizer_name() == NULL && RECORDING_PATH_RSEQ_SIZE != 0u;
}

/* Takes the calling thread's rseq area away from the kernel. False where there is none, or the
   kernel or libc lets nobody take it. */
static inline bool unregister_rseq_area(void)
{
#if defined(SYS_rseq) && defined(RSEQ_SIG)
    char *area = (char *)__builtin_thread_pointer() + __rseq_offset;
    unsigned size = __rseq_size > 32 ? __rseq_size : 32; /* the kernel knows no smaller one */
    return __rseq_size != 0 && syscall(SYS_rseq, area, size, RSEQ_FLAG_UNREGISTER, RSEQ_SIG) == 0;
#else
    return false;
#endif
}

static inline bool is_atomic_path_wanted(void)
{
    const char *wanted = getenv("PROMLET_TEST_PATH");
    return wanted != NULL && strcmp(wanted, "atomic") == 0;
}

/* Whether the program runs on restartable sequences. */
static inline bool is_path_restartable(void)
{
    return promlet_get_recording_path() == PROMLET_PATH_RESTARTABLE;
}

/* For the beginning of main(). */
static inline void choose_recording_path(void)
{
    if (is_atomic_path_wanted()) {
        (void)promlet_set_recording_path(PROMLET_PATH_ATOMIC);
        printf("recording path: atomic, as PROMLET_TEST_PATH says\n");
    } else if (has_restartable_path()) {
        printf("recording path: restartable sequences\n");
    } else {
        printf("SKIPPED: THE RESTARTABLE PATH; this build or machine has no restartable sequences, "
               "so the atomic path is tested\n");
    }
}

/* The first case of each program: it runs on the path that it has announced, by what promlet says
   and by where recordings go. */
static inline void program_runs_on_path_that_it_announced(void **state)
{
    (void)state;
    bool is_restartable = has_restartable_path() && !is_atomic_path_wanted();
    assert_int_equal(promlet_get_recording_path(),
                     is_restartable ? PROMLET_PATH_RESTARTABLE : PROMLET_PATH_ATOMIC);
    promlet_registry *registry = new_registry();
    promlet_counter *counter = promlet_counter_new(
        registry, &(promlet_opts){.name = "jobs_total", .cells = PROMLET_CELLS_PER_CPU});
    assert_non_null(counter->spread);
    assert_true((counter->spread->rseq_offset != 0) == is_restartable);
    for (int i = 0; i < 1000; i++) {
        promlet_counter_inc(counter);
    }
    assert_true((int)scraped_value(registry, "jobs_total") == 1000);
    /* A few may have been interrupted; with atomic cells none goes to the series' own. */
    assert_true(counter->whole < (is_restartable ? 500 : 1));
    promlet_registry_free(registry);
}

#endif
