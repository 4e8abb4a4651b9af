/* SPDX-License-Identifier: Apache-2.0 */
/* The grouping key: the labels that name a group of the gateway, and how a URL writes them. */
#ifndef PML_PUSH_GROUP_H
#define PML_PUSH_GROUP_H

#include <promlet/push.h>

#include <stdbool.h>
#include <stddef.h>

/* How many labels the grouping has beside job and instance. */
size_t pml_push_group_count(const promlet_push_opts *options);

/* Whether job, instance and labels can name a group; sets the last error when not. */
promlet_status pml_push_group_check(const promlet_push_opts *options);

/* Whether a label of this name is one of the group's. The name need not end. */
bool pml_push_group_has(const promlet_push_opts *options, const char *name, size_t name_size);

/* The path of the group behind the gateway's own, from "/metrics/job" on. Returns NULL when out of
   memory; to be freed with free(). */
char *pml_push_group_path(const promlet_push_opts *options);

#endif
