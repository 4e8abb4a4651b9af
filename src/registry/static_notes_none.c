/* SPDX-License-Identifier: Apache-2.0 */
/* Where executables are not ELF there are no file-scope metrics, as <promlet/static.h> says. */
#include "registry/static_notes.h"

void pml_static_notes_visit(void (*visit)(const struct promlet_static_definition *, void *ctx),
                            void *ctx)
{
    (void)visit;
    (void)ctx;
}
