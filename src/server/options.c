/* SPDX-License-Identifier: Apache-2.0 */
/* Reads and checks the options of a server. Where it listens is checked in
   options_place.c. */
#include "server/options.h"

#include "base/options.h"

#include <promlet/status.h>

#include <stdbool.h>

static promlet_status argument_error(const char *sentence)
{
    return promlet_set_last_error(PROMLET_ERROR_ARGUMENT, sentence);
}

/* The path is compared with what clients send, so it must be what a client can send. */
static promlet_status check_path(const char *path)
{
    if (path[0] != '/') {
        return argument_error("path: must begin with '/'");
    }
    for (const char *c = path; *c != '\0'; c++) {
        unsigned char byte = (unsigned char)*c;
        if (byte <= ' ' || byte == 0x7f || byte == '?' || byte == '#') {
            return argument_error("path: must not contain '?', '#', a space or a control "
                                  "character");
        }
    }
    return PROMLET_OK;
}

/* What credentials may be is auth.c's, and whether certificates can be used tls_*.c's. */
static promlet_status check_tls(const promlet_server_opts *options)
{
    if (options->certificate_path == NULL && options->key_path != NULL) {
        return argument_error("key_path: needs a certificate_path");
    }
    if (options->certificate_path == NULL && options->client_ca_path != NULL) {
        return argument_error("client_ca_path: needs a certificate_path");
    }
    return PROMLET_OK;
}

static void fill_defaults(promlet_server_opts *options)
{
    bool is_tcp = options->unix_path == NULL && options->listen_fd == 0;
    if (is_tcp && options->host == NULL) {
        options->host = "127.0.0.1";
    }
    if (options->unix_path != NULL && options->unix_mode == 0) {
        options->unix_mode = 0660;
    }
    if (options->path == NULL) {
        options->path = "/metrics";
    }
}

promlet_status pml_server_read_options(const promlet_server_opts *options, size_t options_size,
                                       promlet_server_opts *result)
{
    static const promlet_server_opts usual = {.port = PROMLET_DEFAULT_PORT};
    pml_options_size size = {options == NULL ? sizeof usual : options_size, sizeof *result};
    promlet_status status =
        pml_options_read(options == NULL ? &usual : options, result, size, "options:");
    if (status == PROMLET_OK) {
        status = pml_server_check_place(result);
    }
    if (status == PROMLET_OK) {
        status = check_tls(result);
    }
    fill_defaults(result);
    return status == PROMLET_OK ? check_path(result->path) : status;
}

bool pml_server_has_credentials(const promlet_server_opts *options)
{
    return options->client_ca_path != NULL || options->username != NULL ||
           options->bearer_token != NULL || options->authorize != NULL;
}
