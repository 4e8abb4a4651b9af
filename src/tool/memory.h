/* SPDX-License-Identifier: Apache-2.0 */
/* Memory of the command. Without memory there is nothing left to do: it says so and ends with the
   status for trouble, and what has to be put right at exit is. */
#ifndef PML_TOOL_MEMORY_H
#define PML_TOOL_MEMORY_H

#include <stddef.h>

/* Zeroed room for so many things; never NULL. The caller's to free(). */
void *pml_tool_new(size_t count, size_t size);

/* Room for at least needed things in an array that grows: a new place of the array, and *capacity
   is what fits there. */
void *pml_tool_grow(void *array, size_t *capacity, size_t needed, size_t size);

/* A copy of size bytes with a NUL behind them; never NULL. The caller's to free(). */
char *pml_tool_copy(const char *bytes, size_t size);

#endif
