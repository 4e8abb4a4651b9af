/* SPDX-License-Identifier: Apache-2.0 */
/* No huge pages to ask for: libc's memory does as well. */
#include "base/pages.h"

void *pml_pages_map(size_t size)
{
    (void)size;
    return NULL;
}

void pml_pages_unmap(void *memory, size_t size)
{
    (void)memory;
    (void)size;
}
