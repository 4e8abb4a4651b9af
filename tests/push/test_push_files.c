/* SPDX-License-Identifier: Apache-2.0 */
/* The files that options name: which are refused, and what is said of them. */
#include "support/expect.h"
#include "support/texts_of_files.h"

#include "push/config.h"

#include <promlet/push.h>

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

static const promlet_push_opts good = {.url = "http://localhost:9091", .job = "backup"};

static void expect_refused(const promlet_push_opts *options, const char *sentence)
{
    pml_push_config *config = NULL;
    assert_int_equal(pml_push_config_new(options, sizeof *options, &config),
                     PROMLET_ERROR_ARGUMENT);
    assert_null(config);
    assert_string_equal(promlet_last_error(), sentence);
}

/* A file that is there: this program. */
#define THERE "/proc/self/exe"
#define NOT_THERE "/nonexistent/x.pem"

static void file_that_can_not_be_read_is_named(void **state)
{
    (void)state;
    char path[300];
    memset(path, 'x', sizeof path);
    memcpy(path, "/proc/", 6);
    (void)snprintf(path + 200, sizeof path - 200, "/ca.pem");
    char sentence[256];
    (void)snprintf(sentence, sizeof sentence, "ca_path: %s: No such file or directory",
                   path + strlen(path) - 100);
    const struct {
        promlet_push_opts options;
        const char *sentence;
    } cases[] = {
        {{.ca_path = NOT_THERE}, "ca_path: " NOT_THERE ": No such file or directory"},
        {{.ca_path = THERE "/x"}, "ca_path: " THERE "/x: Not a directory"},
        {{.ca_path = path}, sentence},
        {{.certificate_path = NOT_THERE},
         "certificate_path: " NOT_THERE ": No such file or directory"},
        {{.certificate_path = THERE, .key_path = NOT_THERE},
         "key_path: " NOT_THERE ": No such file or directory"},
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        promlet_push_opts options = cases[i].options;
        options.url = "https://localhost";
        options.job = good.job;
        expect_refused(&options, cases[i].sentence);
    }
}

static void file_that_is_there_may_be_unreadable(void **state)
{
    (void)state;
    char folder[] = "/tmp/promlet-push-XXXXXX";
    char file[64];
    uid_t user = geteuid();
    assert_non_null(mkdtemp(folder));
    (void)snprintf(file, sizeof file, "%s/loop", folder);
    assert_int_equal(symlink("loop", file), 0);
    promlet_push_opts options = good;
    options.ca_path = file;
    pml_push_config *config = NULL;
    assert_int_equal(pml_push_config_new(&options, sizeof options, &config), PROMLET_ERROR_SYSTEM);
    assert_non_null(strstr(promlet_last_error(), "/loop: Too many levels of symbolic links"));
    assert_int_equal(unlink(file), 0);
    assert_int_equal(chmod(folder, 0), 0);
    if (user == 0) {
        assert_int_equal(seteuid(65534), 0); /* root may read whatever there is */
    }
    promlet_status status = pml_push_config_new(&options, sizeof options, &config);
    assert_int_equal(seteuid(user), 0);
    assert_int_equal(status, PROMLET_ERROR_PERMISSION);
    assert_non_null(strstr(promlet_last_error(), "/loop: Permission denied"));
    assert_null(config);
    assert_int_equal(rmdir(folder), 0);
}

/* A key must not end up in a log because somebody took the option for the key itself. */
static void text_of_a_file_is_no_path_and_is_not_shown(void **state)
{
    (void)state;
    for (size_t i = 0; text_of_file(i) != NULL; i++) {
        promlet_push_opts options = good;
        options.url = "https://localhost";
        options.certificate_path = THERE;
        options.key_path = text_of_file(i);
        expect_refused(&options, "key_path" SAID_OF_TEXTS);
        options = good;
        options.url = "https://localhost";
        options.ca_path = text_of_file(i);
        expect_refused(&options, "ca_path" SAID_OF_TEXTS);
    }
}

/* With a writer it could be opened; and who reads from it takes what is another's. It is read again
   at each push, too. */
static void fifo_and_folder_are_refused(void **state)
{
    (void)state;
    char folder[] = "/tmp/promlet-push-XXXXXX";
    char fifo[64];
    char sentence[128];
    assert_non_null(mkdtemp(folder));
    (void)snprintf(fifo, sizeof fifo, "%s/fifo", folder);
    assert_int_equal(mkfifo(fifo, 0600), 0);
    (void)snprintf(sentence, sizeof sentence, "ca_path: %s: is no regular file", fifo);
    promlet_push_opts options = good;
    options.ca_path = fifo;
    expect_refused(&options, sentence);
    int reader = open(fifo, O_RDONLY | O_NONBLOCK);
    int writer = open(fifo, O_WRONLY | O_NONBLOCK);
    assert_true(reader >= 0 && writer >= 0);
    assert_int_equal(write(writer, "x", 1), 1);
    expect_refused(&options, sentence);
    char byte = '\0';
    assert_int_equal(read(reader, &byte, 1), 1);
    assert_int_equal(close(reader), 0);
    assert_int_equal(close(writer), 0);
    assert_int_equal(unlink(fifo), 0);
    (void)snprintf(sentence, sizeof sentence, "ca_path: %s: is no regular file", folder);
    options.ca_path = folder;
    expect_refused(&options, sentence);
    assert_int_equal(rmdir(folder), 0);
    options.ca_path = "/dev/zero";
    expect_refused(&options, "ca_path: /dev/zero: is no regular file");
}

/* How often open() is to be interrupted yet; CMake links this program so that it goes by here. */
static int interruptions;

int __real_open(const char *path, int flags, ...);
int __wrap_open(const char *path, int flags, int mode);

int __wrap_open(const char *path, int flags, int mode)
{
    if (interruptions > 0) {
        interruptions--;
        errno = EINTR;
        return -1;
    }
    return __real_open(path, flags, mode);
}

static void file_is_opened_in_spite_of_signals(void **state)
{
    (void)state;
    promlet_push_opts options = good;
    options.ca_path = THERE;
    interruptions = 3;
    pml_push_config *config = NULL;
    assert_int_equal(pml_push_config_new(&options, sizeof options, &config), PROMLET_OK);
    assert_int_equal(interruptions, 0);
    pml_push_config_free(config);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(file_that_can_not_be_read_is_named),
        cmocka_unit_test(file_that_is_there_may_be_unreadable),
        cmocka_unit_test(text_of_a_file_is_no_path_and_is_not_shown),
        cmocka_unit_test(fifo_and_folder_are_refused),
        cmocka_unit_test(file_is_opened_in_spite_of_signals),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
