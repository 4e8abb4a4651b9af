/* SPDX-License-Identifier: Apache-2.0 */
/* What the tests of lifetimes share: families by label "key", what is shown, and time that passes.
 */
#ifndef TESTS_SUPPORT_LIFETIME_H
#define TESTS_SUPPORT_LIFETIME_H

#include "support/expect.h"
#include "support/strict_text.h"

#include "registry/lifetime.h"
#include "registry/limits.h"

#include "base/locks.h"

/* So long that no test lives to see it; time passes in let_idle_time_pass() only. */
#define IDLE_SECONDS 1e6

static inline promlet_counter_family *keyed_counters(promlet_registry *registry)
{
    return promlet_counter_family_new(
        registry, &(promlet_opts){.name = "jobs_total", .help = "Jobs.", .labels = {"key"}});
}

static inline pml_family *family_of(void *typed_family)
{
    return typed_family;
}

static inline void scrape(promlet_registry *registry)
{
    promlet_snapshot *snapshot = promlet_snapshot_take(registry);
    assert_non_null(snapshot);
    promlet_snapshot_release(snapshot);
}

/* Scrapes as often as it takes to free what nobody needs. */
static inline void scrape_until_free(promlet_registry *registry)
{
    for (int i = 0; i < 4; i++) {
        scrape(registry);
    }
}

/* Whether a sample, given with its labels, is in the text of the registry. */
static inline bool is_shown(promlet_registry *registry, const char *sample)
{
    char *text = promlet_registry_get_metrics(registry);
    assert_non_null(text);
    long double value = strict_value(text, sample);
    promlet_free(text);
    return value >= 0;
}

static inline void assert_value(promlet_registry *registry, const char *sample, uint64_t expected)
{
    char *text = promlet_registry_get_metrics(registry);
    assert_non_null(text);
    long double value = strict_value(text, sample);
    promlet_free(text);
    if (value < 0 || (uint64_t)value != expected) {
        fail_msg("%s is %Lg, expected %llu", sample, value, (unsigned long long)expected);
    }
}

static inline size_t memory_of(promlet_registry *registry)
{
    pml_lock(PML_LOCK_CHANGES);
    size_t bytes = pml_limits_memory(pml_registry_of(registry));
    pml_unlock(PML_LOCK_CHANGES);
    return bytes;
}

/* The idle time goes by for all series that the last scrape saw, as if they were older; and then so
   were the grace period that it asked for behind them, and the one before it. */
static inline void let_idle_time_pass(void *typed_family)
{
    pml_family *family = typed_family;
    family->graced_until -= 4000;
    family->asked_at -= 1000;
    for (size_t i = 0; i < family->sorted_count; i++) {
        family->sorted[i]->idle_since -= 2000;
    }
}

#endif
