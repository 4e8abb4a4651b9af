/* SPDX-License-Identifier: Apache-2.0 */
/* What the tests of the process's metrics share: registries that have them, values, and folders in
   the place of /proc. */
#ifndef TESTS_SUPPORT_PROCESS_H
#define TESTS_SUPPORT_PROCESS_H

#include "base/valgrind.h"
#include "collect/process_file.h"
#include "support/expect.h"
#include "support/leaks.h"
#include "support/sanitizers.h"

#include <promlet/process.h>

#include <dirent.h>
#include <fcntl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

static inline promlet_registry *registry_with_process(const promlet_process_opts *options)
{
    promlet_registry *registry = new_registry();
    assert_int_equal(promlet_process_metrics_register(registry, options), PROMLET_OK);
    return registry;
}

static inline char *text_of(promlet_registry *registry)
{
    char *text = promlet_registry_get_metrics(registry);
    assert_non_null(text);
    return text;
}

/* Whether a text has the sample, with its labels. */
static inline bool is_shown(const char *text, const char *sample)
{
    size_t size = strlen(sample);
    const char *place = strstr(text, sample);
    while (place != NULL && (place == text || place[-1] != '\n' || place[size] != ' ')) {
        place = strstr(place + 1, sample);
    }
    return place != NULL;
}

/* The value of a sample that must be there. */
static inline double shown_value(promlet_registry *registry, const char *sample)
{
    char *text = text_of(registry);
    if (!is_shown(text, sample)) {
        fail_msg("there is no %s in\n%s", sample, text);
    }
    double value = sample_value(text, sample);
    promlet_free(text);
    return value;
}

/* Descriptors that are open, counted by asking for each. */
static inline int count_open(void)
{
    int count = 0;
    for (int fd = 0; fd < 4096; fd++) {
        count += fcntl(fd, F_GETFD) >= 0;
    }
    return count;
}

/* Whether so many are shown as open. Valgrind hides some of its own from the process, but the
   kernel counts them. */
static inline bool are_open(double shown)
{
    int count = count_open();
    int hidden = pml_runs_on_valgrind() ? 16 : 0;
    return shown >= count && shown <= count + hidden;
}

/* Allows no descriptor at or above a number. The hard limit stays: valgrind lets nobody change it.
 */
static inline int limit_descriptors(int count)
{
    struct rlimit limit;
    if (getrlimit(RLIMIT_NOFILE, &limit) != 0) {
        return -1;
    }
    limit.rlim_cur = (rlim_t)count;
    return setrlimit(RLIMIT_NOFILE, &limit);
}

/* Runs a function in a child, which must return 0. What it leaves in memory is no leak. */
static inline void expect_in_child(int (*run)(void *ctx), void *ctx)
{
    (void)fflush(NULL);
    pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        leave_without_leak_check();
        _exit(run(ctx));
    }
    int status;
    assert_true(waitpid(child, &status, 0) == child);
    if (!WIFEXITED(status) || WEXITSTATUS(status) != 0) {
        fail_msg("the child ended with status %#x", (unsigned int)status);
    }
}

/* ---- a folder in the place of /proc ---------------------------------------------------------- */

static char place[64];

static inline int make_place(void **state)
{
    (void)state;
    (void)snprintf(place, sizeof place, "/tmp/promlet-process-XXXXXX");
    if (mkdtemp(place) == NULL) {
        return 1;
    }
    pml_proc_root = place;
    return 0;
}

static inline int remove_folder(const char *path)
{
    DIR *folder = opendir(path);
    if (folder == NULL) {
        return unlink(path);
    }
    int failures = 0;
    for (struct dirent *entry = readdir(folder); entry != NULL; entry = readdir(folder)) {
        char *inner;
        if (strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0) {
            assert_true(asprintf(&inner, "%s/%s", path, entry->d_name) > 0);
            failures += remove_folder(inner) != 0;
            free(inner);
        }
    }
    (void)closedir(folder);
    return failures + (rmdir(path) != 0);
}

static inline int remove_place(void **state)
{
    (void)state;
    pml_proc_root = "/proc";
    return remove_folder(place);
}

/* Writes a file of the place, with the folders that it is in. */
static inline void put(const char *name, const char *text)
{
    char path[4096];
    int size = snprintf(path, sizeof path, "%s/%s", place, name);
    assert_true(size < (int)sizeof path);
    for (char *at = strchr(path + strlen(place) + 1, '/'); at != NULL; at = strchr(at + 1, '/')) {
        *at = '\0';
        (void)mkdir(path, 0700);
        *at = '/';
    }
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    assert_true(fputs(text, file) >= 0);
    assert_int_equal(fclose(file), 0);
}

#endif
