/* SPDX-License-Identifier: Apache-2.0 */
/*
 * promlet's own metrics in a registry: what was dropped, and what was beyond a limit; and if the
 * registry wants it, how many series there are and how much memory they take. They count for no
 * limit, and the user can't remove them.
 */
#ifndef PML_REGISTRY_SELF_METRICS_H
#define PML_REGISTRY_SELF_METRICS_H

#include "registry/family.h"
#include "registry/naming.h"

#include <promlet/collector.h>

#include <stdbool.h>
#include <stddef.h>

/* What they are given in a registry: its constant labels, so that registries can be told apart, and
   not its prefix, as people look for these metrics by name. */
pml_naming pml_own_naming(promlet_registry *registry);

/* Chooses what is shown: nothing of it at all; and the use of series and memory, too. */
void pml_self_metrics_choose(promlet_registry *registry, bool hides_all, bool shows_usage);

/* Brings them up to date; the counters appear only once they are not zero. For the one thread that
   takes a snapshot, with the collectors that it has pinned. False when out of memory. */
bool pml_self_metrics_refresh(promlet_registry *registry, promlet_collector *const *collectors,
                              size_t collector_count);

/* Whether all of them were chosen not to be shown. */
bool pml_self_metrics_are_hidden(promlet_registry *registry);

/* False for such a metric if it was chosen not to be shown; true for all else. */
bool pml_self_metrics_show(const pml_family *family);

/* Forgets what they said of a family or callback, which is unregistered; with PML_LOCK_CHANGES
 * held.
 */
void pml_self_metrics_forget(pml_family *family);

#endif
