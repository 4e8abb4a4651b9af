/* SPDX-License-Identifier: Apache-2.0 */
/* Callbacks: a metric that is declared like any other, but whose value is asked for. */
#include "base/alloc.h"
#include "base/report.h"
#include "registry/collector.h"
#include "registry/declare.h"

/* With a deadline it is watched, by the name of its metric. False when out of memory. */
static bool set_deadline(promlet_collector *callback, const pml_definition *definition)
{
    callback->deadline_ns = pml_collector_deadline_ns(definition->deadline_seconds);
    if (callback->deadline_ns != 0) {
        callback->name = pml_copy_string(definition->name.bytes);
    }
    return callback->deadline_ns == 0 || callback->name != NULL;
}

/* A family that holds the callback's names, and the definition; NULL on an error. */
static pml_family *claim_names(promlet_registry *registry, pml_definition *definition,
                               promlet_status *status)
{
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

static promlet_status set_up(promlet_collector *callback, const pml_declaration *declaration)
{
    promlet_status status;
    pml_definition *definition = pml_declare_definition(callback->registry, declaration, &status);
    if (definition == NULL) {
        return status;
    }
    if (!set_deadline(callback, definition)) {
        pml_definition_free(definition);
        return pml_fail_memory();
    }
    callback->claim = claim_names(callback->registry, definition, &status);
    return status;
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
    *status = set_up(callback, declaration);
    if (*status != PROMLET_OK) {
        pml_collector_discard(callback);
        return NULL;
    }
    *status = pml_collector_add(callback);
    return *status == PROMLET_OK ? callback : NULL;
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
