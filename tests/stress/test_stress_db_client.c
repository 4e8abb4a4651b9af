/* SPDX-License-Identifier: Apache-2.0 */
/* Threads that operate on one database client, while others switch its stages and scrape. */
#include "support/expect.h"
#include "support/stress.h"
#include "support/strict_text.h"

#define WORKERS 3

static uint64_t seed;

static struct shared {
    promlet_registry *registry;
    promlet_db_client *client;
    _Atomic uint64_t measured; /* stages that had begun in a scope of their own thread */
    stress_failure failure;
} shared;

static const char *const operations[] = {"get", "put", "scan"};

static void operate(uint64_t number)
{
    PROMLET_DB_OPERATION_SCOPE(operation, shared.client, "test", "users", operations[number % 3]);
    PROMLET_DB_STAGE_SCOPE(shared.client, "now and then", operations[number % 3]);
    if (number % 5 == 0) {
        promlet_db_operation_fail(&operation, "Timeout");
    }
}

/* The first of them declares the histogram of stages, while the others look for it. */
static void keep_operating(stress_member *self)
{
    while (stress_goes_on(self)) {
        operate(self->done);
        if (self->done % 16 == 0) {
            PROMLET_DB_STAGES_SCOPE(shared.client);
            PROMLET_DB_STAGE_SCOPE(shared.client, "always", "get");
            atomic_fetch_add(&shared.measured, 1);
        }
        self->done++;
    }
}

static void keep_switching(stress_member *self)
{
    while (stress_goes_on(self)) {
        promlet_db_client_set_stages(shared.client, self->done % 2 == 0);
        (void)sched_yield();
        self->done++;
    }
}

static void keep_scraping(stress_member *self)
{
    while (stress_goes_on(self)) {
        char *text = promlet_registry_get_metrics(shared.registry);
        strict_verdict verdict;
        if (!strict_is_well_formed(text, &verdict)) {
            (void)stress_fail(&shared.failure, "%s", verdict.why);
        }
        promlet_free(text);
        self->done++;
    }
}

static uint64_t operations_of(const stress_crew *crew)
{
    uint64_t done = 0;
    for (size_t i = 0; i < WORKERS; i++) {
        done += crew->members[i].done;
    }
    return done;
}

static void stages_switched_while_threads_operate_lose_no_operation(void **state)
{
    (void)state;
    static stress_crew crew;
    shared.registry = new_registry();
    shared.client =
        promlet_db_client_new(shared.registry, &(promlet_db_client_opts){.system = "sqlite"});
    stress_crew_begin(&crew, stress_seconds(0.3));
    stress_crew_add(&crew, WORKERS, keep_operating, NULL, seed);
    stress_crew_add(&crew, 1, keep_switching, NULL, seed);
    stress_crew_add(&crew, 1, keep_scraping, NULL, seed);
    stress_crew_go(&crew);
    stress_crew_wait(&crew);
    if (atomic_load(&shared.failure.is_set)) {
        fail_msg("%s", shared.failure.why);
    }
    char *text = promlet_registry_get_metrics(shared.registry);
    long double counted = strict_total(text, "db_client_operation_duration_seconds_count", NULL);
    assert_true((uint64_t)counted == operations_of(&crew));
    long double always = strict_value(
        text, "db_client_internal_stage_seconds_count{stage=\"always\",db_operation_name=\"get\"}");
    assert_true((uint64_t)always == atomic_load(&shared.measured));
    promlet_free(text);
    promlet_db_client_set_stages(shared.client, false);
    assert_false(promlet_db_client_has_stages(shared.client));
    promlet_db_client_free(shared.client);
    promlet_registry_free(shared.registry);
}

/* ---- the first time -------------------------------------------------------------------------- */

#define ROUNDS 20

static void switch_on(stress_member *self)
{
    (void)self;
    promlet_db_client_set_stages(shared.client, true);
}

/* Nothing but the switch tells it that there is a histogram now. */
static void pass_first_stage(stress_member *self)
{
    (void)self;
    while (!promlet_db_client_has_stages(shared.client)) {
        (void)sched_yield();
    }
    PROMLET_DB_STAGE_SCOPE(shared.client, "first", "get");
}

static void stages_switched_on_first_are_whole_for_who_finds_them_on(void **state)
{
    (void)state;
    for (int round = 0; round < ROUNDS; round++) {
        static stress_crew crew;
        shared.registry = new_registry();
        shared.client =
            promlet_db_client_new(shared.registry, &(promlet_db_client_opts){.system = "sqlite"});
        stress_crew_begin(&crew, 0);
        stress_crew_add(&crew, 1, switch_on, NULL, seed);
        stress_crew_add(&crew, WORKERS, pass_first_stage, NULL, seed);
        stress_crew_go(&crew);
        stress_crew_wait(&crew);
        char *text = promlet_registry_get_metrics(shared.registry);
        long double passed = strict_total(text, "db_client_internal_stage_seconds_count", NULL);
        assert_true((unsigned)passed == WORKERS);
        promlet_free(text);
        promlet_db_client_free(shared.client);
        promlet_registry_free(shared.registry);
    }
}

int main(void)
{
    seed = stress_seed();
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(stages_switched_while_threads_operate_lose_no_operation),
        cmocka_unit_test(stages_switched_on_first_are_whole_for_who_finds_them_on),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
