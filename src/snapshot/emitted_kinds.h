/* SPDX-License-Identifier: Apache-2.0 */
/* From promlet_emit_opts to a definition, by the rules that hold for metrics in a registry. */
#ifndef PML_SNAPSHOT_EMITTED_KINDS_H
#define PML_SNAPSHOT_EMITTED_KINDS_H

#include "base/arena.h"
#include "registry/definition.h"

#include <promlet/collector.h>

/* To be freed by the caller. NULL on an error, with the last error set and *status saying which. */
pml_definition *pml_emitted_definition(promlet_emitter *emitter, const promlet_emit_opts *given,
                                       size_t options_size, promlet_status *status);

/* A copy of a text in which bytes that are not UTF-8 are replaced; the text itself if there are
   none. NULL when out of memory. */
const char *pml_repair(pml_arena *arena, const char *text);

#endif
