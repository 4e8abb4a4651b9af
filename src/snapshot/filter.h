/* SPDX-License-Identifier: Apache-2.0 */
/* Which families a scrape wants; asked before anything is read. */
#ifndef PML_SNAPSHOT_FILTER_H
#define PML_SNAPSHOT_FILTER_H

#include "base/name_map.h"

#include <promlet/snapshot.h>

typedef struct pml_filter {
    promlet_filter wanted;
    pml_name_map names; /* the wanted ones; lent */
} pml_filter;

/* Reads what the caller was compiled with; names and prefixes are lent. An error leaves nothing to
   end, and sets the last error. */
promlet_status pml_filter_start(pml_filter *filter, const promlet_filter *given, size_t size);

void pml_filter_end(pml_filter *filter);

/* True if a family is wanted. claims are its name and all others that it exposes in some format;
   NULL ends them. NULL for the filter wants everything. */
bool pml_filter_takes(const pml_filter *filter, char *const *claims);

/* True unless it is sure that a family is not wanted of which only the name is known. */
bool pml_filter_may_take(const pml_filter *filter, const char *name);

#endif
