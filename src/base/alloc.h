/* SPDX-License-Identifier: Apache-2.0 */
/* The only place that asks libc for memory. Every call can return NULL; callers survive it. */
#ifndef PML_BASE_ALLOC_H
#define PML_BASE_ALLOC_H

#include <stddef.h>

/* size bytes, not initialised; never a zero-size request. */
void *pml_alloc(size_t size);

/* size zeroed bytes. */
void *pml_alloc_zeroed(size_t size);

/* An array of count elements, old content kept; NULL (and the old array untouched) when out of
   memory or when the size would overflow. */
void *pml_resize_array(void *array, size_t count, size_t element_size);

/* A copy of a string. */
char *pml_copy_string(const char *text);

/* Frees; NULL is allowed. */
void pml_free(void *memory);

#endif
