/* SPDX-License-Identifier: Apache-2.0 */
/* The options of native buckets: rules, and from a growth factor to a schema. */
#ifndef PML_REGISTRY_NATIVE_OPTIONS_H
#define PML_REGISTRY_NATIVE_OPTIONS_H

#include "registry/definition.h"

/* Checks what the options say of native buckets, which only histograms have. Sets the last error.
 */
promlet_status pml_native_options_check(const pml_kind *kind, const promlet_opts *options);

/* Copies them into a definition that has its bounds, with their text; false when out of memory. */
bool pml_native_options_copy(pml_definition *definition, const promlet_opts *options);

#endif
