/* SPDX-License-Identifier: Apache-2.0 */
/* Structs of options, whose size the caller was compiled with. */
#ifndef PML_BASE_OPTIONS_H
#define PML_BASE_OPTIONS_H

#include <promlet/status.h>

#include <stddef.h>

/* The size that the caller gave and the one that this library knows. */
typedef struct pml_options_size {
    size_t given;
    size_t known;
} pml_options_size;

/* Copies what is known of the options; the rest of *known is zero. Refuses NULL, and options that
   hold what is not known. The sentence begins with `whose`, such as "a metric's options". */
promlet_status pml_options_read(const void *given, void *known, pml_options_size size,
                                const char *whose);

/* The same for a struct without pointers, whose size need not be a multiple of theirs. */
promlet_status pml_options_read_plain(const void *given, void *known, pml_options_size size,
                                      const char *whose);

#endif
