/* SPDX-License-Identifier: Apache-2.0 */
/* Memory for the model, which ends the process when there is none. */
#ifndef FUZZ_MODEL_MEMORY_H
#define FUZZ_MODEL_MEMORY_H

#include <stddef.h>
#include <stdlib.h>
#include <string.h>

static inline void *allocate(size_t size)
{
    void *memory = calloc(1, size > 0 ? size : 1);
    if (memory == NULL) {
        abort();
    }
    return memory;
}

static inline char *copy(const char *text)
{
    char *copied = strdup(text != NULL ? text : "");
    if (copied == NULL) {
        abort();
    }
    return copied;
}

#endif
