/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Calls, and what they answered. Who asks for a name that is taken loses that family alone; who
 * returns an error or too late loses all of its families.
 */
#include "snapshot/collecting.h"

#include "base/alloc.h"
#include "registry/claims.h"
#include "registry/registry.h"
#include "series/dropped.h"
#include "snapshot/collector_metrics.h"
#include "snapshot/run.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

/* What a callback has answered. */
struct pml_answer {
    const promlet_collector *callback;
    double value;
    bool is_shown;
};

/* ---- callbacks ------------------------------------------------------------------------------- */

/* Drops what a counter can't be. */
static bool is_possible(const promlet_collector *callback, double value)
{
    const pml_family *family = callback->claim;
    if (family->definition->kind != &pml_counter_kind || (isfinite(value) && value >= 0)) {
        return true;
    }
    pml_drop_in(family->owner.dropped,
                isfinite(value) ? PML_DROP_NEGATIVE : pml_drop_reason_of(value));
    return false;
}

/* Whether it can be shown. */
static bool keep_answer(pml_collection *collection, const promlet_collector *callback, double value)
{
    struct pml_answer *answer = &collection->answers[collection->answer_count++];
    *answer = (struct pml_answer){callback, value, is_possible(callback, value)};
    return answer->is_shown;
}

static void ask(pml_collection *collection, promlet_collector *callback)
{
    bool still_runs;
    if (!pml_collector_begin(callback, &still_runs)) {
        return;
    }
    pml_call_set_here(&callback->callee);
    double value = callback->ask(callback->ctx);
    pml_call_set_here(NULL);
    (void)keep_answer(collection, callback, value);
    pml_collector_end(callback);
}

static void keep_answer_of(pml_collection *collection, pml_run *run)
{
    bool has_answered = pml_collector_is_callback(run->collector) && !run->has_failed;
    if (has_answered && !keep_answer(collection, run->collector, run->answer)) {
        pml_run_fail(run, "a counter can't have the value that it answered with");
    }
}

/* ---- calling --------------------------------------------------------------------------------- */

static bool is_wanted(const pml_filter *filter, const promlet_collector *collector)
{
    if (pml_collector_is_callback(collector)) {
        return pml_filter_takes(filter, collector->claim->definition->claims);
    }
    if (collector->families == NULL) {
        return true;
    }
    for (size_t i = 0; i < collector->family_count; i++) {
        if (pml_filter_may_take(filter, collector->families[i])) {
            return true;
        }
    }
    return filter == NULL;
}

/* Those with a deadline first, so that they run while the others do. */
static bool start_runs(pml_collection *collection, bool have_deadline)
{
    for (size_t i = 0; i < collection->run_count; i++) {
        pml_run *run = &collection->runs[i];
        if ((run->collector->deadline_ns != 0) == have_deadline && !pml_run_start(run)) {
            return false;
        }
    }
    return true;
}

static void list_runs(pml_collection *collection)
{
    for (size_t i = 0; i < collection->count; i++) {
        promlet_collector *collector = collection->collectors[i];
        if (pml_collector_is_watched(collector) && is_wanted(collection->filter, collector)) {
            collection->runs[collection->run_count++].collector = collector;
        }
    }
}

static void ask_unwatched(pml_collection *collection)
{
    for (size_t i = 0; i < collection->count; i++) {
        promlet_collector *collector = collection->collectors[i];
        if (!pml_collector_is_watched(collector) && is_wanted(collection->filter, collector)) {
            ask(collection, collector);
        }
    }
}

static bool call_all(pml_collection *collection)
{
    list_runs(collection);
    bool has_memory = start_runs(collection, true);
    if (has_memory) {
        ask_unwatched(collection);
        has_memory = start_runs(collection, false);
    }
    for (size_t i = 0; i < collection->run_count; i++) {
        pml_run_wait(&collection->runs[i]);
    }
    for (size_t i = 0; has_memory && i < collection->run_count; i++) {
        keep_answer_of(collection, &collection->runs[i]);
    }
    return has_memory;
}

bool pml_collection_start(pml_collection *collection, promlet_registry *registry,
                          const pml_filter *filter)
{
    *collection = (pml_collection){.registry = registry, .filter = filter};
    bool is_pinned = pml_collectors_pin(registry, &collection->collectors, &collection->count);
    if (!is_pinned || collection->count == 0) {
        return is_pinned;
    }
    collection->answers = pml_alloc_zeroed(collection->count * sizeof *collection->answers);
    collection->runs = pml_alloc_zeroed(collection->count * sizeof *collection->runs);
    return collection->answers != NULL && collection->runs != NULL && call_all(collection);
}

void pml_collection_free(pml_collection *collection)
{
    for (size_t i = 0; i < collection->run_count; i++) {
        pml_emitters_free(collection->runs[i].emitter);
    }
    pml_emitters_free(collection->own);
    pml_free(collection->runs);
    pml_free(collection->answers);
    pml_collectors_unpin(collection->collectors, collection->count);
}

/* ---- names ----------------------------------------------------------------------------------- */

/* A name of the family that something else has; NULL: none. */
static const char *find_taken(const pml_collection *collection, const pml_name_map *names,
                              const pml_emitted_family *family)
{
    for (char *const *claim = family->definition->claims; *claim != NULL; claim++) {
        if (pml_registry_owner_of(collection->registry, *claim) != NULL ||
            pml_name_map_find(names, *claim) != NULL) {
            return *claim;
        }
    }
    return NULL;
}

static void refuse_family(pml_run *run, const pml_emitted_family *family, const char *name)
{
    char why[PML_SENTENCE_SIZE];
    (void)snprintf(why, sizeof why, "%.80s: another metric or collector has the name %.80s",
                   family->definition->name.bytes, name);
    pml_run_fail(run, why);
}

static bool settle_family(pml_collection *collection, pml_name_map *names, pml_run *run,
                          pml_emitted_family *family)
{
    const char *taken = find_taken(collection, names, family);
    if (taken != NULL) {
        refuse_family(run, family, taken);
        family->is_left_out = true;
        return true;
    }
    if (!pml_name_map_reserve(names, pml_claims_count(family->definition->claims))) {
        return false;
    }
    for (char *const *claim = family->definition->claims; *claim != NULL; claim++) {
        pml_name_map_add(names, *claim, family);
    }
    family->is_left_out = !pml_filter_takes(collection->filter, family->definition->claims);
    return true;
}

/* Whether a callback that was unregistered since it was asked has lost a name to something else. */
static bool has_lost_name(const pml_collection *collection, const pml_name_map *names,
                          const pml_family *claim)
{
    for (char *const *name = claim->definition->claims; *name != NULL; name++) {
        const pml_family *owner = pml_registry_owner_of(collection->registry, *name);
        if (owner != claim && (owner != NULL || pml_name_map_find(names, *name) != NULL)) {
            return true;
        }
    }
    return false;
}

static void settle_answers(pml_collection *collection, const pml_name_map *names)
{
    size_t kept = 0;
    for (size_t i = 0; i < collection->answer_count; i++) {
        if (!has_lost_name(collection, names, collection->answers[i].callback->claim)) {
            collection->answers[kept++] = collection->answers[i];
        }
    }
    collection->answer_count = kept;
}

static bool settle_names(pml_collection *collection)
{
    pml_name_map names = {.capacity = 0};
    bool has_memory = true;
    for (size_t i = 0; i < collection->run_count; i++) {
        pml_run *run = &collection->runs[i];
        pml_emitted_family *family = run->emitter != NULL ? run->emitter->families : NULL;
        for (; has_memory && family != NULL; family = family->next) {
            has_memory = settle_family(collection, &names, run, family);
        }
    }
    settle_answers(collection, &names);
    pml_name_map_free(&names);
    return has_memory;
}

bool pml_collection_settle(pml_collection *collection)
{
    return settle_names(collection) && pml_collection_add_own(collection);
}

/* ---- into the snapshot ----------------------------------------------------------------------- */

static size_t count_families(const promlet_emitter *emitter)
{
    size_t count = 0;
    const pml_emitted_family *family = emitter != NULL ? emitter->families : NULL;
    for (; family != NULL; family = family->next) {
        count += !family->is_left_out;
    }
    return count;
}

size_t pml_collection_family_count(const pml_collection *collection)
{
    size_t count = collection->answer_count + count_families(collection->own);
    for (size_t i = 0; i < collection->run_count; i++) {
        count += count_families(collection->runs[i].emitter);
    }
    return count;
}

static bool show_answer(const struct pml_answer *answer, pml_snapshot_family *to)
{
    const pml_definition *definition = answer->callback->claim->definition;
    pml_snapshot_describe(definition, to);
    to->claims = answer->callback->claim->definition->claims;
    to->series = pml_arena_take(to->memory, sizeof *to->series);
    if (to->series == NULL) {
        return false;
    }
    to->series_count = answer->is_shown;
    to->series->labels = definition->const_labels.bytes;
    to->series->labels_size = definition->const_labels.size;
    to->series->as.number = (pml_number){.is_whole = false, .as.real = answer->value};
    return true;
}

/* Takes the emitter over, and says where the next family goes. */
static pml_snapshot_family *show_emitted(promlet_snapshot *snapshot, promlet_emitter **emitter,
                                         pml_snapshot_family *families)
{
    if (*emitter == NULL) {
        return families;
    }
    const pml_emitted_family *family = (*emitter)->families;
    for (; family != NULL; family = family->next) {
        if (!family->is_left_out) {
            *families++ = family->shown;
        }
    }
    (*emitter)->next = snapshot->emitted;
    snapshot->emitted = *emitter;
    *emitter = NULL;
    return families;
}

bool pml_collection_show(pml_collection *collection, promlet_snapshot *snapshot,
                         pml_snapshot_family *families)
{
    for (size_t i = 0; i < collection->run_count; i++) {
        families = show_emitted(snapshot, &collection->runs[i].emitter, families);
    }
    families = show_emitted(snapshot, &collection->own, families);
    snapshot->collectors = collection->collectors;
    snapshot->collector_count = collection->count;
    collection->collectors = NULL;
    collection->count = 0;
    bool is_shown = true;
    for (size_t i = 0; is_shown && i < collection->answer_count; i++) {
        is_shown = show_answer(&collection->answers[i], families++);
    }
    return is_shown;
}
