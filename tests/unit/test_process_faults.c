/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Tests of the metrics of the process where things are missing: descriptors, system calls that
 * work, an own /proc/self. The calls are replaced in this program.
 */
#include "support/heard_log.h"
#include "support/process.h"

#include <dlfcn.h>
#include <errno.h>
#include <stdarg.h>
#include <stdint.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <time.h>

/* ---- calls that fail ------------------------------------------------------------------------- */

enum call { CALL_OPEN, CALL_PREAD, CALL_FSTAT, CALL_STAT, CALL_LIMIT, CALL_USAGE, CALLS };

static struct {
    int error; /* 0: nothing fails. */
    enum call call;
    int after;      /* Once it has worked so often, */
    bool is_sticky; /* and whether it goes on failing. */
    int counts[CALLS];
    bool has_no_sizes; /* of folders, as before Linux 6.2 */
} faults;

static bool fails(enum call call)
{
    int number = faults.counts[call]++;
    if (faults.error == 0 || faults.call != call || number < faults.after ||
        (number > faults.after && !faults.is_sticky)) {
        return false;
    }
    errno = faults.error;
    return true;
}

/* The function that this program's own hides. */
#define REAL(name) ((__typeof__(&name))(uintptr_t)dlsym(RTLD_NEXT, #name))

int open(const char *path, int flags, ...)
{
    va_list arguments;
    va_start(arguments, flags);
    mode_t mode = (flags & O_CREAT) != 0 ? va_arg(arguments, mode_t) : 0;
    va_end(arguments);
    return fails(CALL_OPEN) ? -1 : REAL(open)(path, flags, mode);
}

ssize_t pread(int fd, void *buffer, size_t size, off_t offset)
{
    return fails(CALL_PREAD) ? -1 : REAL(pread)(fd, buffer, size, offset);
}

int fstat(int fd, struct stat *status)
{
    return fails(CALL_FSTAT) ? -1 : REAL(fstat)(fd, status);
}

int stat(const char *path, struct stat *status)
{
    int result = fails(CALL_STAT) ? -1 : REAL(stat)(path, status);
    if (faults.has_no_sizes) {
        status->st_size = 0;
    }
    return result;
}

/* Sanitizers call these two before anything of the program can run. */
#ifndef TEST_SANITIZER
int getrlimit(__rlimit_resource_t resource, struct rlimit *limit)
{
    return fails(CALL_LIMIT) ? -1 : (int)syscall(SYS_prlimit64, 0, resource, NULL, limit);
}

int getrusage(__rusage_who_t who, struct rusage *usage)
{
    return fails(CALL_USAGE) ? -1 : (int)syscall(SYS_getrusage, who, usage);
}
#endif

static void set_fault(enum call call, int error, int after, bool is_sticky)
{
    memset(&faults, 0, sizeof faults);
    faults.call = call;
    faults.error = error;
    faults.after = after;
    faults.is_sticky = is_sticky;
}

static const promlet_process_opts all_options = {
    .context_switches = true,
    .page_faults = true,
    .io = true,
    .peak_memory = true,
    .pressure = true,
    .cgroup = true,
    .allocator = true,
};

/* False when the call was not made so often. */
static bool is_survived(enum call call, int error, int after, bool is_sticky)
{
    int before = count_open();
    promlet_registry *registry = new_registry();
    set_fault(call, error, after, is_sticky);
    promlet_status status = promlet_process_metrics_register(registry, &all_options);
    char *texts[2] = {promlet_registry_get_metrics(registry),
                      promlet_registry_get_metrics(registry)};
    bool was_reached = faults.counts[call] > after;
    set_fault(CALLS, 0, 0, false);
    assert_int_equal(status, PROMLET_OK);
    for (int i = 0; i < 2; i++) {
        assert_non_null(texts[i]);
        assert_null(strstr(texts[i], "promlet_"));
        promlet_free(texts[i]);
    }
    assert_true(shown_value(registry, "process_threads") >= 1);
    assert_true(shown_value(registry, "process_open_fds") >= 1);
    assert_true(shown_value(registry, "process_start_time_seconds") >= 1);
    promlet_registry_free(registry);
    assert_int_equal(count_open(), before);
    return was_reached;
}

static void each_system_call_may_fail(void **state)
{
    (void)state;
    static const struct {
        enum call call;
        int error;
    } cases[] = {
        {CALL_OPEN, EMFILE}, {CALL_OPEN, EACCES}, {CALL_PREAD, EIO},    {CALL_FSTAT, EIO},
        {CALL_STAT, ENOENT}, {CALL_LIMIT, EPERM}, {CALL_USAGE, EINVAL},
    };
    struct heard_log heard;
    start_to_hear(&heard);
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        int after = 0;
        while (is_survived(cases[i].call, cases[i].error, after, false)) {
            assert_true(is_survived(cases[i].call, cases[i].error, after, true));
            after++;
        }
        assert_true(after > 0 || sanitizer_name() != NULL);
    }
    assert_int_equal(heard.count, 0);
    stop_to_hear();
}

static void what_fails_is_left_out(void **state)
{
    (void)state;
    promlet_registry *registry = registry_with_process(NULL);
    set_fault(CALL_PREAD, EIO, 0, true);
    char *text = text_of(registry);
    assert_null(strstr(text, "process_resident"));
    assert_null(strstr(text, "process_threads"));
    promlet_free(text);
#ifndef TEST_SANITIZER
    set_fault(CALL_USAGE, EINVAL, 0, true);
    text = text_of(registry);
    assert_null(strstr(text, "cpu_seconds"));
    promlet_free(text);
    set_fault(CALL_LIMIT, EPERM, 0, true);
    text = text_of(registry);
    assert_null(strstr(text, "max"));
    promlet_free(text);
#endif
    set_fault(CALLS, 0, 0, false);
    promlet_registry_free(registry);
}

/* ---- no descriptor --------------------------------------------------------------------------- */

static int use_up_descriptors(void)
{
    int last = -1;
    for (int fd = dup(2); fd >= 0; fd = dup(2)) {
        last = fd;
    }
    return last;
}

/* In a child, which need not put anything in order. */
static int scrape_without_descriptors(void *ctx)
{
    const bool *has_no_sizes = ctx;
    promlet_registry *registry = registry_with_process(&all_options);
    char *before = text_of(registry);
    if (limit_descriptors(64) != 0 || use_up_descriptors() < 0) {
        return 2;
    }
    faults.has_no_sizes = *has_no_sizes;
    if (open("/dev/null", O_RDONLY) >= 0 || errno != EMFILE) {
        return 3;
    }
    static const char *const samples[] = {
        "process_cpu_seconds_total",
        "process_start_time_seconds",
        "process_threads",
        "process_open_fds",
        "process_max_fds",
        "process_resident_memory_bytes",
        "process_virtual_memory_bytes",
        "process_virtual_memory_max_bytes",
        "process_heap_bytes",
        "process_resident_memory_peak_bytes",
        "process_context_switches_total{type=\"voluntary\"}",
        "process_page_faults_total{type=\"minor\"}",
        "process_io_bytes_total{direction=\"read\"}",
    };
    char *text = text_of(registry);
    for (size_t i = 0; i < COUNT_OF(samples); i++) {
        if (is_shown(text, samples[i]) != is_shown(before, samples[i])) {
            printf("%s: %s\n", samples[i], text);
            return 4;
        }
    }
    bool is_whole = is_shown(text, "process_resident_memory_bytes") &&
                    are_open(sample_value(text, "process_open_fds")) &&
                    sample_value(text, "process_max_fds") == 64 && strstr(text, "promlet_") == NULL;
    return is_whole ? 0 : 1;
}

static void process_without_free_descriptors_is_shown_whole(void **state)
{
    (void)state;
    bool has_no_sizes = false;
    expect_in_child(scrape_without_descriptors, &has_no_sizes);
    has_no_sizes = true;
    expect_in_child(scrape_without_descriptors, &has_no_sizes);
}

/* Registered too late, it shows what needs no descriptor, and the rest once there is one. */
static int register_without_descriptors(void *ctx)
{
    (void)ctx;
    if (limit_descriptors(64) != 0) {
        return 2;
    }
    int last = use_up_descriptors();
    promlet_registry *registry = registry_with_process(NULL);
    char *text = text_of(registry);
    bool is_right = is_shown(text, "process_cpu_seconds_total") &&
                    !is_shown(text, "process_threads") &&
                    !is_shown(text, "process_start_time_seconds");
    promlet_free(text);
    (void)close(last);
    (void)close(last - 1);
    text = text_of(registry);
    is_right = is_right && is_shown(text, "process_threads") &&
               is_shown(text, "process_start_time_seconds");
    promlet_free(text);
    promlet_registry_free(registry);
    return is_right ? 0 : 1;
}

static void descriptor_that_comes_free_is_used(void **state)
{
    (void)state;
    expect_in_child(register_without_descriptors, NULL);
}

static void descriptors_are_counted_on_old_kernels_as_well(void **state)
{
    (void)state;
    promlet_registry *registry = registry_with_process(NULL);
    set_fault(CALLS, 0, 0, false);
    faults.has_no_sizes = true;
    assert_true(are_open(shown_value(registry, "process_open_fds")));
    int fd = fcntl(2, F_DUPFD, 700); /* the table grows */
    assert_true(fd >= 700);
    assert_true(are_open(shown_value(registry, "process_open_fds")));
    (void)close(fd);
    assert_true(are_open(shown_value(registry, "process_open_fds")));
    faults.has_no_sizes = false;
    promlet_registry_free(registry);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_system_call_may_fail),
        cmocka_unit_test(what_fails_is_left_out),
        cmocka_unit_test(process_without_free_descriptors_is_shown_whole),
        cmocka_unit_test(descriptor_that_comes_free_is_used),
        cmocka_unit_test(descriptors_are_counted_on_old_kernels_as_well),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
