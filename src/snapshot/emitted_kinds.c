/* SPDX-License-Identifier: Apache-2.0 */
/* The kinds behind the types that can be emitted, and their options as metrics have them. */
#include "snapshot/emitted_kinds.h"

#include "base/options.h"
#include "base/report.h"
#include "base/utf8.h"
#include "snapshot/emitted.h"

#include <string.h>

/* Not an instrument: nothing records it, and there are no cells. Protobuf makes `_sum` and `_count`
   of what OpenMetrics calls `_gsum` and `_gcount`. */
static const char *const gauge_histogram_other_names[] = {"_bucket", "_gsum",  "_gcount",
                                                          "_sum",    "_count", NULL};

static const pml_kind gauge_histogram_kind = {
    .type = "gaugehistogram",
    .noun = "a gauge histogram",
    .call = "gauge_histogram",
    .shape = PML_SHAPE_HISTOGRAM,
    .suffix = "",
    .other_names = gauge_histogram_other_names,
};

/* NULL for a value outside the enum. */
static const pml_kind *kind_of(promlet_type type)
{
    switch (type) {
    case PROMLET_TYPE_UNKNOWN:
        return &pml_unknown_kind;
    case PROMLET_TYPE_COUNTER:
        return &pml_counter_kind;
    case PROMLET_TYPE_GAUGE:
        return &pml_gauge_kind;
    case PROMLET_TYPE_HISTOGRAM:
        return &pml_histogram_kind;
    case PROMLET_TYPE_SUMMARY:
        return &pml_summary_kind;
    case PROMLET_TYPE_GAUGE_HISTOGRAM:
        return &gauge_histogram_kind;
    case PROMLET_TYPE_INFO:
        return &pml_info_kind;
    }
    return NULL;
}

const char *pml_repair(pml_arena *arena, const char *text)
{
    size_t size = strlen(text);
    if (pml_utf8_is_valid(text, size)) {
        return text;
    }
    char *repaired = pml_arena_take(arena, pml_utf8_repair(text, size, NULL) + 1);
    if (repaired != NULL) {
        repaired[pml_utf8_repair(text, size, repaired)] = '\0';
    }
    return repaired;
}

/* A help text as the registry takes it. Changed here, where it is no news: the registry would warn
   of it at every scrape. NULL when out of memory. */
static const char *fit_help(pml_arena *arena, const char *help, bool *is_cut)
{
    size_t size = pml_utf8_fit(help, strlen(help), PROMLET_MAX_HELP_BYTES, NULL, is_cut);
    if (!*is_cut) {
        return pml_repair(arena, help);
    }
    char *fitted = pml_arena_take(arena, size + 1);
    if (fitted != NULL) {
        (void)pml_utf8_fit(help, strlen(help), PROMLET_MAX_HELP_BYTES, fitted, is_cut);
        fitted[size] = '\0';
    }
    return fitted;
}

pml_definition *pml_emitted_definition(promlet_emitter *emitter, const promlet_emit_opts *given,
                                       size_t options_size, promlet_status *status)
{
    promlet_emit_opts options;
    pml_options_size size = {options_size, sizeof options};
    *status = pml_options_read(given, &options, size, "an emitted family's options");
    if (*status != PROMLET_OK) {
        return NULL;
    }
    const pml_kind *kind = kind_of(options.type);
    if (kind == NULL) {
        *status = pml_fail(PROMLET_ERROR_ARGUMENT, "%.100s: %d is no promlet_type",
                           options.name != NULL ? options.name : "", (int)options.type);
        return NULL;
    }
    bool is_help_cut = false;
    const char *help =
        options.help != NULL ? fit_help(&emitter->arena, options.help, &is_help_cut) : "";
    if (help == NULL) {
        *status = pml_fail_memory();
        return NULL;
    }
    static const double no_bounds[1];
    promlet_opts opts = {.name = options.name, .help = help, .unit = options.unit};
    memcpy(opts.labels, options.labels, sizeof opts.labels);
    opts.bounds = kind->shape == PML_SHAPE_HISTOGRAM ? no_bounds : NULL; /* they come later */
    pml_definition *definition =
        pml_definition_new(kind, &opts, sizeof opts, emitter->naming, status);
    if (definition != NULL) {
        definition->is_help_cut = is_help_cut;
    }
    return definition;
}
