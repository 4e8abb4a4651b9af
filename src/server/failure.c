/* SPDX-License-Identifier: Apache-2.0 */
/* Says in a sentence why a server can't do what it was asked for. */
#include "server/failure.h"

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

/* promlet_last_error() keeps 255 bytes and a NUL. */
#define SENTENCE_SIZE 256

#define REASON_SIZE 120

/* Make the text of another library, which may be a sentence, the end of ours. */
static void fit_in(char *text)
{
    size_t size = strlen(text);
    bool is_word = text[0] >= 'A' && text[0] <= 'Z' && text[1] >= 'a' && text[1] <= 'z';
    if (is_word) {
        text[0] = (char)(text[0] - 'A' + 'a');
    }
    if (size > 0 && text[size - 1] == '.') {
        text[size - 1] = '\0';
    }
}

promlet_status pml_server_fail_with(promlet_status status, const char *place, const char *step,
                                    const char *reason)
{
    char fitting[REASON_SIZE];
    char sentence[SENTENCE_SIZE];

    snprintf(fitting, sizeof fitting, "%s", reason);
    fit_in(fitting);
    snprintf(sentence, sizeof sentence, "%s: %s: %s", place, step, fitting);
    return promlet_set_last_error(status, sentence);
}

promlet_status pml_server_status_of(int error)
{
    switch (error) {
    case EADDRINUSE:
        return PROMLET_ERROR_PORT_IN_USE;
    case EACCES:
    case EPERM:
    case EROFS:
        return PROMLET_ERROR_PERMISSION;
    case EADDRNOTAVAIL:
    case EAFNOSUPPORT:
    case ENOENT: /* a folder that is not there */
    case ENOTDIR:
        return PROMLET_ERROR_ADDRESS;
    case ENOMEM:
        return PROMLET_ERROR_MEMORY;
    default:
        return PROMLET_ERROR_SYSTEM;
    }
}

promlet_status pml_server_fail(const char *place, const char *step, int error)
{
    char reason[REASON_SIZE];
    if (error <= 0) {
        snprintf(reason, sizeof reason, "unknown reason");
    } else if (strerror_r(error, reason, sizeof reason) != 0) {
        snprintf(reason, sizeof reason, "error %d", error);
    }
    return pml_server_fail_with(pml_server_status_of(error), place, step, reason);
}
