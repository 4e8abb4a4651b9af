/* SPDX-License-Identifier: Apache-2.0 */
/* Callbacks: a metric that is declared like any other, but whose value is asked for. */
#include "base/alloc.h"
#include "base/report.h"
#include "registry/collector.h"
#include "registry/declare.h"

/* A family that holds the callback's names; NULL on an error. */
static pml_family *claim_names(promlet_registry *registry, const pml_declaration *declaration,
                               promlet_status *status)
{
    pml_definition *definition = pml_declare_definition(registry, declaration, status);
    if (definition == NULL) {
        return NULL;
    }
    pml_family *family = pml_family_new(registry, registry->dropped, definition);
    if (family == NULL) {
        *status = pml_fail_memory();
        return NULL;
    }
    family->is_callback = true;
    if (!pml_registry_claim(registry, family, status)) {
        pml_family_free(family);
        return NULL;
    }
    pml_declare_warn(registry, family->definition);
    return family;
}

static promlet_collector *declare(promlet_registry *registry, const pml_declaration *declaration,
                                  promlet_callback_fn fn, void *ctx, promlet_status *status)
{
    if (fn == NULL) {
        *status = pml_fail(PROMLET_ERROR_ARGUMENT, "a callback's function is NULL");
        return NULL;
    }
    promlet_collector *callback = pml_alloc_zeroed(sizeof *callback);
    if (callback == NULL) {
        *status = pml_fail_memory();
        return NULL;
    }
    callback->registry = registry;
    callback->ask = fn;
    callback->ctx = ctx;
    callback->claim = claim_names(registry, declaration, status);
    if (callback->claim == NULL) {
        pml_collector_discard(callback);
        return NULL;
    }
    (void)pml_collector_add(callback); /* it has no name of its own that could be taken */
    return callback;
}

static promlet_collector *declare_or_sink(promlet_registry *registry,
                                          const pml_declaration *declaration,
                                          promlet_callback_fn fn, void *ctx)
{
    promlet_registry *owner = pml_registry_of(registry);
    promlet_status status;
    promlet_collector *callback = declare(owner, declaration, fn, ctx, &status);
    if (callback == NULL) {
        pml_registry_fail(owner, status);
        return &pml_sink_collector;
    }
    return callback;
}

promlet_collector *promlet_gauge_callback_new_sized(promlet_registry *registry,
                                                    const promlet_opts *options,
                                                    promlet_callback_fn fn, void *ctx,
                                                    size_t options_size)
{
    pml_declaration declaration = {&pml_gauge_kind, options, options_size, .is_callback = true};
    return declare_or_sink(registry, &declaration, fn, ctx);
}

promlet_collector *promlet_counter_callback_new_sized(promlet_registry *registry,
                                                      const promlet_opts *options,
                                                      promlet_callback_fn fn, void *ctx,
                                                      size_t options_size)
{
    pml_declaration declaration = {&pml_counter_kind, options, options_size, .is_callback = true};
    return declare_or_sink(registry, &declaration, fn, ctx);
}

promlet_collector *promlet_unknown_callback_new_sized(promlet_registry *registry,
                                                      const promlet_opts *options,
                                                      promlet_callback_fn fn, void *ctx,
                                                      size_t options_size)
{
    pml_declaration declaration = {&pml_unknown_kind, options, options_size, .is_callback = true};
    return declare_or_sink(registry, &declaration, fn, ctx);
}
