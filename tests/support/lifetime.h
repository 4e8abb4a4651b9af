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

promlet_counter_family *keyed_counters(promlet_registry *registry);

pml_family *family_of(void *typed_family);

void scrape(promlet_registry *registry);

/* Scrapes as often as it takes to free what nobody needs. */
void scrape_until_free(promlet_registry *registry);

/* Whether a sample, given with its labels, is in the text of the registry. */
bool is_shown(promlet_registry *registry, const char *sample);

void assert_value(promlet_registry *registry, const char *sample, uint64_t expected);

size_t memory_of(promlet_registry *registry);

/* The idle time goes by for all series that the last scrape saw, as if they were older; and then so
   were the grace period that it asked for behind them, and the one before it. */
void let_idle_time_pass(void *typed_family);

#endif
