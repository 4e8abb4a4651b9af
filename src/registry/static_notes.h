/* SPDX-License-Identifier: Apache-2.0 */
/* Finds file-scope definitions in all modules that are loaded right now. */
#ifndef PML_REGISTRY_STATIC_NOTES_H
#define PML_REGISTRY_STATIC_NOTES_H

#include <stddef.h>
#include <stdint.h>

/* What the note of one definition says. The module may not be relocated yet: no pointer that is
   stored in it may be followed, such as those in a histogram's cell. */
typedef struct pml_static_note {
    const void *address; /* of the note; tells definitions apart */
    uint64_t abi;        /* if it is not PROMLET_CELL_ABI, only the name can be relied on */
    uint64_t kind;       /* PROMLET_STATIC_KIND_... */
    const char *name;
    const char *help;
    void *cell;
    const double *bounds; /* of a histogram */
    size_t bound_count;
    const uint64_t *buckets; /* of a histogram: bound_count + 1 */
    uint64_t *seen; /* set by the scrape that read the cell; zero in a module just loaded */
} pml_static_note;

typedef void (*pml_static_note_fn)(const pml_static_note *note, void *ctx);

/*
 * Calls visit for each definition. While it runs, no module can be unloaded, so what the note
 * points to may be read, but nothing of it may be kept, and no lock of promlet may be taken.
 */
void pml_static_notes_visit(pml_static_note_fn visit, void *ctx);

#endif
