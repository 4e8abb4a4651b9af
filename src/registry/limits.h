/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Limits: of series in a family, of a registry's memory, and of a label value's length. What is
 * beyond one of the first two is recorded on the family's overflow series, so that totals stay
 * exact; a longer value is cut, and shares the series of those that begin alike. promlet's own
 * metrics have none.
 *
 * Memory is what was asked of the allocator for series (the removed ones that somebody holds or
 * that wait to be freed included) with their label text, for tables and for per-CPU cells.
 *
 * A look-up must not take the lock each time to learn that there is no room. So a registry counts
 * when room came back, and a family remembers at what count it was found full.
 */
#ifndef PML_REGISTRY_LIMITS_H
#define PML_REGISTRY_LIMITS_H

#include "registry/registry.h"

/* What stands in the way of a series. */
typedef enum pml_limit { PML_LIMIT_NONE, PML_LIMIT_SERIES, PML_LIMIT_MEMORY } pml_limit;

/* Sets a registry's limits. 0: the default length of a value; no limit of memory. */
void pml_limits_set(promlet_registry *registry, size_t max_label_value_bytes,
                    size_t max_memory_bytes);

/* The memory of a registry, in bytes; with PML_LOCK_CHANGES held. */
size_t pml_limits_memory(const promlet_registry *registry);

/* Whether the limit leaves room for so many bytes more; likewise. */
bool pml_limits_have_memory(const promlet_registry *registry, size_t bytes);

/* Without a lock: whether the family was found full, and had no room since. */
bool pml_limits_is_full(pml_family *family);

/* Without a lock: how long a label value may be, in bytes; and whether some value is longer. */
size_t pml_limits_value_bytes(const pml_family *family);
bool pml_limits_is_too_long(const pml_family *family, const pml_label_query *query);

/* Counts one look-up that ended in the overflow series. */
void pml_limits_count(pml_family *family);

/* Counts one look-up whose value at this place, the first of them, was cut, and warns if it is the
   first one of the family. Not with a lock held. */
void pml_limits_count_cut(pml_family *family, size_t place);

/* Warns of a limit that was reached. Not with a lock held. */
void pml_limits_warn(const pml_family *family, pml_limit limit);

/* All that follows with PML_LOCK_CHANGES held. */

/* Which limit a series of these values would break; removed: it is in memory, but not shown. */
pml_limit pml_limits_ask(pml_family *family, const pml_label_query *query,
                         const pml_series *removed);

/* There may be room again. */
void pml_limits_make_room(promlet_registry *registry);

/* Counts the memory of a new series, and of one that is being freed. */
void pml_limits_take(const pml_family *family, const pml_series *series);
void pml_limits_give_back(const pml_family *family, const pml_series *series);

/* The same for memory that a series was given later. */
void pml_limits_take_bytes(const pml_family *family, size_t bytes);
void pml_limits_give_back_bytes(const pml_family *family, size_t bytes);

/* Adds to the table, takes out of it, and frees slots that nobody reads any more; and counts. */
bool pml_limits_table_add(pml_family *family, pml_series *series);
void pml_limits_table_remove(pml_family *family, pml_series *series);
void pml_limits_table_reclaim(pml_family *family);

#endif
