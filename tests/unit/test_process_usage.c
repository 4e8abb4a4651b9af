/* SPDX-License-Identifier: Apache-2.0 */
/* Tests of what a process has and does: threads, descriptors, limits, context switches, page
   faults, input and output, each against what another way of asking says. */
#include "support/process.h"

#include <math.h>
#include <pthread.h>
#include <sched.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <time.h>

static bool is_same(double a, double b)
{
    return a >= b && a <= b;
}

/* ---- threads --------------------------------------------------------------------------------- */

static int count_tasks(void)
{
    int count = 0;
    DIR *folder = opendir("/proc/self/task");
    assert_non_null(folder);
    for (struct dirent *entry = readdir(folder); entry != NULL; entry = readdir(folder)) {
        count += entry->d_name[0] != '.';
    }
    (void)closedir(folder);
    return count;
}

/* Until the other end of a pipe is closed. */
static void *wait_for_end(void *ctx)
{
    const int *ends = ctx;
    char byte;
    return read(ends[0], &byte, 1) == 0 ? NULL : ctx;
}

static void threads_are_counted(void **state)
{
    (void)state;
    enum { MORE = 3 };
    pthread_t threads[MORE];
    int ends[2];
    promlet_registry *registry = registry_with_process(NULL);
    int before = count_tasks();
    assert_int_equal(shown_value(registry, "process_threads"), before);
    assert_int_equal(pipe(ends), 0);
    for (int i = 0; i < MORE; i++) {
        assert_int_equal(pthread_create(&threads[i], NULL, wait_for_end, ends), 0);
    }
    int with_more = count_tasks(); /* a sanitizer may have begun one of its own */
    assert_true(with_more >= before + MORE);
    assert_int_equal(shown_value(registry, "process_threads"), with_more);
    (void)close(ends[1]);
    for (int i = 0; i < MORE; i++) {
        assert_int_equal(pthread_join(threads[i], NULL), 0);
    }
    while (count_tasks() > with_more - MORE) {
        (void)sched_yield(); /* a thread that was joined may not have left yet */
    }
    (void)close(ends[0]);
    promlet_registry_free(registry);
}

static void name_of_process_does_not_matter(void **state)
{
    (void)state;
    static const char *const names[] = {"a) b (c",        ") R 1 2 3 4 5 6", "((((((",
                                        "\nThreads:\t99", "a\n1 (b) R 7",    ""};
    char before[16];
    assert_int_equal(prctl(PR_GET_NAME, before), 0);
    promlet_registry *registry = registry_with_process(NULL);
    double start = shown_value(registry, "process_start_time_seconds");
    double threads = shown_value(registry, "process_threads");
    promlet_registry_free(registry);
    for (size_t i = 0; i < COUNT_OF(names); i++) {
        assert_int_equal(prctl(PR_SET_NAME, names[i]), 0);
        registry = registry_with_process(NULL);
        assert_true(fabs(shown_value(registry, "process_start_time_seconds") - start) < 0.002);
        assert_true(is_same(shown_value(registry, "process_threads"), threads));
        promlet_registry_free(registry);
    }
    assert_int_equal(prctl(PR_SET_NAME, before), 0);
}

/* Where the first thread has ended, /proc/self has no memory and no descriptors. */
static void *scrape_without_first_thread(void *ctx)
{
    (void)ctx;
    char state = ' ';
    while (state != 'Z') {
        FILE *file = fopen("/proc/self/stat", "r");
        if (file == NULL || fscanf(file, "%*d (%*[^)]) %c", &state) != 1) {
            _exit(2);
        }
        (void)fclose(file);
    }
    promlet_registry *registry = registry_with_process(NULL);
    char *text = text_of(registry);
    bool is_whole = sample_value(text, "process_virtual_memory_bytes") > 0 &&
                    sample_value(text, "process_resident_memory_bytes") > 0 &&
                    are_open(sample_value(text, "process_open_fds")) &&
                    is_shown(text, "process_threads") &&
                    is_shown(text, "process_start_time_seconds");
    _exit(is_whole ? 0 : 1);
}

static int end_first_thread(void *ctx)
{
    (void)ctx;
    pthread_t thread;
    if (pthread_create(&thread, NULL, scrape_without_first_thread, NULL) != 0) {
        return 3;
    }
    pthread_exit(NULL);
}

static void process_without_its_first_thread_is_shown_whole(void **state)
{
    (void)state;
    if (sanitizer_name() != NULL) {
        print_message("SKIPPED: a sanitizer does not stand the end of the first thread\n");
        return;
    }
    expect_in_child(end_first_thread, NULL);
}

/* ---- descriptors and limits ------------------------------------------------------------------ */

static void open_descriptors_are_counted(void **state)
{
    (void)state;
    enum { MORE = 40 };
    int fds[MORE];
    promlet_registry *registry = registry_with_process(NULL);
    double before = shown_value(registry, "process_open_fds");
    assert_true(are_open(before));
    for (int i = 0; i < MORE; i++) {
        fds[i] = dup(2);
        assert_true(fds[i] >= 0);
    }
    assert_true(is_same(shown_value(registry, "process_open_fds"), before + MORE));
    for (int i = 0; i < MORE; i++) {
        (void)close(fds[i]);
    }
    assert_true(is_same(shown_value(registry, "process_open_fds"), before));
    int with_own = count_open();
    promlet_registry_free(registry);
    assert_int_equal(count_open(), with_own - 1);
}

static int show_limits(void *ctx)
{
    (void)ctx;
    const struct rlimit addresses = {(rlim_t)1 << 47, RLIM_INFINITY};
    struct rlimit before;
    if (getrlimit(RLIMIT_AS, &before) != 0 || limit_descriptors(123) != 0) {
        return 2;
    }
    if (before.rlim_max == RLIM_INFINITY && setrlimit(RLIMIT_AS, &addresses) != 0) {
        return 3;
    }
    promlet_registry *registry = registry_with_process(NULL);
    char *text = text_of(registry);
    bool is_right = is_same(sample_value(text, "process_max_fds"), 123) &&
                    (before.rlim_max != RLIM_INFINITY ||
                     strstr(text, "\nprocess_virtual_memory_max_bytes 140737488355328\n") != NULL);
    promlet_free(text);
    /* What is unlimited again is no number. */
    if (before.rlim_max == RLIM_INFINITY && setrlimit(RLIMIT_AS, &before) != 0) {
        return 4;
    }
    text = text_of(registry);
    is_right = is_right && is_shown(text, "process_virtual_memory_max_bytes") ==
                               (before.rlim_cur != RLIM_INFINITY);
    promlet_free(text);
    promlet_registry_free(registry);
    return is_right ? 0 : 1;
}

static void test_defect_09_limits_are_shown_to_the_byte(void **state)
{
    (void)state;
    expect_in_child(show_limits, NULL);
}

/* ---- usage ----------------------------------------------------------------------------------- */

/* What the kernel says of this thread. A sleep whose end comes before the thread is off its
   processor is no switch, so there are more sleeps than switches, above all on a busy machine. */
static long switches_of_thread(void)
{
    struct rusage usage;
    return getrusage(RUSAGE_THREAD, &usage) == 0 ? usage.ru_nvcsw : 0;
}

static void *yield_often(void *ctx)
{
    long *switches = ctx;
    for (int i = 0; i < 100000 && *switches < 200; i++) {
        const struct timespec moment = {0, 1000};
        (void)nanosleep(&moment, NULL);
        *switches = switches_of_thread();
    }
    return NULL;
}

/* The other threads', too, and also when they have ended. */
static void context_switches_of_all_threads_are_counted(void **state)
{
    (void)state;
    static const char sample[] = "process_context_switches_total{type=\"voluntary\"}";
    promlet_registry *registry =
        registry_with_process(&(promlet_process_opts){.context_switches = true});
    double before = shown_value(registry, sample);
    pthread_t thread;
    long switches = 0;
    assert_int_equal(pthread_create(&thread, NULL, yield_often, &switches), 0);
    assert_int_equal(pthread_join(thread, NULL), 0);
    assert_true(switches >= 200);
    struct rusage usage;
    assert_int_equal(getrusage(RUSAGE_SELF, &usage), 0);
    double after = shown_value(registry, sample);
    assert_true(after >= before + (double)switches && after >= (double)usage.ru_nvcsw);
    promlet_registry_free(registry);
}

static void page_faults_are_counted(void **state)
{
    (void)state;
    static const char sample[] = "process_page_faults_total{type=\"minor\"}";
    promlet_registry *registry =
        registry_with_process(&(promlet_process_opts){.page_faults = true});
    struct rusage before;
    struct rusage after;
    assert_int_equal(getrusage(RUSAGE_SELF, &before), 0);
    double value = shown_value(registry, sample);
    assert_int_equal(getrusage(RUSAGE_SELF, &after), 0);
    assert_true(value >= (double)before.ru_minflt && value <= (double)after.ru_minflt);
    promlet_registry_free(registry);
}

static void written_bytes_are_counted(void **state)
{
    (void)state;
    promlet_registry *registry = registry_with_process(&(promlet_process_opts){.io = true});
    char *text = text_of(registry);
    if (!is_shown(text, "process_io_bytes_total{direction=\"write\"}")) {
        print_message("SKIPPED: this kernel has no /proc/self/io\n");
        promlet_free(text);
        promlet_registry_free(registry);
        return;
    }
    double before = sample_value(text, "process_io_bytes_total{direction=\"write\"}");
    double calls = sample_value(text, "process_io_calls_total{direction=\"write\"}");
    assert_true(is_shown(text, "process_io_storage_bytes_total{direction=\"read\"}"));
    assert_true(is_shown(text, "process_io_cancelled_bytes_total"));
    promlet_free(text);
    int fd = open("/dev/null", O_WRONLY | O_CLOEXEC);
    assert_true(fd >= 0);
    static const char bytes[1000];
    for (int i = 0; i < 7; i++) {
        assert_int_equal(write(fd, bytes, sizeof bytes), sizeof bytes);
    }
    (void)close(fd);
    text = text_of(registry);
    /* Valgrind writes, too. */
    double most = pml_runs_on_valgrind() ? 1000 : 0;
    double more = sample_value(text, "process_io_bytes_total{direction=\"write\"}") - before;
    assert_true(more >= 7000 && more <= 7000 + most);
    more = sample_value(text, "process_io_calls_total{direction=\"write\"}") - calls;
    assert_true(more >= 7 && more <= 7 + most);
    promlet_free(text);
    promlet_registry_free(registry);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(threads_are_counted),
        cmocka_unit_test(name_of_process_does_not_matter),
        cmocka_unit_test(process_without_its_first_thread_is_shown_whole),
        cmocka_unit_test(open_descriptors_are_counted),
        cmocka_unit_test(test_defect_09_limits_are_shown_to_the_byte),
        cmocka_unit_test(context_switches_of_all_threads_are_counted),
        cmocka_unit_test(page_faults_are_counted),
        cmocka_unit_test(written_bytes_are_counted),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
