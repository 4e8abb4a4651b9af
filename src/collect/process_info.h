/* SPDX-License-Identifier: Apache-2.0 */
/* build_info and target_info: what a process and its service are, in labels. */
#ifndef PML_COLLECT_PROCESS_INFO_H
#define PML_COLLECT_PROCESS_INFO_H

#include "base/arena.h"
#include "registry/naming.h"

#include <promlet/collector.h>
#include <promlet/process.h>
#include <promlet/status.h>

#include <stdbool.h>
#include <stddef.h>

/* All texts belong to an arena. */
typedef struct pml_process_info {
    promlet_emit_opts family;
    const char *values[PROMLET_MAX_LABELS];
    size_t count; /* of its labels; 0: it is not shown */
} pml_process_info;

/* The options' texts live as long as the infos. Each sets the last error when it fails. */
promlet_status pml_process_make_build_info(pml_process_info *info, pml_arena *arena,
                                           const promlet_process_opts *options,
                                           const pml_naming *naming);
promlet_status pml_process_make_target_info(pml_process_info *info, pml_arena *arena,
                                            const promlet_process_opts *options,
                                            const pml_naming *naming);

promlet_status pml_process_emit_info(promlet_emitter *emitter, const pml_process_info *info);

#endif
