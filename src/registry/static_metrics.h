/* SPDX-License-Identifier: Apache-2.0 */
/*
 * File-scope metrics: what the notes of the loaded modules show, added to the families of the
 * default registry. A family keeps a list of the definitions of its name with the words that were
 * read last; the family's own cell holds what unloaded modules have left behind.
 */
#ifndef PML_REGISTRY_STATIC_METRICS_H
#define PML_REGISTRY_STATIC_METRICS_H

#include "registry/spreading.h"

#include <stdbool.h>
#include <stdint.h>

struct pml_family;

/* Reads all file-scope metrics of the process; for the one thread that takes a snapshot of the
   default registry, with PML_LOCK_ORDER held: no fork can then fall between reading a cell and
   using what was read, nor into the loader's lock, which a child could not get again. False when
   out of memory; nothing is lost then, the next call goes on. */
bool pml_static_metrics_refresh(const pml_spreading *spreading);

/* Adds the words that refresh() read for a family to those of its own cell, if the family
   `has_static_metrics`. */
void pml_static_metrics_add(struct pml_family *family, uint64_t *words);

/* What was read of totals last was reset since; with PML_LOCK_ORDER held, and while no snapshot is
   taken. */
void pml_static_metrics_forget_totals(promlet_registry *registry);

void pml_static_metrics_free(promlet_registry *registry);

#endif
