/* SPDX-License-Identifier: Apache-2.0 */
/* A program may have been compiled against a shorter or a longer struct. What it doesn't know is
   zero; what this library doesn't know must be. */
#include "base/options.h"

#include "base/report.h"

#include <promlet/version.h>

#include <string.h>

promlet_status pml_options_read(const void *given, void *known, pml_options_size size,
                                const char *whose)
{
    if (given != NULL && size.given % _Alignof(void *) != 0) {
        /* Half of a pointer would be followed. */
        return pml_fail(PROMLET_ERROR_ARGUMENT, "%s are said to have %zu bytes, which none have",
                        whose, size.given);
    }
    return pml_options_read_plain(given, known, size, whose);
}

promlet_status pml_options_read_plain(const void *given, void *known, pml_options_size size,
                                      const char *whose)
{
    memset(known, 0, size.known);
    if (given == NULL) {
        return pml_fail(PROMLET_ERROR_ARGUMENT, "%s are NULL", whose);
    }
    const unsigned char *bytes = given;
    for (size_t i = size.known; i < size.given; i++) {
        if (bytes[i] != 0) {
            return pml_fail(PROMLET_ERROR_ARGUMENT, "%s hold fields that promlet %s does not know",
                            whose, promlet_version());
        }
    }
    memcpy(known, given, size.given < size.known ? size.given : size.known);
    return PROMLET_OK;
}
