/* SPDX-License-Identifier: Apache-2.0 */
/* Checks the options that say where a server listens. Whether it can is found by listen.c. */
#include "server/options.h"

#include "server/listen.h"

#include <promlet/status.h>

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

static promlet_status argument_error(const char *sentence)
{
    return promlet_set_last_error(PROMLET_ERROR_ARGUMENT, sentence);
}

static promlet_status contradiction(const char *first, const char *second)
{
    char sentence[80];
    snprintf(sentence, sizeof sentence, "%s and %s: a server listens in one place only", first,
             second);
    return argument_error(sentence);
}

/* Before defaults are filled in, which don't contradict anybody. */
static promlet_status check_one_place(const promlet_server_opts *options)
{
    const char *special = options->unix_path != NULL ? "unix_path"
                          : options->listen_fd != 0  ? "listen_fd"
                                                     : NULL;
    if (special != NULL && options->host != NULL) {
        return contradiction(special, "host");
    }
    if (special != NULL && options->port != 0) {
        return contradiction(special, "port");
    }
    if (options->unix_path != NULL && options->listen_fd != 0) {
        return contradiction("unix_path", "listen_fd");
    }
    if (options->unix_mode != 0 && (options->unix_path == NULL || options->unix_path[0] == '@')) {
        return argument_error("unix_mode: needs a unix_path that begins with '/'");
    }
    return PROMLET_OK;
}

static promlet_status check_unix_path(const char *path)
{
    if (path[0] != '/' && path[0] != '@') {
        return argument_error("unix_path: must begin with '/', or with '@' for an abstract name");
    }
    size_t length = strlen(path);
    if (length == 1 || (path[0] == '/' && path[length - 1] == '/')) {
        return argument_error("unix_path: must end with a name");
    }
    if (length >= PML_SERVER_UNIX_PATH_SIZE) {
        char sentence[80];
        snprintf(sentence, sizeof sentence, "unix_path: has %zu bytes, but only %d fit an address",
                 length, PML_SERVER_UNIX_PATH_SIZE - 1);
        return argument_error(sentence);
    }
    return PROMLET_OK;
}

static promlet_status check_unix_mode(int mode)
{
    char sentence[80];
    if (mode >= 0 && mode <= 0777) {
        return PROMLET_OK;
    }
    snprintf(sentence, sizeof sentence, "unix_mode: %d is not within 0 to 0777 (octal)", mode);
    return argument_error(sentence);
}

static promlet_status check_port(int port)
{
    char sentence[64];
    if (port >= 0 && port <= UINT16_MAX) {
        return PROMLET_OK;
    }
    snprintf(sentence, sizeof sentence, "port: %d is not within 0 to 65535", port);
    return argument_error(sentence);
}

static promlet_status check_listen_fd(int fd)
{
    char sentence[64];
    if (fd >= PROMLET_LISTEN_FD_SYSTEMD) {
        return PROMLET_OK;
    }
    snprintf(sentence, sizeof sentence, "listen_fd: %d is no descriptor", fd);
    return argument_error(sentence);
}

/* Whether it is a URL, or an address with a port, which would be looked up as names and not be
   found. An IPv6 address has two colons at least, and in brackets it ends with them. */
static bool is_more_than_a_host(const char *host)
{
    const char *colon = strchr(host, ':');
    if (host[0] == '[') {
        return strchr(host, ']') != host + strlen(host) - 1;
    }
    return strchr(host, '/') != NULL || (colon != NULL && strchr(colon + 1, ':') == NULL);
}

static promlet_status check_host(const char *host)
{
    if (host == NULL) {
        return PROMLET_OK;
    }
    if (host[0] == '\0') {
        return argument_error("host: must not be empty; NULL means 127.0.0.1");
    }
    if (is_more_than_a_host(host)) {
        return argument_error("host: must be a name or an address alone, without scheme or port");
    }
    return PROMLET_OK;
}

promlet_status pml_server_check_place(const promlet_server_opts *options)
{
    promlet_status status = check_port(options->port);
    if (status == PROMLET_OK) {
        status = check_host(options->host);
    }
    if (status == PROMLET_OK) {
        status = check_one_place(options);
    }
    if (status == PROMLET_OK && options->unix_path != NULL) {
        status = check_unix_path(options->unix_path);
    }
    if (status == PROMLET_OK) {
        status = check_unix_mode(options->unix_mode);
    }
    return status == PROMLET_OK ? check_listen_fd(options->listen_fd) : status;
}
