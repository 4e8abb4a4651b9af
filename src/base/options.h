/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Structs of options, whose size the caller was compiled with: a shorter or a longer one. What it
 * doesn't know is zero; what this library doesn't know must be.
 *
 * All of it is in this header, and uses public things alone, because each library reads such
 * structs, and those folders as well that see nothing else of base/.
 */
#ifndef PML_BASE_OPTIONS_H
#define PML_BASE_OPTIONS_H

#include <promlet/status.h>
#include <promlet/version.h>

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

/* The size that the caller gave and the one that this library knows. */
typedef struct pml_options_size {
    size_t given;
    size_t known;
} pml_options_size;

/* Whether a caller with a newer header asks for something that this version does not know. */
static inline bool pml_options_hold_more(const void *given, pml_options_size size)
{
    const unsigned char *bytes = (const unsigned char *)given;
    for (size_t i = size.known; i < size.given; i++) {
        if (bytes[i] != 0) {
            return true;
        }
    }
    return false;
}

/* Sets the last error: `whose`, and what is wrong with them. */
static inline promlet_status pml_options_refuse(const char *whose, const char *fault)
{
    char sentence[160];
    (void)snprintf(sentence, sizeof sentence, "%s %s", whose, fault);
    return promlet_set_last_error(PROMLET_ERROR_ARGUMENT, sentence);
}

/* As pml_options_read(), for a struct without pointers, whose size need not be a multiple of
   theirs. */
static inline promlet_status pml_options_read_plain(const void *given, void *known,
                                                    pml_options_size size, const char *whose)
{
    memset(known, 0, size.known);
    if (given == NULL) {
        return pml_options_refuse(whose, "are NULL");
    }
    if (pml_options_hold_more(given, size)) {
        return pml_options_refuse(whose, "hold members that promlet " PROMLET_VERSION_STRING
                                         " does not know");
    }
    memcpy(known, given, size.given < size.known ? size.given : size.known);
    return PROMLET_OK;
}

/* Copies what is known of the options; the rest of *known is zero. Refuses NULL, half a pointer,
   and options that hold what is not known. The sentence begins with `whose`, such as "a metric's
   options". */
static inline promlet_status pml_options_read(const void *given, void *known, pml_options_size size,
                                              const char *whose)
{
    if (given != NULL && size.given % _Alignof(void *) != 0) {
        /* Half of a pointer would be followed. */
        char fault[120];
        memset(known, 0, size.known);
        (void)snprintf(fault, sizeof fault,
                       "have a size that they never had: %zu, "
                       "where promlet " PROMLET_VERSION_STRING " has %zu bytes",
                       size.given, size.known);
        return pml_options_refuse(whose, fault);
    }
    return pml_options_read_plain(given, known, size, whose);
}

/* The same where NULL is as all zero. */
static inline promlet_status pml_options_read_if_any(const void *given, void *known,
                                                     pml_options_size size, const char *whose)
{
    if (given == NULL) {
        memset(known, 0, size.known);
        return PROMLET_OK;
    }
    return pml_options_read(given, known, size, whose);
}

#endif
