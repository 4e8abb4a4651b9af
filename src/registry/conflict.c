/* SPDX-License-Identifier: Apache-2.0 */
/* The sentence that says why two definitions can't stand in one registry. */
#include "registry/conflict.h"

#include "base/output.h"
#include "base/report.h"

#include <string.h>

/* A definition in words, cut to the size, for a message that compares two. */
static void describe(const pml_definition *definition, char *out, size_t size)
{
    pml_output text;
    pml_output_start_memory(&text, out, size - 1);
    pml_output_append_text(&text, definition->kind->type);
    pml_output_append_text(&text, " ");
    pml_output_append_text(&text, definition->name.bytes);
    pml_output_append_text(&text, "{");
    pml_output_append_text(&text, definition->const_labels.bytes);
    for (size_t i = 0; i < definition->label_count; i++) {
        pml_output_append_text(&text, i > 0 || definition->const_labels.size > 0 ? "," : "");
        pml_output_append_text(&text, definition->label_names[i]);
    }
    pml_output_append_text(&text, "}");
    pml_output_append_text(&text, definition->unit.size > 0 ? " in " : "");
    pml_output_append_text(&text, definition->unit.bytes);
    for (size_t i = 0; i < definition->bounds.count; i++) {
        pml_output_append_text(&text, i > 0 ? " " : " with bounds ");
        pml_output_append_text(&text, definition->bound_texts[i].bytes);
    }
    size_t total = pml_output_total(&text);
    out[total < size ? total : size - 1] = '\0';
}

promlet_status pml_fail_conflict(const pml_definition *old, const pml_definition *definition,
                                 const char *name)
{
    char old_text[100];
    char new_text[100];
    describe(old, old_text, sizeof old_text);
    describe(definition, new_text, sizeof new_text);
    if (strcmp(old->name.bytes, definition->name.bytes) == 0) {
        return pml_fail(PROMLET_ERROR_CONFLICT, "%s: the name is taken by %s", new_text, old_text);
    }
    return pml_fail(PROMLET_ERROR_CONFLICT, "%s: %s has the name %.40s as well", new_text, old_text,
                    name);
}
