/* SPDX-License-Identifier: Apache-2.0 */
/* Reads all file-scope metrics of the process at one moment. */
#ifndef PML_REGISTRY_STATIC_READINGS_H
#define PML_REGISTRY_STATIC_READINGS_H

#include "record/kind.h"
#include "registry/static_notes.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* One definition as it was read. What it points to is a copy that the readings own. */
typedef struct pml_static_reading {
    const void *address;  /* tells definitions apart; never followed */
    const pml_kind *kind; /* NULL: made for a layout that this library does not know */
    const char *name;
    const char *help;
    struct promlet_bounds bounds;
    const uint64_t *words;
    size_t word_count;
    bool is_first; /* nobody has read this cell since its module was loaded */
} pml_static_reading;

typedef struct pml_static_readings {
    pml_static_reading *list;
    size_t count;
    char *memory; /* holds all of the above */
} pml_static_readings;

/* With PML_LOCK_ORDER held. False when out of memory; the readings must be freed in any case, and
   those that are there were read. */
bool pml_static_readings_take(pml_static_readings *readings);

void pml_static_readings_free(pml_static_readings *readings);

/* NULL for what no PROMLET_STATIC_... of this version can have written. */
const pml_kind *pml_static_kind_of(const pml_static_note *note);

/* dlopen() may have mapped the module but not relocated it: it would then overwrite the bounds, or
   add its base to them. The note's distance tells where a relocated pointer points; the one to the
   buckets comes behind the one to the bounds. */
bool pml_static_histogram_is_relocated(const pml_static_note *note);

#endif
