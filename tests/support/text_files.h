/* SPDX-License-Identifier: Apache-2.0 */
/* A folder for a text file, and what stands in it. */
#ifndef TESTS_SUPPORT_TEXT_FILES_H
#define TESTS_SUPPORT_TEXT_FILES_H

#include "support/carried.h"

#include <promlet/text_file.h>

#include <dirent.h>
#include <fcntl.h>
#include <limits.h>
#include <sys/stat.h>
#include <unistd.h>

static char folder[PATH_MAX];
static char path[PATH_MAX + 16]; /* of a file in the folder */

/* How many entries the folder has; they go to the end of names, each behind a space. */
static inline int list_folder(char *names, size_t size)
{
    int count = 0;
    DIR *list = opendir(folder);
    assert_non_null(list);
    for (struct dirent *entry = readdir(list); entry != NULL; entry = readdir(list)) {
        if (strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0) {
            size_t used = strlen(names);
            (void)snprintf(names + used, size - used, " %s", entry->d_name);
            count++;
        }
    }
    (void)closedir(list);
    return count;
}

/* Nothing but these names, each behind a space. */
static inline void expect_in_folder(const char *expected)
{
    char names[1000] = "";
    (void)list_folder(names, sizeof names);
    assert_string_equal(names, expected);
}

/* NULL if there is no file; else to be freed. */
static inline char *read_file(const char *of)
{
    int fd = open(of, O_RDONLY | O_CLOEXEC);
    if (fd < 0) {
        return NULL;
    }
    size_t size = 0;
    char *text = malloc(1 << 20);
    assert_non_null(text);
    for (ssize_t got = 1; got > 0; size += (size_t)got) {
        got = read(fd, text + size, (1 << 20) - 1 - size);
        assert_true(got >= 0);
    }
    (void)close(fd);
    text[size] = '\0';
    return text;
}

static inline void expect_file(const char *of, const char *expected)
{
    char *text = read_file(of);
    assert_non_null(text);
    assert_string_equal(text, expected);
    free(text);
}

static inline void write_old_file(void)
{
    FILE *file = fopen(path, "we");
    assert_non_null(file);
    assert_true(fputs("old 1\n", file) > 0);
    assert_int_equal(fclose(file), 0);
}

static inline mode_t mode_of(const char *of)
{
    struct stat found;
    assert_int_equal(stat(of, &found), 0);
    return found.st_mode & 07777;
}

/* ---- the folder of each test ----------------------------------------------------------------- */

static inline int make_test_folder(void **state)
{
    const char *parent = getenv("TMPDIR");
    (void)state;
    (void)snprintf(folder, sizeof folder, "%s/promlet-text-file-XXXXXX",
                   parent != NULL ? parent : "/tmp");
    assert_non_null(mkdtemp(folder));
    (void)snprintf(path, sizeof path, "%s/x.prom", folder);
    return 0;
}

static inline int remove_test_folder(void **state)
{
    char entry[sizeof folder + NAME_MAX + 2];
    DIR *list = opendir(folder);
    (void)state;
    assert_non_null(list);
    for (struct dirent *found = readdir(list); found != NULL; found = readdir(list)) {
        (void)snprintf(entry, sizeof entry, "%s/%s", folder, found->d_name);
        if (found->d_name[0] != '.' || strstr(found->d_name, ".promlet-") != NULL) {
            (void)remove(entry);
        }
    }
    (void)closedir(list);
    return rmdir(folder);
}

#define IN_FOLDER(test) cmocka_unit_test_setup_teardown(test, make_test_folder, remove_test_folder)

#endif
