/* SPDX-License-Identifier: Apache-2.0 */
/* A registry in a text file, once or every so often. How a file is written whole is
   whole_file.c's. */
#include <promlet/collector.h>
#include <promlet/text_file.h>

#include "base/options.h"
#include "expose/failure.h"
#include "expose/own_metrics.h"
#include "expose/rounds.h"
#include "expose/whole_file.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* All that a mode may have. */
#define MODE_BITS 0777

/* ---- Options ---- */

static bool has_suffix(const char *name)
{
    static const char suffix[] = ".prom";
    size_t size = strlen(name);
    return size >= sizeof suffix - 1 && strcmp(name + size - (sizeof suffix - 1), suffix) == 0;
}

static promlet_status check(promlet_text_file_opts *options)
{
    if (options->path == NULL || options->path[0] == '\0') {
        return pml_expose_refuse("path: is NULL or empty");
    }
    if (pml_file_name(options->path)[0] == '\0') {
        return pml_expose_fail_with(PROMLET_ERROR_ARGUMENT, options->path,
                                    "names a folder and no file");
    }
    if (!options->any_name && !has_suffix(options->path)) {
        return pml_expose_fail_with(PROMLET_ERROR_ARGUMENT, options->path,
                                    "does not end in \".prom\", so node_exporter would pass over "
                                    "it; any_name lets you");
    }
    if ((options->mode & ~MODE_BITS) != 0) {
        return pml_expose_refuse("mode: is none of a file");
    }
    if (options->mode == 0) {
        options->mode = PROMLET_DEFAULT_TEXT_FILE_MODE;
    }
    return PROMLET_OK;
}

static promlet_status read_options(const promlet_text_file_opts *given,
                                   promlet_text_file_opts *known, size_t options_size)
{
    promlet_status status =
        pml_options_read(given, known, (pml_options_size){options_size, sizeof *known}, "options:");
    return status == PROMLET_OK ? check(known) : status;
}

/* ---- Writing ---- */

/* What a text file can have, see the header. */
static const promlet_encoding encoding = {.format = PROMLET_FORMAT_TEXT_0_0_4,
                                          .without_timestamps = true};

static promlet_status write_snapshot(const promlet_text_file_opts *options,
                                     const promlet_snapshot *snapshot, uint64_t *size)
{
    pml_whole_file file;
    promlet_status status = pml_whole_file_begin(&file, options->path);
    if (status != PROMLET_OK) {
        return status;
    }
    promlet_status encoded =
        promlet_snapshot_write_as(snapshot, &encoding, pml_whole_file_put, &file);
    pml_whole_file_opts how = {.mode = options->mode, .syncs = options->syncs};
    status = pml_whole_file_end(&file, &how, encoded == PROMLET_OK);
    *size = file.size;
    return status != PROMLET_OK ? status : encoded;
}

static promlet_status write_registry(const promlet_text_file_opts *options,
                                     const pml_own_metrics *metrics, uint64_t *size)
{
    promlet_snapshot *snapshot = pml_own_metrics_take(metrics, options->registry);
    if (snapshot == NULL) {
        return promlet_is_collecting() ? PROMLET_ERROR_BUSY : PROMLET_ERROR_MEMORY;
    }
    promlet_status status = write_snapshot(options, snapshot, size);
    promlet_snapshot_release(snapshot);
    return status;
}

promlet_status promlet_text_file_write_sized(const promlet_text_file_opts *options,
                                             size_t options_size)
{
    static const pml_own_metrics nothing_of_its_own;
    promlet_text_file_opts known;
    uint64_t size;
    promlet_status status = read_options(options, &known, options_size);
    return status == PROMLET_OK ? write_registry(&known, &nothing_of_its_own, &size) : status;
}

/* ---- Every so often ---- */

struct text_file {
    promlet_text_file_opts options;
    pml_own_metrics metrics;
    char *path;
};

static promlet_status write_round(void *ctx)
{
    struct text_file *file = ctx;
    uint64_t size = 0;
    promlet_timer started = promlet_timer_start();
    promlet_status status = write_registry(&file->options, &file->metrics, &size);
    pml_own_metrics_note(&file->metrics, status, started, size);
    return status;
}

static void free_file(void *ctx)
{
    struct text_file *file = ctx;
    pml_own_metrics_end(&file->metrics);
    free(file->path);
    free(file);
}

/* A program may change its folder, as a daemon does. NULL with errno. */
static char *absolute_path(const char *path)
{
    char folder[PATH_MAX] = "";
    if (path[0] != '/' && getcwd(folder, sizeof folder) == NULL) {
        return NULL;
    }
    size_t size = strlen(folder) + 1 + strlen(path) + 1;
    char *absolute = malloc(size);
    if (absolute != NULL) {
        (void)snprintf(absolute, size, "%s%s%s", folder, folder[0] != '\0' ? "/" : "", path);
    }
    return absolute;
}

static promlet_status start_metrics(struct text_file *file)
{
    pml_own_metrics_opts options = {
        .prefix = "promlet_text_file_",
        .label = {"path", file->path},
        .duration_help = "Time that it took to write the text file.",
        .failures_help = "Writings of the text file that have failed.",
        .last_success_help = "When the text file was last written.",
        .size_help = "Size of the text file when it was last written.",
    };
    if (file->options.hide_own_metrics || pml_own_metrics_start(&file->metrics, &options)) {
        return PROMLET_OK;
    }
    return promlet_set_last_error(PROMLET_ERROR_MEMORY, NULL);
}

/* Of a file that has nothing but its options. */
static promlet_status complete(struct text_file *file)
{
    file->path = absolute_path(file->options.path);
    if (file->path == NULL) {
        return pml_expose_fail(file->options.path, "finding the current folder", errno);
    }
    file->options.path = file->path;
    return start_metrics(file);
}

promlet_status promlet_text_file_start_sized(const promlet_text_file_opts *options,
                                             promlet_periodic **periodic, size_t options_size)
{
    promlet_text_file_opts known;
    promlet_status status = pml_rounds_prepare(periodic);
    if (status == PROMLET_OK) {
        status = read_options(options, &known, options_size);
    }
    if (status != PROMLET_OK) {
        return status;
    }
    struct text_file *file = calloc(1, sizeof *file);
    if (file == NULL) {
        return promlet_set_last_error(PROMLET_ERROR_MEMORY, NULL);
    }
    file->options = known;
    promlet_periodic_opts rounds = {.interval_seconds = known.interval_seconds,
                                    .run = write_round,
                                    .ctx = file,
                                    .free_ctx = free_file,
                                    .runs_at_stop = true,
                                    .name = "promlet file"};
    return pml_rounds_start(complete(file), &rounds, periodic);
}
