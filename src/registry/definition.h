/* SPDX-License-Identifier: Apache-2.0 */
/* What a metric was declared as: the checked and copied form of promlet_opts. Immutable. */
#ifndef PML_REGISTRY_DEFINITION_H
#define PML_REGISTRY_DEFINITION_H

#include "base/text.h"
#include "record/kind.h"
#include "registry/naming.h"
#include "series/label_set.h"

#include <promlet/registry.h>

#include <stdbool.h>
#include <stddef.h>

typedef struct pml_definition {
    const pml_kind *kind;
    pml_text name;          /* with the registry's prefix and the suffix of its kind */
    char **claims;          /* every name that some format exposes; see registry/claims.h */
    pml_text help;          /* valid UTF-8; "" for none */
    bool is_help_cut;       /* it was too long */
    pml_text unit;          /* "" for none */
    pml_text const_labels;  /* the registry's, then its own, as label text; "" for none */
    bool has_utf8_names;    /* its name, or that of a label, is not plain; see base/name.h */
    bool is_name_completed; /* it was declared without the suffix of its kind */
    bool no_lint;           /* its declaration doesn't warn of what the linter finds, or of what is
                               ignored */
    char **label_names;
    size_t label_count;
    size_t max_series;
    promlet_cells cells;
    double idle_seconds;     /* 0: series don't expire */
    double deadline_seconds; /* of a callback; 0: none */
    bool is_own;             /* promlet's own metric */
    pml_settings settings;
    pml_text *bound_texts;    /* the value of `le`, one a bound */
    pml_text *quantile_texts; /* the value of `quantile`, one a quantile */
    pml_text window_text;     /* seconds, where there are quantiles */
    pml_text native_text;     /* what there is to say of native buckets; "" without */
    pml_text *state_texts;    /* escaped, one a state */
} pml_definition;

/* Reads options whose size the caller was compiled with, and adds what the registry does. Sets the
   last error and returns NULL when a rule is broken; *status says which. */
pml_definition *pml_definition_new(const pml_kind *kind, const promlet_opts *options,
                                   size_t options_size, const pml_naming *naming,
                                   promlet_status *status);

/* How many exemplars each series has room for, and the size of its cell with them. */
size_t pml_definition_exemplar_count(const pml_definition *definition);
size_t pml_definition_cell_size(const pml_definition *definition);

/* The labels of a series with these values. */
static inline pml_labels pml_definition_labels(const pml_definition *definition,
                                               const char *const *values)
{
    return (pml_labels){&definition->const_labels, (const char *const *)definition->label_names,
                        values, definition->label_count, definition->has_utf8_names};
}

/* The place of a label among those that it declares; their number if there is none of this name. */
size_t pml_definition_find_label(const pml_definition *definition, const char *name);

void pml_definition_free(pml_definition *definition);

/* True if both describe the same metric; the help text may differ. */
bool pml_definition_is_same(const pml_definition *a, const pml_definition *b);

/* True if there is no difference at all. */
bool pml_definition_is_identical(const pml_definition *a, const pml_definition *b);

#endif
