/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Runs a fuzz target over files, without a fuzzer: with any compiler, under ctest and valgrind.
 *
 * usage: PROGRAM [FILE|FOLDER...]     without any, the corpus that the program was built with
 * Under valgrind each takes fifty times as long, so of the corpus every third is run.
 */
#include "base/valgrind.h"

#include <dirent.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

#define MOST_BYTES ((size_t)1 << 20)

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define SHARE_UNDER_VALGRIND 3

static int file_count;  /* run so far */
static int found_count; /* those left out as well */
static int share = 1;   /* of those found, every so manieth is run */

static void run_file(const char *path)
{
    /* As large as the file and no larger, so that a read behind its end is seen. */
    FILE *file = fopen(path, "rb");
    struct stat about;
    if (file == NULL || stat(path, &about) != 0 || (size_t)about.st_size > MOST_BYTES) {
        perror(path);
        exit(2);
    }
    size_t size = (size_t)about.st_size;
    uint8_t *data = malloc(size > 0 ? size : 1);
    if (data == NULL || fread(data, 1, size, file) != size) {
        perror(path);
        exit(2);
    }
    (void)fclose(file);
    printf("%s\n", path);
    (void)fflush(stdout);
    (void)LLVMFuzzerTestOneInput(data, size);
    free(data);
    file_count++;
}

static int is_no_dot(const struct dirent *entry)
{
    return entry->d_name[0] != '.';
}

static void run_path(const char *path)
{
    struct stat about;
    if (stat(path, &about) == 0 && S_ISDIR(about.st_mode)) {
        struct dirent **entries;
        int count = scandir(path, &entries, is_no_dot, alphasort);
        for (int i = 0; i < count; i++) {
            char inner[4096];
            (void)snprintf(inner, sizeof inner, "%s/%s", path, entries[i]->d_name);
            run_path(inner);
            free(entries[i]);
        }
        free(entries);
    } else if (found_count++ % share == 0) {
        run_file(path);
    }
}

int main(int argc, char **argv)
{
    for (int i = 1; i < argc; i++) {
        run_path(argv[i]);
    }
    if (argc == 1) {
        share = pml_runs_on_valgrind() ? SHARE_UNDER_VALGRIND : 1;
        run_path(FUZZ_CORPUS);
    }
    printf("%d of %d inputs, no finding\n", file_count, found_count);
    return file_count > 0 ? 0 : 1;
}
