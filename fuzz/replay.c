/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Runs a fuzz target over files, without a fuzzer: with any compiler, under ctest and valgrind.
 *
 * usage: PROGRAM [FILE|FOLDER...]     without any, the corpus that the program was built with
 */
#include <dirent.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

#define MOST_BYTES ((size_t)1 << 20)

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static int file_count;

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
    } else {
        run_file(path);
    }
}

int main(int argc, char **argv)
{
    for (int i = 1; i < argc; i++) {
        run_path(argv[i]);
    }
    if (argc == 1) {
        run_path(FUZZ_CORPUS);
    }
    printf("%d inputs, no finding\n", file_count);
    return file_count > 0 ? 0 : 1;
}
