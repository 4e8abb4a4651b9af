/* SPDX-License-Identifier: Apache-2.0 */
/* A text file, written once: what is in it, and that it is the old one or the new one whatever
   happens. System calls that fail are test_text_file_faults.c's, the thread that writes is
   test_text_file_periodic.c's. */
#include "support/hang.h"
#include "support/leaks.h"
#include "support/text_files.h"

#include <errno.h>
#include <signal.h>
#include <sys/resource.h>

/* ---- what is written ------------------------------------------------------------------------- */

static void file_has_the_whole_text(void **state)
{
    (void)state;
    promlet_registry *registry = large_registry_of(7);
    promlet_snapshot *snapshot = promlet_snapshot_take(registry);
    char *expected = promlet_snapshot_string(snapshot, PROMLET_FORMAT_TEXT_0_0_4, NULL);
    assert_int_equal(
        promlet_text_file_write(&(promlet_text_file_opts){.registry = registry, .path = path}),
        PROMLET_OK);
    expect_file(path, expected);
    expect_in_folder(" x.prom");
    promlet_free(expected);
    promlet_snapshot_release(snapshot);
    promlet_registry_free(registry);
}

static void registry_is_the_default_one_and_the_file_is_synced_if_asked(void **state)
{
    (void)state;
    promlet_gauge_set(promlet_gauge_new(NULL, &(promlet_opts){.name = "here"}), 5);
    assert_int_equal(
        promlet_text_file_write(&(promlet_text_file_opts){.path = path, .syncs = true}),
        PROMLET_OK);
    char *text = read_file(path);
    assert_true(sample_value(text, "here") == 5);
    free(text);
    expect_in_folder(" x.prom");
}

static void test_defect_25_mode_is_what_is_asked_for_whatever_the_umask(void **state)
{
    (void)state;
    promlet_registry *registry = registry_of(1);
    mode_t before = umask(0077);
    promlet_text_file_opts options = {.registry = registry, .path = path};
    assert_int_equal(promlet_text_file_write(&options), PROMLET_OK);
    assert_int_equal(mode_of(path), 0644);
    (void)umask(0);
    options.mode = 0640;
    assert_int_equal(promlet_text_file_write(&options), PROMLET_OK);
    assert_int_equal(mode_of(path), 0640);
    (void)umask(before);
    promlet_registry_free(registry);
}

static promlet_status emit_at(promlet_emitter *emitter, void *ctx)
{
    (void)ctx;
    promlet_emit_family(emitter, &(promlet_emit_opts){.name = "g", .type = PROMLET_TYPE_GAUGE});
    return promlet_emit_value_at(emitter, 5, 1520879607789);
}

static void times_are_left_out(void **state)
{
    (void)state;
    promlet_registry *registry = new_registry();
    promlet_registry_configure(registry, &(promlet_registry_opts){.hide_self_metrics = true});
    (void)promlet_collector_new(registry,
                                &(promlet_collector_opts){.name = "c", .collect = emit_at});
    assert_int_equal(
        promlet_text_file_write(&(promlet_text_file_opts){.registry = registry, .path = path}),
        PROMLET_OK);
    expect_file(path, "# TYPE g gauge\ng 5\n");
    promlet_registry_free(registry);
}

/* ---- where it is written --------------------------------------------------------------------- */

static void symbolic_link_is_replaced_and_not_followed(void **state)
{
    char target[PATH_MAX + 16];
    struct stat found;
    (void)state;
    promlet_registry *registry = registry_of(1);
    (void)snprintf(target, sizeof target, "%s/target", folder);
    assert_int_equal(symlink(target, path), 0);
    assert_int_equal(
        promlet_text_file_write(&(promlet_text_file_opts){.registry = registry, .path = path}),
        PROMLET_OK);
    assert_int_equal(lstat(path, &found), 0);
    assert_true(S_ISREG(found.st_mode));
    assert_int_equal(access(target, F_OK), -1);
    promlet_registry_free(registry);
}

static void name_may_be_as_long_as_a_name_may_be(void **state)
{
    char name[NAME_MAX + 1];
    (void)state;
    promlet_registry *registry = registry_of(1);
    memset(name, 'n', sizeof name);
    memcpy(name + NAME_MAX - 5, ".prom", 6);
    int old_folder = open(".", O_RDONLY | O_CLOEXEC);
    assert_int_equal(chdir(folder), 0);
    assert_int_equal(
        promlet_text_file_write(&(promlet_text_file_opts){.registry = registry, .path = name}),
        PROMLET_OK);
    expect_file(name, DOCUMENT_OF("1"));
    assert_int_equal(fchdir(old_folder), 0);
    (void)close(old_folder);
    promlet_registry_free(registry);
}

static void expect_refused(const char *of, promlet_status status, const char *reason)
{
    char expected[PATH_MAX + 300];
    (void)snprintf(expected, sizeof expected, "%s: %s", of, reason);
    assert_int_equal(
        promlet_text_file_write(&(promlet_text_file_opts){.path = of, .any_name = true}), status);
    assert_string_equal(promlet_last_error(), expected);
}

static void place_that_is_none_is_refused_by_name(void **state)
{
    char of[PATH_MAX + 32];
    (void)state;
    expect_refused(folder, PROMLET_ERROR_ARGUMENT, "is not a regular file");
    expect_refused("/dev/null", PROMLET_ERROR_ARGUMENT, "is not a regular file");
    expect_refused("/", PROMLET_ERROR_ARGUMENT, "names a folder and no file");
    (void)snprintf(of, sizeof of, "%s/missing/x.prom", folder);
    expect_refused(of, PROMLET_ERROR_NOT_FOUND, "opening its folder: No such file or directory");
    write_old_file();
    (void)snprintf(of, sizeof of, "%s/x.prom/y.prom", folder);
    expect_refused(of, PROMLET_ERROR_NOT_FOUND, "opening its folder: Not a directory");
    expect_file(path, "old 1\n");
    expect_in_folder(" x.prom");
}

static void options_that_are_wrong_are_refused(void **state)
{
    static const struct {
        promlet_text_file_opts options;
        const char *sentence;
    } cases[] = {
        {{0}, "path: is NULL or empty"},
        {{.path = ""}, "path: is NULL or empty"},
        {{.path = "metrics.txt"},
         "metrics.txt: does not end in \".prom\", so node_exporter would pass over it; any_name "
         "lets you"},
        {{.path = "x.prom", .mode = 010644}, "mode: is none of a file"},
        {{.path = "x.prom", .mode = -1}, "mode: is none of a file"},
    };
    (void)state;
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        assert_int_equal(promlet_text_file_write(&cases[i].options), PROMLET_ERROR_ARGUMENT);
        assert_string_equal(promlet_last_error(), cases[i].sentence);
    }
}

static promlet_status write_in_collector(promlet_emitter *emitter, void *ctx)
{
    (void)emitter;
    *(promlet_status *)ctx = promlet_text_file_write(&(promlet_text_file_opts){.path = path});
    return PROMLET_OK;
}

static void collector_can_write_none(void **state)
{
    promlet_status status = PROMLET_OK;
    (void)state;
    promlet_registry *registry = new_registry();
    (void)promlet_collector_new(
        registry,
        &(promlet_collector_opts){.name = "c", .collect = write_in_collector, .ctx = &status});
    promlet_snapshot_release(promlet_snapshot_take(registry));
    assert_int_equal(status, PROMLET_ERROR_BUSY);
    expect_in_folder("");
    promlet_registry_free(registry);
}

/* ---- limits of the system -------------------------------------------------------------------- */

/* In a child, since who runs this may be allowed anything. */
static int write_without_permission(void)
{
    if (setresgid(65534, 65534, 65534) != 0 || setresuid(65534, 65534, 65534) != 0) {
        return geteuid() == 0 ? 1 : 0; /* Others have no need to. */
    }
    promlet_status status = promlet_text_file_write(&(promlet_text_file_opts){.path = path});
    return status == PROMLET_ERROR_PERMISSION &&
                   strstr(promlet_last_error(), "x.prom: making a temporary file") != NULL &&
                   strstr(promlet_last_error(), ": Permission denied") != NULL
               ? 0
               : 2;
}

static void folder_that_may_not_be_written_is_an_error(void **state)
{
    (void)state;
    write_old_file();
    assert_int_equal(chmod(folder, 0555), 0);
    pid_t child = fork();
    if (child == 0) {
        leave_without_leak_check();
        _exit(write_without_permission());
    }
    assert_child_succeeds(child);
    assert_int_equal(chmod(folder, 0755), 0);
    expect_file(path, "old 1\n");
}

/* The second piece is beyond the limit, and the signal that this raises would end the process. */
static int write_beyond_limit(promlet_registry *registry)
{
    sigset_t pending;
    const struct rlimit limit = {PROMLET_PIECE_SIZE + 1000, PROMLET_PIECE_SIZE + 1000};
    if (setrlimit(RLIMIT_FSIZE, &limit) != 0) {
        return 1;
    }
    promlet_text_file_opts options = {.registry = registry, .path = path};
    if (promlet_text_file_write(&options) != PROMLET_ERROR_SYSTEM ||
        strstr(promlet_last_error(), "x.prom: writing: File too large") == NULL) {
        return 2;
    }
    (void)sigpending(&pending);
    return sigismember(&pending, SIGXFSZ) == 0 ? 0 : 3;
}

static void file_beyond_its_limit_leaves_the_old_one(void **state)
{
    (void)state;
    promlet_registry *registry = large_registry_of(1);
    write_old_file();
    pid_t child = fork();
    if (child == 0) {
        leave_without_leak_check();
        _exit(write_beyond_limit(registry));
    }
    assert_child_succeeds(child);
    expect_file(path, "old 1\n");
    expect_in_folder(" x.prom");
    promlet_registry_free(registry);
}

/* A signal of this kind that somebody else has sent is not taken. */
static int keep_signal_of_others(promlet_registry *registry)
{
    sigset_t one;
    sigset_t pending;
    sigemptyset(&one);
    sigaddset(&one, SIGXFSZ);
    (void)sigprocmask(SIG_BLOCK, &one, NULL);
    (void)raise(SIGXFSZ);
    int result = write_beyond_limit(registry);
    (void)sigpending(&pending);
    return result == 3 && sigismember(&pending, SIGXFSZ) == 1 ? 0 : 1;
}

static void signal_of_others_is_left_alone(void **state)
{
    (void)state;
    promlet_registry *registry = large_registry_of(1);
    pid_t child = fork();
    if (child == 0) {
        leave_without_leak_check();
        _exit(keep_signal_of_others(registry));
    }
    assert_child_succeeds(child);
    promlet_registry_free(registry);
}

/* ---- several at once ------------------------------------------------------------------------- */

#define WRITERS 4
#define WRITINGS 50

static int write_often(int number)
{
    promlet_registry *registry = large_registry_of(number);
    for (int i = 0; i < WRITINGS; i++) {
        promlet_text_file_opts options = {.registry = registry, .path = path};
        if (promlet_text_file_write(&options) != PROMLET_OK) {
            return 1;
        }
    }
    return 0;
}

/* All series with one value. */
static void expect_one_writers(const char *text)
{
    double first = sample_value(text, "g{which=\"series number 00000000 of a large one\"}");
    int lines = 0;
    assert_true(first >= 1 && first <= WRITERS);
    for (const char *at = strstr(text, "\"} "); at != NULL; at = strstr(at + 1, "\"} ")) {
        assert_true(strtod(at + 3, NULL) == first);
        lines++;
    }
    assert_int_equal(lines, SERIES_OF_MANY);
}

static void reader_sees_what_one_of_several_processes_wrote(void **state)
{
    pid_t writers[WRITERS];
    int seen = 0;
    (void)state;
    for (int i = 0; i < WRITERS; i++) {
        writers[i] = fork();
        if (writers[i] == 0) {
            leave_without_leak_check();
            _exit(write_often(i + 1));
        }
    }
    while (seen < 100) {
        char *text = read_file(path);
        if (text != NULL) {
            expect_one_writers(text);
            seen++;
        }
        free(text);
    }
    for (int i = 0; i < WRITERS; i++) {
        assert_child_succeeds(writers[i]);
    }
    expect_in_folder(" x.prom");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        IN_FOLDER(file_has_the_whole_text),
        IN_FOLDER(registry_is_the_default_one_and_the_file_is_synced_if_asked),
        IN_FOLDER(test_defect_25_mode_is_what_is_asked_for_whatever_the_umask),
        IN_FOLDER(times_are_left_out),
        IN_FOLDER(symbolic_link_is_replaced_and_not_followed),
        IN_FOLDER(name_may_be_as_long_as_a_name_may_be),
        IN_FOLDER(place_that_is_none_is_refused_by_name),
        cmocka_unit_test(options_that_are_wrong_are_refused),
        IN_FOLDER(collector_can_write_none),
        IN_FOLDER(folder_that_may_not_be_written_is_an_error),
        IN_FOLDER(file_beyond_its_limit_leaves_the_old_one),
        IN_FOLDER(signal_of_others_is_left_alone),
        IN_FOLDER(reader_sees_what_one_of_several_processes_wrote),
    };
    end_hang_after(100);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
