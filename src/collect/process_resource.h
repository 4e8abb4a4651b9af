/* SPDX-License-Identifier: Apache-2.0 */
/* Attributes of a resource, as OpenTelemetry writes them in a variable, and the labels for them. */
#ifndef PML_COLLECT_PROCESS_RESOURCE_H
#define PML_COLLECT_PROCESS_RESOURCE_H

#include "base/arena.h"

#include <promlet/labels.h>
#include <promlet/registry.h>
#include <promlet/status.h>

#include <stddef.h>

/* By rising names of attributes; all texts belong to an arena. */
typedef struct pml_resource {
    promlet_label labels[PROMLET_MAX_LABELS];
    size_t count;
} pml_resource;

/* Reads key1=value1,key2=value2 and adds the name of the service, if it is not NULL or "". An error
   is PROMLET_ERROR_ARGUMENT or _MEMORY, and the sentence begins with `whose`. */
promlet_status pml_resource_read(pml_resource *resource, pml_arena *arena, const char *service_name,
                                 const char *attributes, const char *whose);

#endif
