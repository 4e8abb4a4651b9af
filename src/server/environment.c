/* SPDX-License-Identifier: Apache-2.0 */
/* Reads the environment, for those who ask for it. */
#define _GNU_SOURCE /* secure_getenv() */
#include "server/environment.h"

#include <stdint.h>
#include <stdlib.h>

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
