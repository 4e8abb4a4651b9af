/* SPDX-License-Identifier: Apache-2.0 */
/* Finds file-scope definitions in all modules that are loaded right now. */
#ifndef PML_REGISTRY_STATIC_NOTES_H
#define PML_REGISTRY_STATIC_NOTES_H

#include <promlet/static.h>

/*
 * Calls visit for each definition. While it runs, no module can be unloaded, so the definition and
 * its cell may be read, but neither may be kept, and no lock of promlet may be taken.
 */
void pml_static_notes_visit(void (*visit)(const struct promlet_static_definition *, void *ctx),
                            void *ctx);

#endif
