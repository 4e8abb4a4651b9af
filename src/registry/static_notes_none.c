/* SPDX-License-Identifier: Apache-2.0 */
/* Where executables are not ELF there are no file-scope metrics, as <promlet/static.h> says. */
#include "registry/static_notes.h"

void pml_static_notes_visit(pml_static_note_fn visit, void *ctx)
{
    (void)visit;
    (void)ctx;
}
