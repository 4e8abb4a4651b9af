/* SPDX-License-Identifier: Apache-2.0 */
/* Dashboards and alert rules of a registry with any names and texts. */
#ifndef FUZZ_DASHBOARDS_H
#define FUZZ_DASHBOARDS_H

#include <promlet/promlet.h>

/* They are well-formed JSON and YAML, and their expressions are words, numbers, strings and
   brackets that close; else it is a finding. */
void check_dashboards(promlet_registry *registry);

#endif
