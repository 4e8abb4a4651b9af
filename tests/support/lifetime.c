/* SPDX-License-Identifier: Apache-2.0 */
/* What happens in tests of lifetimes: scrapes, and time that passes. */
#include "support/lifetime.h"

#include "base/locks.h"
#include "registry/limits.h"

promlet_counter_family *keyed_counters(promlet_registry *registry)
{
    return promlet_counter_family_new(
        registry, &(promlet_opts){.name = "jobs_total", .help = "Jobs.", .labels = {"key"}});
}

pml_family *family_of(void *typed_family)
{
    return typed_family;
}

void scrape(promlet_registry *registry)
{
    promlet_snapshot *snapshot = promlet_snapshot_take(registry);
    assert_non_null(snapshot);
    promlet_snapshot_release(snapshot);
}

void scrape_until_free(promlet_registry *registry)
{
    for (int i = 0; i < 4; i++) {
        scrape(registry);
    }
}

bool is_shown(promlet_registry *registry, const char *sample)
{
    char *text = promlet_registry_get_metrics(registry);
    assert_non_null(text);
    long double value = strict_value(text, sample);
    promlet_free(text);
    return value >= 0;
}

void assert_value(promlet_registry *registry, const char *sample, uint64_t expected)
{
    char *text = promlet_registry_get_metrics(registry);
    assert_non_null(text);
    long double value = strict_value(text, sample);
    promlet_free(text);
    if (value < 0 || (uint64_t)value != expected) {
        fail_msg("%s is %Lg, expected %llu", sample, value, (unsigned long long)expected);
    }
}

size_t memory_of(promlet_registry *registry)
{
    pml_lock(PML_LOCK_CHANGES);
    size_t bytes = pml_limits_memory(pml_registry_of(registry));
    pml_unlock(PML_LOCK_CHANGES);
    return bytes;
}

void let_idle_time_pass(void *typed_family)
{
    pml_family *family = typed_family;
    family->graced_until -= 4000;
    family->asked_at -= 1000;
    for (size_t i = 0; i < family->sorted_count; i++) {
        family->sorted[i]->idle_since -= 2000;
    }
}
