/* SPDX-License-Identifier: Apache-2.0 */
/* Says in a sentence why a transport did not do what it was asked for. */
#include "expose/failure.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

/* promlet_last_error() keeps 255 bytes and a NUL. */
#define SENTENCE_SIZE 256

#define REASON_SIZE 120

/* A place that is longer loses its middle, so that the reason is always there. */
#define MOST_OF_PLACE 120
#define BEGINNING_OF_PLACE 40

static promlet_status status_of(int error)
{
    switch (error) {
    case EACCES:
    case EPERM:
    case EROFS:
        return PROMLET_ERROR_PERMISSION;
    case ENOENT:
    case ENOTDIR:
        return PROMLET_ERROR_NOT_FOUND;
    case ENOMEM:
        return PROMLET_ERROR_MEMORY;
    default:
        return PROMLET_ERROR_SYSTEM;
    }
}

promlet_status pml_expose_fail_with(promlet_status status, const char *place, const char *reason)
{
    char sentence[SENTENCE_SIZE];
    size_t size = strlen(place);
    if (size <= MOST_OF_PLACE) {
        (void)snprintf(sentence, sizeof sentence, "%s: %s", place, reason);
    } else {
        const char *end = place + size - (MOST_OF_PLACE - BEGINNING_OF_PLACE);
        (void)snprintf(sentence, sizeof sentence, "%.*s...%s: %s", BEGINNING_OF_PLACE, place, end,
                       reason);
    }
    return promlet_set_last_error(status, sentence);
}

promlet_status pml_expose_fail_as(promlet_status status, const char *place, const char *step,
                                  int error)
{
    char text[REASON_SIZE];
    char reason[REASON_SIZE * 2];
    if (strerror_r(error, text, sizeof text) != 0) {
        (void)snprintf(text, sizeof text, "error %d", error);
    }
    (void)snprintf(reason, sizeof reason, "%s: %s", step, text);
    return pml_expose_fail_with(status, place, reason);
}

promlet_status pml_expose_fail(const char *place, const char *step, int error)
{
    return pml_expose_fail_as(status_of(error), place, step, error);
}

promlet_status pml_expose_refuse(const char *sentence)
{
    return promlet_set_last_error(PROMLET_ERROR_ARGUMENT, sentence);
}
