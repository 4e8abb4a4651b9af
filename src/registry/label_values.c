/* SPDX-License-Identifier: Apache-2.0 */
/* Checking and repairing label values. */
#include "registry/label_values.h"

#include "base/alloc.h"
#include "base/report.h"
#include "base/utf8.h"

#include <string.h>

promlet_status pml_label_values_check(const pml_definition *definition, const char *const *values,
                                      size_t count)
{
    if (count != definition->label_count || (values == NULL && count > 0)) {
        return pml_fail(PROMLET_ERROR_LABELS, "%.100s: needs %zu label values, got %zu",
                        definition->name.bytes, definition->label_count,
                        values == NULL ? (size_t)0 : count);
    }
    for (size_t i = 0; i < count; i++) {
        if (values[i] == NULL) {
            return pml_fail(PROMLET_ERROR_LABELS, "%.100s: the value of label \"%.60s\" is NULL",
                            definition->name.bytes, definition->label_names[i]);
        }
    }
    return PROMLET_OK;
}

bool pml_label_values_are_utf8(const char *const *values, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (!pml_utf8_is_valid(values[i], strlen(values[i]))) {
            return false;
        }
    }
    return true;
}

char *pml_label_values_repair(const char *const *values, size_t count, const char **repaired)
{
    size_t sizes = 0;
    for (size_t i = 0; i < count; i++) {
        sizes += pml_utf8_repair(values[i], strlen(values[i]), NULL) + 1;
    }
    char *memory = pml_alloc(sizes);
    char *next = memory;
    for (size_t i = 0; memory != NULL && i < count; i++) {
        repaired[i] = next;
        next += pml_utf8_repair(values[i], strlen(values[i]), next);
        *next++ = '\0';
    }
    return memory;
}
