/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Much memory for a short time, which goes back to the system as a whole. There is a file for each
 * sort of system: pages_huge.c where huge pages can be asked for, as on Linux, else pages_none.c.
 */
#ifndef PML_BASE_PAGES_H
#define PML_BASE_PAGES_H

#include <stddef.h>

/* From so many bytes on it pays. libc maps what is larger than 32 MiB anew each time, in small
   pages; what is smaller it has from the last time, with pages that are there already. */
#define PML_LEAST_PAGES ((size_t)31 << 20)

/* size bytes, zeroed, aligned for everything, on huge pages if the system has some. NULL when it
   has no memory, or there is no such thing as this here; libc may have some then. */
void *pml_pages_map(size_t size);

/* Gives back what was mapped with this size. */
void pml_pages_unmap(void *memory, size_t size);

#endif
