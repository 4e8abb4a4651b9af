/* SPDX-License-Identifier: Apache-2.0 */
/* The series of a family in the order of their label values; for the one thread that takes a
   snapshot. */
#ifndef PML_REGISTRY_ORDER_H
#define PML_REGISTRY_ORDER_H

#include "registry/family.h"

/* Brings the sorted series up to date. False when out of memory. */
bool pml_family_sort(pml_family *family);

#endif
