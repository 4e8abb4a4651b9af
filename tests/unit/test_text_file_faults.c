/* SPDX-License-Identifier: Apache-2.0 */
/* A text file where the file system or memory fails at any step: the old file stays as it is,
   nothing is left behind, and the error says which step it was. */
#include "support/failing_steps.h"
#include "support/hang.h"
#include "support/text_files.h"

#include <errno.h>
#include <stdarg.h>
#include <sys/random.h>

enum {
    CALL_OPEN = NO_CALL + 1,
    CALL_OPENAT,
    CALL_WRITE,
    CALL_FCHMOD,
    CALL_FSYNC,
    CALL_CLOSE,
    CALL_RENAMEAT,
    CALL_GETRANDOM,
    CALL_GETCWD
};

WRAP(int, open, (const char *of, int flags, ...))
{
    va_list arguments;
    va_start(arguments, flags);
    mode_t mode = (flags & O_CREAT) != 0 ? va_arg(arguments, mode_t) : 0;
    va_end(arguments);
    return fails(CALL_OPEN) ? -1 : __real_open(of, flags, mode);
}

WRAP(int, openat, (int in, const char *of, int flags, ...))
{
    va_list arguments;
    va_start(arguments, flags);
    mode_t mode = (flags & O_CREAT) != 0 ? va_arg(arguments, mode_t) : 0;
    va_end(arguments);
    return fails(CALL_OPENAT) ? -1 : __real_openat(in, of, flags, mode);
}

/* Short, as a write may be. */
WRAP(ssize_t, write, (int fd, const void *data, size_t size))
{
    if (fails(CALL_WRITE)) {
        return fault.error == 0 ? 0 : -1;
    }
    return __real_write(fd, data, size > 5000 ? 5000 : size);
}

WRAP(int, fchmod, (int fd, mode_t mode))
{
    return fails(CALL_FCHMOD) ? -1 : __real_fchmod(fd, mode);
}

WRAP(int, fsync, (int fd))
{
    return fails(CALL_FSYNC) ? -1 : __real_fsync(fd);
}

WRAP(int, close, (int fd))
{
    int result = __real_close(fd);
    return fails(CALL_CLOSE) ? -1 : result;
}

WRAP(int, renameat, (int in, const char *from, int to, const char *name))
{
    return fails(CALL_RENAMEAT) ? -1 : __real_renameat(in, from, to, name);
}

WRAP(ssize_t, getrandom, (void *to, size_t size, unsigned flags))
{
    return fails(CALL_GETRANDOM) ? -1 : __real_getrandom(to, size, flags);
}

WRAP(char *, getcwd, (char *buffer, size_t size))
{
    return fails(CALL_GETCWD) ? NULL : __real_getcwd(buffer, size);
}

/* ---- one writing ----------------------------------------------------------------------------- */

static promlet_status write_with(promlet_registry *registry, int call, int error, int after)
{
    promlet_text_file_opts options = {.registry = registry, .path = path, .syncs = true};
    fault.call = call;
    fault.error = error;
    fault.after = after;
    fault.times = 0;
    promlet_status status = promlet_text_file_write(&options);
    fault.call = NO_CALL;
    return status;
}

static void expect_sentence(const char *reason)
{
    char expected[PATH_MAX + 300];
    (void)snprintf(expected, sizeof expected, "%s: %s", path, reason);
    assert_string_equal(promlet_last_error(), expected);
}

static void step_that_fails_leaves_the_old_file(void **state)
{
    static const struct {
        int call;
        int error;
        int after;
        promlet_status status;
        const char *reason;
    } cases[] = {
        {CALL_OPEN, EMFILE, 0, PROMLET_ERROR_SYSTEM, "opening its folder: Too many open files"},
        {CALL_OPEN, EACCES, 0, PROMLET_ERROR_PERMISSION, "opening its folder: Permission denied"},
        {CALL_OPENAT, EROFS, 0, PROMLET_ERROR_PERMISSION,
         "making a temporary file beside it: Read-only file system"},
        {CALL_OPENAT, ENOSPC, 0, PROMLET_ERROR_SYSTEM,
         "making a temporary file beside it: No space left on device"},
        {CALL_WRITE, ENOSPC, 0, PROMLET_ERROR_SYSTEM, "writing: No space left on device"},
        {CALL_WRITE, ENOSPC, 5, PROMLET_ERROR_SYSTEM, "writing: No space left on device"},
        {CALL_WRITE, 0, 1, PROMLET_ERROR_SYSTEM, "writing: No space left on device"},
        {CALL_WRITE, EIO, 2, PROMLET_ERROR_SYSTEM, "writing: Input/output error"},
        {CALL_FCHMOD, EPERM, 0, PROMLET_ERROR_PERMISSION,
         "changing its mode: Operation not permitted"},
        {CALL_FSYNC, EIO, 0, PROMLET_ERROR_SYSTEM, "writing it to the disk: Input/output error"},
        {CALL_CLOSE, EDQUOT, 0, PROMLET_ERROR_SYSTEM, "writing: Disk quota exceeded"},
        {CALL_RENAMEAT, EPERM, 0, PROMLET_ERROR_PERMISSION,
         "replacing it: Operation not permitted"},
    };
    (void)state;
    promlet_registry *registry = large_registry_of(1);
    write_old_file();
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        promlet_status status = write_with(registry, cases[i].call, cases[i].error, cases[i].after);
        assert_int_equal(status, cases[i].status);
        expect_sentence(cases[i].reason);
        expect_file(path, "old 1\n");
        expect_in_folder(" x.prom");
    }
    assert_int_equal(write_with(registry, NO_CALL, 0, 0), PROMLET_OK);
    promlet_registry_free(registry);
}

static void folder_that_is_not_synced_is_told_of_a_new_file(void **state)
{
    (void)state;
    promlet_registry *registry = registry_of(1);
    write_old_file();
    assert_int_equal(write_with(registry, CALL_FSYNC, EIO, 1), PROMLET_ERROR_SYSTEM);
    expect_sentence("writing its folder to the disk: Input/output error");
    expect_file(path, DOCUMENT_OF("1"));
    assert_int_equal(write_with(registry, CALL_OPENAT, EACCES, 1), PROMLET_ERROR_PERMISSION);
    expect_sentence("writing its folder to the disk: Permission denied");
    expect_in_folder(" x.prom");
    promlet_registry_free(registry);
}

static void call_that_is_interrupted_or_has_a_taken_name_is_repeated(void **state)
{
    (void)state;
    promlet_registry *registry = registry_of(1);
    assert_int_equal(write_with(registry, CALL_WRITE, EINTR, 0), PROMLET_OK);
    assert_int_equal(write_with(registry, CALL_CLOSE, EINTR, 0), PROMLET_OK);
    assert_int_equal(write_with(registry, CALL_OPENAT, EEXIST, 0), PROMLET_OK);
    assert_int_equal(write_with(registry, CALL_GETRANDOM, ENOSYS, 0), PROMLET_OK);
    expect_file(path, DOCUMENT_OF("1"));
    expect_in_folder(" x.prom");
    promlet_registry_free(registry);
}

static void name_that_is_always_taken_is_an_error(void **state)
{
    (void)state;
    promlet_registry *registry = registry_of(1);
    promlet_text_file_opts options = {.registry = registry, .path = path};
    fault.call = CALL_OPENAT;
    fault.error = EEXIST;
    fault.after = 0;
    fault.times = 1000;
    assert_int_equal(promlet_text_file_write(&options), PROMLET_ERROR_SYSTEM);
    fault.call = NO_CALL;
    expect_sentence("making a temporary file beside it: File exists");
    promlet_registry_free(registry);
}

static void process_that_is_killed_leaves_the_old_file(void **state)
{
    int status = 0;
    char names[1000] = "";
    (void)state;
    promlet_registry *registry = large_registry_of(1);
    write_old_file();
    pid_t child = fork();
    if (child == 0) {
        _exit((int)write_with(registry, CALL_WRITE, KILLED, 4));
    }
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_true(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL);
    expect_file(path, "old 1\n");
    assert_int_equal(list_folder(names, sizeof names), 2);
    assert_non_null(strstr(names, " .x.prom.promlet-"));
    assert_int_equal(write_with(registry, NO_CALL, 0, 0), PROMLET_OK);
    promlet_registry_free(registry);
}

/* ---- memory ---------------------------------------------------------------------------------- */

static promlet_status write_or_leave_nothing(promlet_registry *registry)
{
    promlet_status status = write_with(registry, NO_CALL, 0, 0);
    allocations_refuse(0, false);
    expect_in_folder(status == PROMLET_OK ? " x.prom" : "");
    return status;
}

static void each_allocation_may_fail(void **state)
{
    (void)state;
    promlet_registry *registry = large_registry_of(1);
    survive_each_refusal(write_or_leave_nothing, registry);
    promlet_registry_free(registry);
}

static promlet_status start(promlet_registry *registry, promlet_periodic **periodic)
{
    promlet_text_file_opts options = {.registry = registry, .path = path};
    return promlet_text_file_start(&options, periodic);
}

static void start_survives_each_failing_allocation(void **state)
{
    (void)state;
    promlet_registry *registry = registry_of(1);
    start_in_spite_of_refusals(start, registry);
    expect_in_folder(" x.prom");
    promlet_registry_free(registry);
}

static void start_without_a_current_folder_is_an_error(void **state)
{
    promlet_periodic *periodic = NULL;
    (void)state;
    fault.call = CALL_GETCWD;
    fault.error = ENOENT;
    fault.after = 0;
    assert_int_equal(
        promlet_text_file_start(&(promlet_text_file_opts){.path = "x.prom"}, &periodic),
        PROMLET_ERROR_NOT_FOUND);
    assert_string_equal(promlet_last_error(),
                        "x.prom: finding the current folder: No such file or directory");
    assert_null(periodic);
    fault.call = CALL_GETCWD;
    fault.error = EACCES;
    assert_int_equal(
        promlet_text_file_start(&(promlet_text_file_opts){.path = "x.prom"}, &periodic),
        PROMLET_ERROR_PERMISSION);
    assert_null(periodic);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        IN_FOLDER(step_that_fails_leaves_the_old_file),
        IN_FOLDER(folder_that_is_not_synced_is_told_of_a_new_file),
        IN_FOLDER(call_that_is_interrupted_or_has_a_taken_name_is_repeated),
        IN_FOLDER(name_that_is_always_taken_is_an_error),
        IN_FOLDER(process_that_is_killed_leaves_the_old_file),
        IN_FOLDER(each_allocation_may_fail),
        IN_FOLDER(start_survives_each_failing_allocation),
        cmocka_unit_test(start_without_a_current_folder_is_an_error),
    };
    end_hang_after(100);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
