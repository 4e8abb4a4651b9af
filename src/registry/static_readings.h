/* SPDX-License-Identifier: Apache-2.0 */
/* Reads all file-scope metrics of the process at one moment. */
#ifndef PML_REGISTRY_STATIC_READINGS_H
#define PML_REGISTRY_STATIC_READINGS_H

#include "record/kind.h"

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

#endif
