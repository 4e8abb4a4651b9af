/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The stages of a database client, and what switches them. One word says whether they are measured:
 * its lowest bit is the switch, and the others are the number of scopes. So scopes of several
 * threads may begin and end in any order, and none takes back what another one, or the switch, has
 * asked for; a scope that restored what it had found would.
 */
#include "instrument/db_client.h"

#include <stdio.h>

#define SWITCH UINT32_C(1)
#define SCOPE UINT32_C(2)

/* What promlet_last_error() has room for. */
#define SENTENCE_SIZE 256

static const double stage_bounds[] = {0.000001, 0.000005, 0.00001, 0.00005, 0.0001,
                                      0.0005,   0.001,    0.002,   0.005,   0.01,
                                      0.02,     0.05,     0.1,     0.5,     1};

/* ---- the switch ------------------------------------------------------------------------------ */

/* NULL if it is refused, so that another try can be made; the last error then says why. */
static promlet_histogram_family *declare_stages(promlet_registry *registry)
{
    /* Success leaves the last error alone, so that it tells which of both it was. */
    char before[SENTENCE_SIZE];
    (void)snprintf(before, sizeof before, "%s", promlet_last_error());
    (void)promlet_set_last_error(PROMLET_OK, "");
    promlet_histogram_family *family = promlet_histogram_family_new(
        registry, &(promlet_opts){.name = "db_client_internal_stage_seconds",
                                  .help = "Duration of stages of database client operations.",
                                  .unit = "seconds",
                                  .labels = {"stage", "db_operation_name"},
                                  .bounds = stage_bounds,
                                  .bound_count = sizeof stage_bounds / sizeof *stage_bounds});
    if (promlet_last_error()[0] != '\0') {
        return NULL;
    }
    (void)promlet_set_last_error(PROMLET_OK, before);
    return family;
}

static promlet_histogram_family *stages_of(const promlet_db_client *client)
{
    /* acquire: pairs with the release in has_or_gets_stages(); the family is complete. */
    return pml_load_acquire(&client->stages);
}

/* Whether there is a histogram of stages, which is declared if need be. Threads that do so at once
   get the same one. */
static bool has_or_gets_stages(promlet_db_client *client)
{
    if (client == NULL || client->durations == NULL) {
        return false;
    }
    if (stages_of(client) != NULL) {
        return true;
    }
    promlet_histogram_family *family = declare_stages(client->registry);
    if (family != NULL) {
        /* release: pairs with the acquire in stages_of(). */
        pml_store_release(&client->stages, family);
    }
    return family != NULL;
}

void promlet_db_client_set_stages(promlet_db_client *client, bool is_on)
{
    if (is_on && has_or_gets_stages(client)) {
        /* relaxed: the word stands for itself; who finds it set looks for the family. */
        pml_half_word_or_relaxed(&client->stages_on, SWITCH);
    }
    if (!is_on && client != NULL && client->durations != NULL) {
        /* relaxed: as above. */
        pml_half_word_and_relaxed(&client->stages_on, ~SWITCH);
    }
}

static inline bool has_stages(const promlet_db_client *client)
{
    /* relaxed: as above. */
    return client != NULL && pml_half_word_load_relaxed(&client->stages_on) != 0;
}

bool promlet_db_client_has_stages(const promlet_db_client *client)
{
    return has_stages(client);
}

promlet_db_stages_scope promlet_db_stages_scope_start(promlet_db_client *client)
{
    if (!has_or_gets_stages(client)) {
        return (promlet_db_stages_scope){NULL};
    }
    /* relaxed: as above. */
    pml_half_word_add_relaxed(&client->stages_on, SCOPE);
    return (promlet_db_stages_scope){client};
}

void promlet_db_stages_scope_finish(promlet_db_stages_scope *scope)
{
    if (scope != NULL && scope->client != NULL) {
        /* relaxed: as above. */
        pml_half_word_add_relaxed(&scope->client->stages_on, -SCOPE);
        scope->client = NULL;
    }
}

/* ---- stages ---------------------------------------------------------------------------------- */

/* Not inlined, so that a stage that is not measured saves no registers for it. */
__attribute__((noinline)) static promlet_db_stage measure(const promlet_db_client *client,
                                                          const char *stage, const char *operation)
{
    return (promlet_db_stage){stages_of(client),
                              promlet_timer_start_with(client->clock),
                              {pml_db_text(stage), pml_db_text(operation)}};
}

promlet_db_stage promlet_db_stage_start(const promlet_db_client *client, const char *stage,
                                        const char *operation)
{
    if (!has_stages(client)) {
        return (promlet_db_stage){NULL, {0, PROMLET_CLOCK_NONE}, {NULL, NULL}};
    }
    return measure(client, stage, operation);
}

void promlet_db_stage_finish(promlet_db_stage *stage)
{
    if (stage == NULL || stage->family == NULL) {
        return;
    }
    promlet_histogram_family *family = stage->family;
    stage->family = NULL;
    (void)promlet_timer_observe_by_values(stage->timer, family, stage->values, 2);
}
