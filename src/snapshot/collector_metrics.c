/* SPDX-License-Identifier: Apache-2.0 */
/* Whether each collector worked in a scrape and how long it took, emitted as a collector would. */
#include "snapshot/collector_metrics.h"

#include "base/clock.h"
#include "base/locks.h"
#include "base/report.h"
#include "registry/names.h"
#include "registry/self_metrics.h"
#include "snapshot/run.h"

static size_t count_cut_help_texts(const pml_run *run)
{
    size_t count = 0;
    const pml_emitted_family *family = run->emitter != NULL ? run->emitter->families : NULL;
    for (; family != NULL; family = family->next) {
        count += family->definition->is_help_cut;
    }
    return count;
}

/* The first failure in a row is worth a warning. */
static void count(pml_run *run)
{
    promlet_collector *collector = run->collector;
    size_t cut_help_texts = count_cut_help_texts(run);
    pml_lock(PML_LOCK_CALLS);
    bool is_news = run->has_failed && !collector->has_failed;
    collector->has_failed = run->has_failed;
    collector->failures += run->has_failed;
    collector->cut_help_texts += cut_help_texts;
    run->failures = collector->failures;
    run->cut_help_texts = collector->cut_help_texts;
    pml_unlock(PML_LOCK_CALLS);
    if (is_news) {
        pml_warn("%s %.60s: %s", pml_collector_is_callback(collector) ? "callback" : "collector",
                 collector->name, run->why);
    }
}

/* One of promlet's families, with the series of each run. */
static bool emit_own(const pml_collection *collection, const promlet_emit_opts *options,
                     promlet_status (*emit)(promlet_emitter *emitter, const pml_run *run))
{
    promlet_emitter *own = collection->own;
    promlet_status status = promlet_emit_family(own, options);
    for (size_t i = 0; status == PROMLET_OK && i < collection->run_count; i++) {
        if (!collection->runs[i].is_skipped) {
            status = emit(own, &collection->runs[i]);
        }
    }
    return status == PROMLET_OK;
}

static promlet_status emit_success(promlet_emitter *emitter, const pml_run *run)
{
    return promlet_emit_u64(emitter, run->has_failed ? 0 : 1, run->collector->name);
}

static promlet_status emit_duration(promlet_emitter *emitter, const pml_run *run)
{
    return promlet_emit_value(emitter, (double)run->duration_ns / PML_NS_PER_SECOND,
                              run->collector->name);
}

/* What has never happened is not shown. */
static promlet_status emit_count(promlet_emitter *emitter, const pml_run *run, uint64_t count)
{
    return count > 0 ? promlet_emit_u64(emitter, count, run->collector->name) : PROMLET_OK;
}

static promlet_status emit_failures(promlet_emitter *emitter, const pml_run *run)
{
    return emit_count(emitter, run, run->failures);
}

static promlet_status emit_cut_help_texts(promlet_emitter *emitter, const pml_run *run)
{
    return emit_count(emitter, run, run->cut_help_texts);
}

static bool emit_all_own(pml_collection *collection)
{
    static const promlet_emit_opts success = {
        .name = PML_COLLECTOR_SUCCESS,
        .help = "Whether the collector worked in this scrape.",
        .type = PROMLET_TYPE_GAUGE,
        .labels = {PML_COLLECTOR_LABEL},
    };
    static const promlet_emit_opts duration = {
        .name = PML_COLLECTOR_STEM "_duration_seconds",
        .help = "How long the collector took in this scrape.",
        .unit = "seconds",
        .type = PROMLET_TYPE_GAUGE,
        .labels = {PML_COLLECTOR_LABEL},
    };
    static const promlet_emit_opts failures = {
        .name = PML_COLLECTOR_STEM "_failures_total",
        .help = "Scrapes in which the collector did not work.",
        .type = PROMLET_TYPE_COUNTER,
        .labels = {PML_COLLECTOR_LABEL},
    };
    static const promlet_emit_opts cut_help_texts = {
        .name = PML_COLLECTOR_STEM "_help_texts_cut_total",
        .help = "Help texts of the collector that were cut, being too long.",
        .type = PROMLET_TYPE_COUNTER,
        .labels = {PML_COLLECTOR_LABEL},
    };
    pml_naming naming = pml_own_naming(collection->registry);
    collection->own = pml_emitter_new(&naming);
    if (collection->own == NULL) {
        return false;
    }
    collection->own->is_own = true;
    bool is_emitted = emit_own(collection, &success, emit_success) &&
                      emit_own(collection, &duration, emit_duration) &&
                      emit_own(collection, &failures, emit_failures) &&
                      emit_own(collection, &cut_help_texts, emit_cut_help_texts);
    collection->own->naming = NULL;
    return is_emitted && pml_emitter_finish(collection->own);
}

bool pml_collection_add_own(pml_collection *collection)
{
    bool are_shown = false;
    for (size_t i = 0; i < collection->run_count; i++) {
        pml_run *run = &collection->runs[i];
        if (!run->is_skipped) {
            count(run);
            bool has_news = run->failures > 0 || run->cut_help_texts > 0;
            run->is_skipped = run->collector->is_own && !has_news;
        }
        are_shown |= !run->is_skipped;
    }
    if (!are_shown || pml_self_metrics_are_hidden(collection->registry)) {
        return true;
    }
    if (!emit_all_own(collection)) {
        return false;
    }
    pml_emitted_family *family = collection->own->families;
    for (; family != NULL; family = family->next) {
        family->is_left_out = family->series_count == 0 ||
                              !pml_filter_takes(collection->filter, family->definition->claims);
    }
    return true;
}
