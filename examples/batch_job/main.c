/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A batch job: it prints a checksum of each file below a folder, and leaves its metrics where
 * Prometheus finds them when the job is long over: at a Pushgateway, and by choice in a text file
 * for node_exporter as well. What promlet has to do with it is marked with an arrow (-->).
 *
 *     batch_job --gateway http://localhost:9091 --text-file /srv/metrics/batch_job.prom /etc
 *
 * Its status is 0 if all files could be read. Metrics that can't be left anywhere are a warning and
 * no failure of the job.
 */
#include <promlet/promlet.h>   /* --> */
#include <promlet/push.h>      /* --> */
#include <promlet/text_file.h> /* --> */

#include <dirent.h>
#include <errno.h>
#include <getopt.h>
#include <inttypes.h>
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

/* --> Gauges, though they only grow in a run: the next run starts them anew. */
static promlet_gauge *read_files;
static promlet_gauge *unreadable_files;
static promlet_gauge *read_bytes;
static promlet_histogram *file_bytes;

static void declare_metrics(void)
{
    promlet_gauge_family *files =
        promlet_gauge_family_new(NULL, &(promlet_opts){.name = "batch_job_files",
                                                       .help = "Files that the last run met.",
                                                       .labels = {"result"}});
    read_files = promlet_gauge_with(files, "read");
    unreadable_files = promlet_gauge_with(files, "unreadable");
    read_bytes = promlet_gauge_new(NULL, &(promlet_opts){.name = "batch_job_read_bytes",
                                                         .help = "Bytes that the last run read.",
                                                         .unit = "bytes"});
    file_bytes =
        promlet_histogram_new(NULL, &(promlet_opts){.name = "batch_job_file_bytes",
                                                    .help = "Size of the files that were read.",
                                                    .unit = "bytes",
                                                    PROMLET_BOUNDS(1e3, 1e4, 1e5, 1e6, 1e7)});
}

/* ---- the job --------------------------------------------------------------------------------- */

static bool has_failed(const char *path)
{
    (void)fprintf(stderr, "batch_job: %s: %s\n", path, strerror(errno));
    promlet_gauge_inc(unreadable_files); /* --> */
    return false;
}

/* FNV-1a of 64 bits. */
static bool sum_file(const char *path)
{
    uint64_t sum = 0xcbf29ce484222325;
    uint64_t size = 0;
    int byte;
    FILE *file = fopen(path, "rb");
    if (file == NULL) {
        return has_failed(path);
    }
    while ((byte = getc(file)) != EOF) {
        sum = (sum ^ (uint64_t)byte) * 0x100000001b3;
        size++;
    }
    bool is_well = !ferror(file);
    (void)fclose(file);
    if (!is_well) {
        return has_failed(path);
    }
    (void)printf("%016" PRIx64 "  %s\n", sum, path);
    promlet_gauge_inc(read_files);                       /* --> */
    promlet_gauge_add(read_bytes, (double)size);         /* --> */
    promlet_histogram_observe(file_bytes, (double)size); /* --> */
    return true;
}

static bool sum_folder(const char *path);

/* Devices and the like are passed over, and so are links to folders, which may lead in circles. */
static bool sum_path(const char *path)
{
    struct stat itself;
    struct stat found;
    if (lstat(path, &itself) != 0 || stat(path, &found) != 0) {
        return has_failed(path);
    }
    if (S_ISDIR(itself.st_mode)) {
        return sum_folder(path);
    }
    return !S_ISREG(found.st_mode) || sum_file(path);
}

static bool sum_folder(const char *path)
{
    DIR *folder = opendir(path);
    if (folder == NULL) {
        return has_failed(path);
    }
    bool is_well = true;
    for (struct dirent *entry = readdir(folder); entry != NULL; entry = readdir(folder)) {
        char below[PATH_MAX];
        int size = snprintf(below, sizeof below, "%s/%s", path, entry->d_name);
        if (strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0 &&
            size < (int)sizeof below) {
            is_well &= sum_path(below);
        }
    }
    (void)closedir(folder);
    return is_well;
}

/* ---- what is left of it ---------------------------------------------------------------------- */

static void warn(promlet_status status)
{
    if (status != PROMLET_OK) {
        (void)fprintf(stderr, "batch_job: metrics: %s\n", promlet_last_error());
    }
}

/* --> The gauges of the push are in the file as well, whether or not the gateway was there. The
   file is replaced as a whole, so a run that failed leaves that of the last success, whose age an
   alert sees; the gateway keeps the time of the last success by itself. */
static void leave_metrics(const char *gateway, const char *text_file, promlet_timer timer,
                          bool has_succeeded)
{
    promlet_push_opts push = {.url = gateway, .job = "batch_job"};
    warn(promlet_push_job(&push, timer, has_succeeded));
    if (text_file != NULL && has_succeeded) {
        promlet_text_file_opts file = {.path = text_file};
        warn(promlet_text_file_write(&file));
    }
}

static void show_usage_and_exit(void)
{
    (void)fputs("usage: batch_job [--gateway URL] [--text-file FILE] FOLDER\n", stderr);
    exit(2);
}

int main(int argument_count, char **arguments)
{
    static const struct option options[] = {{"gateway", required_argument, NULL, 'g'},
                                            {"text-file", required_argument, NULL, 't'},
                                            {NULL, 0, NULL, 0}};
    const char *gateway = "http://localhost:9091";
    const char *text_file = NULL;
    int option;
    while ((option = getopt_long(argument_count, arguments, "", options, NULL)) != -1) {
        if (option == 'g') {
            gateway = optarg;
        } else if (option == 't') {
            text_file = optarg;
        } else {
            show_usage_and_exit();
        }
    }
    if (optind != argument_count - 1) {
        show_usage_and_exit();
    }
    declare_metrics();                           /* --> */
    promlet_timer timer = promlet_timer_start(); /* --> */
    bool has_succeeded = sum_path(arguments[optind]);
    leave_metrics(gateway, text_file, timer, has_succeeded); /* --> */
    return has_succeeded ? EXIT_SUCCESS : EXIT_FAILURE;
}
