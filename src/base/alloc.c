/* SPDX-License-Identifier: Apache-2.0 */
/* Memory from libc, with sizes checked. */
#include "base/alloc.h"

#include <promlet/status.h>

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

void *pml_alloc(size_t size)
{
    return malloc(size == 0 ? 1 : size);
}

void *pml_alloc_zeroed(size_t size)
{
    return calloc(1, size == 0 ? 1 : size);
}

void *pml_resize_array(void *array, size_t count, size_t element_size)
{
    if (element_size == 0 || count > SIZE_MAX / element_size) {
        return NULL;
    }
    return realloc(array, count == 0 ? element_size : count * element_size);
}

char *pml_copy_string(const char *text)
{
    size_t size = strlen(text) + 1;
    char *copy = pml_alloc(size);
    if (copy != NULL) {
        memcpy(copy, text, size);
    }
    return copy;
}

void pml_free(void *memory)
{
    free(memory);
}

void promlet_free(void *memory)
{
    /* A call that has no memory for its answer, and may not return NULL, gives the last error. */
    if (memory != promlet_last_error()) {
        pml_free(memory);
    }
}
