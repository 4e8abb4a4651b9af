/* SPDX-License-Identifier: Apache-2.0 */
/* The rules for what a user hands in, for the model's own files. */
#ifndef FUZZ_MODEL_RULES_H
#define FUZZ_MODEL_RULES_H

#include "model.h"

/* Whether the options, with the registry's prefix and so many labels, keep all rules that one
   metric must keep for itself. */
bool model_is_allowed(const model *self, enum model_kind kind, const promlet_opts *options,
                      size_t label_count);

bool model_is_configuration_allowed(const promlet_registry_opts *options);

size_t model_count_const_labels(const promlet_label *labels);

/* With the registry's prefix; to be freed. */
char *model_full_name(const model *self, const char *name);

/* The name without a counter's suffix; to be freed. */
char *model_stem(enum model_kind kind, const char *name);

#endif
