/* SPDX-License-Identifier: Apache-2.0 */
/* The checks and the copy of a prefix and constant labels. */
#include "registry/naming.h"

#include "base/alloc.h"
#include "base/report.h"
#include "base/utf8.h"
#include "registry/names.h"

#include <string.h>

const pml_naming pml_no_naming = {.prefix = ""};

/* How errors name what these labels are on. */
static const char owner[] = "a registry";

static promlet_status check(const promlet_registry_opts *options, const char *prefix, size_t count)
{
    promlet_status status = pml_check_prefix(prefix, options->utf8_names);
    if (status == PROMLET_OK) {
        status = pml_check_const_labels(owner, options->const_labels, count, options->utf8_names);
    }
    for (size_t i = 0; status == PROMLET_OK && i < count; i++) {
        status = pml_check_label_not_own(owner, options->const_labels[i].name);
    }
    return status;
}

static size_t repaired_size(const char *text)
{
    return pml_utf8_repair(text, strlen(text), NULL) + 1;
}

/* Writes a string to *next, which moves behind it. */
static const char *append(char **next, const char *text)
{
    char *copy = *next;
    size_t size = pml_utf8_repair(text, strlen(text), copy);
    copy[size] = '\0';
    *next += size + 1;
    return copy;
}

static void warn_of_repair(const promlet_label *label)
{
    if (!pml_utf8_is_valid(label->value, strlen(label->value))) {
        pml_warn("%s: bytes of the constant label \"%.60s\" that are not UTF-8 were replaced by "
                 "U+FFFD",
                 owner, label->name);
    }
}

static pml_naming *copy(const promlet_registry_opts *options, const char *prefix, size_t count)
{
    const promlet_label *labels = options->const_labels;
    size_t size = repaired_size(prefix);
    for (size_t i = 0; i < count; i++) {
        size += repaired_size(labels[i].name) + repaired_size(labels[i].value);
    }
    pml_naming *naming = pml_alloc_zeroed(sizeof *naming + size);
    if (naming == NULL) {
        return NULL;
    }
    char *next = (char *)(naming + 1);
    naming->prefix = append(&next, prefix);
    naming->utf8_names = options->utf8_names;
    naming->label_count = count;
    for (size_t i = 0; i < count; i++) {
        naming->labels[i].name = append(&next, labels[i].name);
        naming->labels[i].value = append(&next, labels[i].value);
    }
    return naming;
}

pml_naming *pml_naming_new(const promlet_registry_opts *options, promlet_status *status)
{
    const char *prefix = options->prefix != NULL ? options->prefix : "";
    size_t count = pml_count_const_labels(options->const_labels);
    *status = check(options, prefix, count);
    if (*status != PROMLET_OK) {
        return NULL;
    }
    pml_naming *naming = copy(options, prefix, count);
    if (naming == NULL) {
        *status = pml_fail_memory();
        return NULL;
    }
    for (size_t i = 0; i < count; i++) {
        warn_of_repair(&options->const_labels[i]);
    }
    return naming;
}

bool pml_naming_is_same(const pml_naming *a, const pml_naming *b)
{
    bool is_same = a->utf8_names == b->utf8_names && strcmp(a->prefix, b->prefix) == 0 &&
                   a->label_count == b->label_count;
    for (size_t i = 0; is_same && i < a->label_count; i++) {
        is_same = strcmp(a->labels[i].name, b->labels[i].name) == 0 &&
                  strcmp(a->labels[i].value, b->labels[i].value) == 0;
    }
    return is_same;
}
