/* SPDX-License-Identifier: Apache-2.0 */
/* Constant labels are rendered once, here; each series begins with the text. */
#include "registry/const_labels.h"

#include "base/alloc.h"
#include "base/name.h"
#include "base/report.h"
#include "base/utf8.h"
#include "registry/names.h"
#include "series/label_set.h"

#include <string.h>

/* The registry's and the family's. */
#define MAX_BOTH (2 * PROMLET_MAX_CONST_LABELS)

/* And those that it declares. */
#define MAX_ALL (MAX_BOTH + PROMLET_MAX_LABELS)

size_t pml_count_labels(const promlet_opts *options)
{
    size_t count = 0;
    while (count < PROMLET_MAX_LABELS && options->labels[count] != NULL) {
        count++;
    }
    return count;
}

static size_t list(const promlet_label *labels, size_t count, const char **names,
                   const char **values)
{
    for (size_t i = 0; i < count; i++) {
        names[i] = labels[i].name;
        values[i] = labels[i].value;
    }
    return count;
}

/* Returns how many there are. */
static size_t list_both(const promlet_opts *options, const pml_naming *naming, const char **names,
                        const char **values)
{
    size_t count = list(naming->labels, naming->label_count, names, values);
    size_t own_count = pml_count_const_labels(options->const_labels);
    return count + list(options->const_labels, own_count, names + count, values + count);
}

/* Of all labels. */
static size_t list_names(const promlet_opts *options, const pml_naming *naming, const char **names)
{
    const char *values[MAX_BOTH];
    size_t count = list_both(options, naming, names, values);
    for (size_t i = 0; i < pml_count_labels(options); i++) {
        names[count++] = options->labels[i];
    }
    return count;
}

promlet_status pml_check_all_labels(const promlet_opts *options, const pml_naming *naming)
{
    promlet_status status =
        pml_check_const_labels(options->name, options->const_labels,
                               pml_count_const_labels(options->const_labels), naming->utf8_names);
    if (status != PROMLET_OK) {
        return status;
    }
    const char *names[MAX_ALL];
    size_t count = list_names(options, naming, names);
    return pml_check_label_names(options->name, names, count, naming->utf8_names);
}

promlet_status pml_check_another_label(const promlet_opts *options, const pml_naming *naming,
                                       const char *name)
{
    const char *names[MAX_ALL + 1];
    size_t count = list_names(options, naming, names);
    names[count] = name;
    return pml_check_label_names(options->name, names, count + 1, naming->utf8_names);
}

bool pml_has_label(const promlet_opts *options, const pml_naming *naming, const char *name)
{
    const char *names[MAX_ALL];
    size_t count = list_names(options, naming, names);
    for (size_t i = 0; i < count; i++) {
        if (strcmp(names[i], name) == 0) {
            return true;
        }
    }
    return false;
}

bool pml_has_utf8_labels(const promlet_opts *options, const pml_naming *naming)
{
    const char *names[MAX_ALL];
    size_t count = list_names(options, naming, names);
    for (size_t i = 0; i < count; i++) {
        if (!pml_name_is_plain(PML_NAME_LABEL, names[i], strlen(names[i]))) {
            return true;
        }
    }
    return false;
}

static void warn_of_repair(const char *metric, const char *text, size_t size)
{
    if (!pml_utf8_is_valid(text, size)) {
        pml_warn("%.100s: bytes of a constant label that are not UTF-8 were replaced by U+FFFD",
                 metric);
    }
}

bool pml_copy_const_labels(pml_text *to, const promlet_opts *options, const pml_naming *naming)
{
    const char *names[MAX_BOTH];
    const char *values[MAX_BOTH];
    size_t count = list_both(options, naming, names, values);
    pml_labels labels = {NULL, names, values, count, naming->utf8_names};
    size_t size = (size_t)pml_label_text_size(&labels);
    char *raw = pml_alloc(size + 1);
    if (raw == NULL) {
        return false;
    }
    (void)pml_label_text_write(raw, &labels);
    /* All at once: what stands right around a value is ASCII, so no value's bytes join another's.
     */
    bool is_copied = pml_text_copy_repaired(to, raw, size);
    if (is_copied) {
        warn_of_repair(options->name, raw, size);
    }
    pml_free(raw);
    return is_copied;
}
