/* SPDX-License-Identifier: Apache-2.0 */
/* Names of headers are ASCII, and the locale has no say in it. */
#ifndef PML_SERVER_HEADER_NAME_H
#define PML_SERVER_HEADER_NAME_H

#include <stdbool.h>
#include <stddef.h>
#include <string.h>

/* Whether a header has this name, given in small letters. */
static inline bool pml_server_is_header(const char *name, size_t size, const char *small)
{
    bool is_same = size == strlen(small);
    for (size_t i = 0; is_same && i < size; i++) {
        char lowered = name[i] >= 'A' && name[i] <= 'Z' ? (char)(name[i] - 'A' + 'a') : name[i];
        is_same = lowered == small[i];
    }
    return is_same;
}

#endif
