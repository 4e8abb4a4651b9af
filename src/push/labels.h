/* SPDX-License-Identifier: Apache-2.0 */
/* Whether metrics have a label of the grouping key. */
#ifndef PML_PUSH_LABELS_H
#define PML_PUSH_LABELS_H

#include <promlet/push.h>

#include <stddef.h>

/* The first sample of a text document with a label of the group, as the line's place and the
   label's in the text; the line is NULL when there is none. */
typedef struct pml_push_label {
    const char *line;
    size_t metric_size; /* The line begins with so many bytes of the metric's name. */
    const char *name;
    size_t name_size;
} pml_push_label;

/* Looks through a document in a text format of promlet's own making. */
pml_push_label pml_push_find_label(const promlet_push_opts *options, const char *text);

#endif
