/* SPDX-License-Identifier: Apache-2.0 */
/* Takes options of a server from the environment. */
#define _GNU_SOURCE /* secure_getenv() */
#include "server/environment.h"

#include <promlet/server.h>
#include <promlet/status.h>

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#define PORT_VARIABLE "OTEL_EXPORTER_PROMETHEUS_PORT"

/* More of a wrong value is cut, so that the rule behind it is always seen. */
#define VALUE_SHOWN 100

const char *pml_server_variable(const char *name)
{
    const char *value = secure_getenv(name);
    return value != NULL && value[0] != '\0' ? value : NULL;
}

bool pml_server_read_number(const char *text, int max, int *number)
{
    int64_t read = 0;
    const char *c = text;
    while (*c >= '0' && *c <= '9' && read <= max) {
        read = read * 10 + (*c++ - '0');
    }
    if (c == text || *c != '\0' || read > max) {
        return false;
    }
    *number = (int)read;
    return true;
}

static promlet_status port_error(const char *value)
{
    char sentence[256];
    snprintf(sentence, sizeof sentence, PORT_VARIABLE ": \"%.*s\" is no number from 0 to 65535",
             VALUE_SHOWN, value);
    return promlet_set_last_error(PROMLET_ERROR_ARGUMENT, sentence);
}

promlet_status promlet_server_options_from_env(promlet_server_opts *options)
{
    if (options == NULL) {
        return promlet_set_last_error(PROMLET_ERROR_ARGUMENT, "options: must not be NULL");
    }
    const char *host = pml_server_variable("OTEL_EXPORTER_PROMETHEUS_HOST");
    const char *port = pml_server_variable(PORT_VARIABLE);
    int port_read = options->port != 0 ? options->port : PROMLET_DEFAULT_PORT;
    if (port != NULL && !pml_server_read_number(port, UINT16_MAX, &port_read)) {
        return port_error(port);
    }
    options->port = port_read;
    if (host != NULL) {
        options->host = host;
    }
    return PROMLET_OK;
}
