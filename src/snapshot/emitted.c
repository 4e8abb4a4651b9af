/* SPDX-License-Identifier: Apache-2.0 */
/* Families as they are emitted, and in the end their order. */
#include "snapshot/emitted.h"

#include "base/alloc.h"
#include "registry/claims.h"
#include "registry/names.h"
#include "snapshot/emitted_kinds.h"

#include <stdlib.h>
#include <string.h>

/* ---- life ------------------------------------------------------------------------------------ */

promlet_emitter *pml_emitter_new(const pml_naming *naming)
{
    promlet_emitter *emitter = pml_alloc_zeroed(sizeof *emitter);
    if (emitter != NULL) {
        emitter->naming = naming;
        emitter->families_end = &emitter->families;
        emitter->why_none = PROMLET_ERROR_ARGUMENT;
    }
    return emitter;
}

void pml_emitters_free(promlet_emitter *emitter)
{
    while (emitter != NULL) {
        promlet_emitter *next = emitter->next;
        for (pml_emitted_family *family = emitter->families; family != NULL;
             family = family->next) {
            pml_definition_free(family->definition);
            pml_free(family->series);
        }
        pml_name_map_free(&emitter->names);
        pml_arena_free(&emitter->arena);
        pml_free(emitter);
        emitter = next;
    }
}

promlet_status pml_emitter_refuse(promlet_emitter *emitter, promlet_status status)
{
    if (emitter->status == PROMLET_OK) {
        emitter->status = status;
        memcpy(emitter->why, promlet_last_error(), sizeof emitter->why);
    }
    return status;
}

/* ---- families -------------------------------------------------------------------------------- */

static promlet_status check_claims(const promlet_emitter *emitter, const pml_emitted_family *family)
{
    const char *name = family->definition->name.bytes;
    for (char *const *claim = family->definition->claims; *claim != NULL; claim++) {
        const pml_emitted_family *other = pml_name_map_find(&emitter->names, *claim);
        if (other != NULL && strcmp(other->definition->name.bytes, name) == 0) {
            return pml_fail(PROMLET_ERROR_CONFLICT, "%.100s: this collector has emitted it already",
                            name);
        }
        if (other != NULL) {
            return pml_fail(PROMLET_ERROR_CONFLICT,
                            "%.80s: emitted after %.80s, which has the name "
                            "%.40s as well",
                            name, other->definition->name.bytes, *claim);
        }
    }
    return PROMLET_OK;
}

static void add_family(promlet_emitter *emitter, pml_emitted_family *family)
{
    for (char *const *claim = family->definition->claims; *claim != NULL; claim++) {
        pml_name_map_add(&emitter->names, *claim, family);
    }
    *emitter->families_end = family;
    emitter->families_end = &family->next;
    emitter->current = family;
}

/* Takes the definition over. */
static promlet_status begin_family(promlet_emitter *emitter, pml_definition *definition)
{
    promlet_status status = PROMLET_OK;
    definition->is_own = emitter->is_own;
    if (!emitter->is_own) {
        status = pml_check_not_reserved(definition->claims);
    }
    pml_emitted_family *family = NULL;
    if (status == PROMLET_OK) {
        family = pml_arena_take(&emitter->arena, sizeof *family);
        status = family == NULL ? pml_fail_memory() : PROMLET_OK;
    }
    if (status == PROMLET_OK) {
        *family = (pml_emitted_family){.definition = definition};
        status = pml_name_map_reserve(&emitter->names, pml_claims_count(definition->claims))
                     ? check_claims(emitter, family)
                     : pml_fail_memory();
    }
    if (status == PROMLET_OK) {
        add_family(emitter, family);
    } else {
        pml_definition_free(definition);
    }
    return status;
}

promlet_status promlet_emit_family_sized(promlet_emitter *emitter, const promlet_emit_opts *options,
                                         size_t options_size)
{
    if (emitter == NULL) {
        return pml_fail(PROMLET_ERROR_ARGUMENT, "the emitter is NULL");
    }
    emitter->current = NULL;
    promlet_status status;
    pml_definition *definition = pml_emitted_definition(emitter, options, options_size, &status);
    if (definition != NULL) {
        status = begin_family(emitter, definition);
    }
    emitter->why_none = status;
    return status == PROMLET_OK ? status : pml_emitter_refuse(emitter, status);
}

/* ---- order ----------------------------------------------------------------------------------- */

static int compare(const void *a, const void *b)
{
    const pml_emitted_series *left = a;
    const pml_emitted_series *right = b;
    int order = pml_label_set_compare(&left->labels, &right->labels);
    return order != 0 ? order : (left->number > right->number) - (left->number < right->number);
}

/* Of two series with the same labels the first stays. */
static void drop_duplicates(promlet_emitter *emitter, pml_emitted_family *family)
{
    size_t kept = 0;
    for (size_t i = 0; i < family->series_count; i++) {
        pml_emitted_series *series = &family->series[i];
        if (kept > 0 &&
            pml_label_set_compare(&series->labels, &family->series[kept - 1].labels) == 0) {
            (void)pml_emitter_refuse(
                emitter, pml_fail(PROMLET_ERROR_CONFLICT,
                                  "%.80s: the series {%.*s} was emitted twice; the first one shows",
                                  family->definition->name.bytes, (int)series->labels.text_size,
                                  series->labels.text));
        } else {
            family->series[kept++] = *series;
        }
    }
    family->series_count = kept;
}

static void describe(const pml_emitted_family *family, pml_snapshot_family *to)
{
    pml_snapshot_describe(family->definition, to);
    to->bounds = family->bound_texts;
    to->bound_values = family->bounds;
    to->bound_count = family->bound_count;
}

static bool copy_series(pml_arena *arena, pml_emitted_family *family)
{
    pml_snapshot_family *to = &family->shown;
    size_t count = family->series_count;
    to->series = pml_arena_take(arena, count * sizeof *to->series);
    to->timestamps =
        family->has_timestamps ? pml_arena_take(arena, count * sizeof *to->timestamps) : NULL;
    if (to->series == NULL || (family->has_timestamps && to->timestamps == NULL)) {
        return false;
    }
    to->series_count = count;
    for (size_t i = 0; i < count; i++) {
        to->series[i] = family->series[i].shown;
        if (to->timestamps != NULL) {
            to->timestamps[i] = family->series[i].timestamp_ms;
        }
    }
    return true;
}

bool pml_emitter_finish(promlet_emitter *emitter)
{
    for (pml_emitted_family *family = emitter->families; family != NULL; family = family->next) {
        if (family->series_count > 1) {
            qsort(family->series, family->series_count, sizeof *family->series, compare);
            drop_duplicates(emitter, family);
        }
        describe(family, &family->shown);
        if (!copy_series(&emitter->arena, family)) {
            return false;
        }
        pml_free(family->series);
        family->series = NULL;
    }
    return true;
}
