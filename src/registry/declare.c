/* SPDX-License-Identifier: Apache-2.0 */
/* From options to a family: the rules that need more than the options, and the warnings. */
#include "registry/declare.h"

#include "base/report.h"
#include "registry/collector.h"
#include "registry/lint.h"
#include "registry/names.h"
#include "series/spread.h"

#include <string.h>

static promlet_status check_has_no_labels(const pml_declaration *declaration,
                                          const pml_definition *definition)
{
    if (definition->label_count == 0) {
        return PROMLET_OK;
    }
    if (declaration->is_callback) {
        return pml_fail(PROMLET_ERROR_LABELS,
                        "%.100s: a callback has no labels; a collector can emit a family with some",
                        definition->name.bytes);
    }
    return pml_fail(PROMLET_ERROR_LABELS,
                    "%.100s: it has labels, so declare it with promlet_%s_family_new()",
                    definition->name.bytes, definition->kind->call);
}

static promlet_status check_deadline(const pml_declaration *declaration,
                                     const pml_definition *definition)
{
    double seconds = definition->deadline_seconds;
    if (declaration->is_callback) {
        return pml_collector_check_deadline(definition->name.bytes, seconds);
    }
    return seconds >= 0 && seconds <= 0
               ? PROMLET_OK
               : pml_fail(PROMLET_ERROR_ARGUMENT, "%.100s: deadline_seconds is for callbacks only",
                          definition->name.bytes);
}

static promlet_status check(const pml_declaration *declaration, const pml_definition *definition)
{
    promlet_status status = pml_check_not_reserved(definition->claims);
    if (status == PROMLET_OK && !declaration->may_have_labels) {
        status = check_has_no_labels(declaration, definition);
    }
    return status == PROMLET_OK ? check_deadline(declaration, definition) : status;
}

pml_definition *pml_declare_definition(promlet_registry *registry,
                                       const pml_declaration *declaration, promlet_status *status)
{
    const pml_naming *naming = pml_registry_naming(registry);
    pml_definition *definition = pml_definition_new(declaration->kind, declaration->options,
                                                    declaration->options_size, naming, status);
    if (definition == NULL) {
        return NULL;
    }
    *status = check(declaration, definition);
    if (*status != PROMLET_OK) {
        pml_definition_free(definition);
        return NULL;
    }
    return definition;
}

void pml_declare_warn(promlet_registry *registry, const pml_definition *definition)
{
    if (!definition->no_lint && pml_registry_is_linted(registry)) {
        pml_lint_warn(definition);
    }
}

pml_family *pml_declare(promlet_registry *registry, const pml_declaration *declaration,
                        promlet_status *status)
{
    pml_spread_prepare();
    pml_definition *definition = pml_declare_definition(registry, declaration, status);
    if (definition == NULL) {
        return NULL;
    }
    bool is_new;
    pml_family *family = pml_registry_family(registry, definition, &is_new, status);
    if (family != NULL && is_new) {
        pml_declare_warn(registry, family->definition);
    }
    return family;
}
