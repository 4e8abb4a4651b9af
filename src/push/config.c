/* SPDX-License-Identifier: Apache-2.0 */
/* Reads, checks and copies the options of a push. How the group is written in a URL is group.c's.
 */
#define _DEFAULT_SOURCE /* explicit_bzero() */

#include "push/config.h"

#include "base/options.h"
#include "base/shown_path.h"
#include "push/group.h"
#include "push/url.h"

#include <promlet/status.h>

#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define MAX_TOKEN_BYTES 4096

/* Longer than a host's name may be. */
#define HOSTNAME_SIZE 256

/* Longer times are as this one. */
#define MOST_SECONDS 1e6

static promlet_status argument_error(const char *sentence)
{
    return promlet_set_last_error(PROMLET_ERROR_ARGUMENT, sentence);
}

/* ---- Checking -------------------------------------------------------------------------------- */

static promlet_status check_credentials(const promlet_push_opts *options)
{
    const char *token = options->bearer_token;
    if ((options->username == NULL) != (options->password == NULL)) {
        return argument_error("username, password: one is set without the other");
    }
    if (options->username != NULL && strchr(options->username, ':') != NULL) {
        return argument_error("username: has a ':', behind which the password would begin");
    }
    if (token == NULL) {
        return PROMLET_OK;
    }
    if (options->username != NULL) {
        return argument_error("username, bearer_token: both are set, but a request says only one");
    }
    size_t size = strlen(token);
    if (size == 0 || size > MAX_TOKEN_BYTES) {
        return argument_error("bearer_token: must have 1 to 4096 bytes");
    }
    for (size_t i = 0; i < size; i++) {
        if (token[i] <= ' ' || token[i] > '~') {
            return argument_error("bearer_token: must be printable ASCII");
        }
    }
    return PROMLET_OK;
}

static promlet_status check_files(const promlet_push_opts *options)
{
    if (options->key_path != NULL && options->certificate_path == NULL) {
        return argument_error("key_path: is set without a certificate_path");
    }
    const struct {
        const char *value;
        const char *fault;
    } paths[] = {{options->ca_path, "ca_path: is empty"},
                 {options->certificate_path, "certificate_path: is empty"},
                 {options->key_path, "key_path: is empty"},
                 {options->proxy, "proxy: is empty"}};
    for (size_t i = 0; i < sizeof paths / sizeof paths[0]; i++) {
        if (paths[i].value != NULL && paths[i].value[0] == '\0') {
            return argument_error(paths[i].fault);
        }
    }
    return PROMLET_OK;
}

static promlet_status status_of_file(int error)
{
    switch (error) {
    case ENOENT:
    case ENOTDIR:
        return PROMLET_ERROR_ARGUMENT;
    case EACCES:
    case EPERM:
        return PROMLET_ERROR_PERMISSION;
    case ENOMEM:
        return PROMLET_ERROR_MEMORY;
    default:
        return PROMLET_ERROR_SYSTEM;
    }
}

static promlet_status file_error(promlet_status status, const char *option, const char *path,
                                 const char *reason)
{
    char sentence[256];
    if (pml_path_is_text(path)) {
        return pml_path_refuse_text(option);
    }
    (void)snprintf(sentence, sizeof sentence, "%s: %s: %s", option, pml_shown_path(path), reason);
    return promlet_set_last_error(status, sentence);
}

static promlet_status system_error(const char *option, const char *path, int error)
{
    char reason[120];
    if (strerror_r(error, reason, sizeof reason) != 0) {
        (void)snprintf(reason, sizeof reason, "error %d", error);
    }
    return file_error(status_of_file(error), option, path, reason);
}

/* One that becomes a FIFO meanwhile is not waited for either. */
static int open_file(const char *path)
{
    int fd;
    do {
        fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
    } while (fd < 0 && errno == EINTR);
    return fd;
}

/* A FIFO and its like would be waited for, or lose to us what is another's; and libcurl reads the
   file at each push. So nothing else than a file is opened. */
static promlet_status try_file(const char *option, const char *path)
{
    struct stat found;
    if (stat(path, &found) != 0) {
        return system_error(option, path, errno);
    }
    if (!S_ISREG(found.st_mode)) {
        return file_error(PROMLET_ERROR_ARGUMENT, option, path, "is no regular file");
    }
    int fd = open_file(path);
    if (fd < 0) {
        return system_error(option, path, errno);
    }
    (void)close(fd);
    return PROMLET_OK;
}

/* libcurl would find a file that can't be read amid a push, and it would look as if the gateway
   were not trusted. What is in them is its own to judge. */
static promlet_status try_files(const promlet_push_opts *options)
{
    const struct {
        const char *option;
        const char *path;
    } files[] = {{"ca_path", options->ca_path},
                 {"certificate_path", options->certificate_path},
                 {"key_path", options->key_path}};
    promlet_status status = PROMLET_OK;
    for (size_t i = 0; i < sizeof files / sizeof files[0] && status == PROMLET_OK; i++) {
        if (files[i].path != NULL) {
            status = try_file(files[i].option, files[i].path);
        }
    }
    return status;
}

static bool read_seconds(double *seconds, double fallback)
{
    if (!(*seconds >= 0)) {
        return false;
    }
    *seconds = *seconds > 0 ? fmin(*seconds, MOST_SECONDS) : fallback;
    return true;
}

static promlet_status read_times(promlet_push_opts *options)
{
    if (!read_seconds(&options->connect_seconds, PROMLET_DEFAULT_CONNECT_SECONDS)) {
        return argument_error("connect_seconds: must be 0 or more");
    }
    if (!read_seconds(&options->push_seconds, PROMLET_DEFAULT_PUSH_SECONDS)) {
        return argument_error("push_seconds: must be 0 or more");
    }
    return PROMLET_OK;
}

static promlet_status check_format(promlet_format format)
{
    if (format != PROMLET_FORMAT_TEXT_0_0_4 && format != PROMLET_FORMAT_TEXT_1_0_0 &&
        format != PROMLET_FORMAT_PROTOBUF) {
        return argument_error("format: must be text without # EOF, or protobuf, as the gateway "
                              "reads nothing else");
    }
    return PROMLET_OK;
}

static promlet_status check(promlet_push_opts *options)
{
    promlet_status status = pml_push_group_check(options);
    if (status == PROMLET_OK) {
        status = check_credentials(options);
    }
    if (status == PROMLET_OK) {
        status = check_files(options);
    }
    if (status == PROMLET_OK) {
        status = read_times(options);
    }
    if (status == PROMLET_OK) {
        status = check_format(options->format);
    }
    return status == PROMLET_OK ? try_files(options) : status;
}

/* ---- Copying --------------------------------------------------------------------------------- */

/* Every string of the options, one after the other, which becomes what `change` makes of it. */
static bool change_strings(promlet_push_opts *options, bool (*change)(const char **string))
{
    const char **strings[] = {
        &options->url,      &options->job,      &options->instance,
        &options->username, &options->password, &options->bearer_token,
        &options->ca_path,  &options->key_path, &options->certificate_path,
        &options->proxy,
    };
    bool is_well = true;
    for (size_t i = 0; i < sizeof strings / sizeof strings[0]; i++) {
        is_well &= change(strings[i]);
    }
    for (size_t i = 0; i < PROMLET_MAX_GROUPING_LABELS; i++) {
        is_well &= change(&options->grouping[i].name);
        is_well &= change(&options->grouping[i].value);
    }
    return is_well;
}

static bool copy(const char **string)
{
    if (*string == NULL) {
        return true;
    }
    size_t size = strlen(*string) + 1;
    char *copied = malloc(size);
    *string = copied != NULL ? memcpy(copied, *string, size) : NULL;
    return copied != NULL;
}

static void wipe(char *string)
{
    if (string != NULL) {
        explicit_bzero(string, strlen(string));
        free(string);
    }
}

/* Wiped, since several of them are secrets, or hold one as a proxy's URL may. */
static bool give_back(const char **string)
{
    wipe((char *)(uintptr_t)*string);
    *string = NULL;
    return true;
}

/* What stands behind the end of the labels is not the caller's to have right. */
static void end_grouping(promlet_push_opts *options)
{
    size_t count = pml_push_group_count(options);
    size_t rest = PROMLET_MAX_GROUPING_LABELS - count;
    memset(options->grouping + count, 0, rest * sizeof options->grouping[0]);
}

static promlet_status read_hostname(promlet_push_opts *options, char *hostname)
{
    if (!options->instance_is_hostname) {
        return PROMLET_OK;
    }
    hostname[HOSTNAME_SIZE - 1] = '\0'; /* which a name that was cut need not have */
    if (gethostname(hostname, HOSTNAME_SIZE - 1) != 0) {
        return promlet_set_last_error(PROMLET_ERROR_SYSTEM, "gethostname: can't tell this "
                                                            "machine's name");
    }
    options->instance = hostname;
    return PROMLET_OK;
}

static promlet_status copy_config(const promlet_push_opts *options, pml_push_config **config)
{
    pml_push_config *made = calloc(1, sizeof *made);
    if (made == NULL) {
        return promlet_set_last_error(PROMLET_ERROR_MEMORY, NULL);
    }
    made->options = *options;
    promlet_status status = PROMLET_OK;
    if (!change_strings(&made->options, copy)) {
        status = promlet_set_last_error(PROMLET_ERROR_MEMORY, NULL);
    }
    if (status == PROMLET_OK) {
        status = pml_push_url_of_group(&made->options, &made->url);
    }
    if (status == PROMLET_OK) {
        status = pml_push_password_of_proxy(&made->options, &made->proxy_password);
    }
    if (status != PROMLET_OK) {
        pml_push_config_free(made);
        return status;
    }
    *config = made;
    return PROMLET_OK;
}

promlet_status pml_push_config_new(const promlet_push_opts *options, size_t options_size,
                                   pml_push_config **config)
{
    char hostname[HOSTNAME_SIZE];
    promlet_push_opts known;
    pml_options_size size = {options_size, sizeof known};
    promlet_status status = pml_options_read(options, &known, size, "options:");
    if (status == PROMLET_OK) {
        status = check(&known);
    }
    if (status == PROMLET_OK) {
        status = read_hostname(&known, hostname);
    }
    if (status != PROMLET_OK) {
        return status;
    }
    end_grouping(&known);
    return copy_config(&known, config);
}

void pml_push_config_free(pml_push_config *config)
{
    if (config != NULL) {
        change_strings(&config->options, give_back);
        wipe(config->proxy_password);
        free(config->url);
        free(config);
    }
}
