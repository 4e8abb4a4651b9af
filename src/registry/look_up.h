/* SPDX-License-Identifier: Apache-2.0 */
/* The series that a user asks for, and what is said when there is none. */
#ifndef PML_REGISTRY_LOOK_UP_H
#define PML_REGISTRY_LOOK_UP_H

#include "registry/registry.h"

/* The series of a family with these values, created if it is new; beyond the limit the overflow
   series. It is pinned. On an error NULL: the last error is set, and handed to fail() with its
   registry. NULL, and nothing more, for a sink, whose error was told when it was declared. */
pml_series *pml_look_up(pml_family *family, const char *const *values, size_t count,
                        void (*fail)(promlet_registry *registry, promlet_status status));

#endif
