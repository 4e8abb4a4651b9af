/* SPDX-License-Identifier: Apache-2.0 */
/* The table that finds a bucket: see promlet_hot_bucket(). */
#ifndef PML_RECORD_BOUND_TABLE_H
#define PML_RECORD_BOUND_TABLE_H

#include <promlet/cell.h>

#include <stddef.h>

/* A table for these bounds, which rise and are finite; to be freed with pml_free(). NULL when out
   of memory, and when there is no bound. */
struct promlet_bound_table *pml_bound_table_new(const double *values, size_t count);

#endif
