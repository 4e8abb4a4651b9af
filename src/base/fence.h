/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A fence in all threads at once, asked for by one: what lets the others do without fences of their
 * own. There is a file for each sort of system: fence_membarrier.c on Linux, else fence_none.c.
 */
#ifndef PML_BASE_FENCE_H
#define PML_BASE_FENCE_H

#include <stdbool.h>

/* Asks the system for it, once for the process; false where there is none. Keeps errno. */
bool pml_fence_everywhere_prepare(void);

/* Every thread of the process runs a full fence between the beginning and the end of this call; so
   does the caller. False, and nothing is promised, when the system refuses. Keeps errno. */
bool pml_fence_everywhere(void);

#endif
