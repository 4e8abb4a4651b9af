/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Where the files of the process's cgroup are. There is one hierarchy with all controllers (v2), or
 * one for some of them each (v1), or both, side by side: then a controller is in one of them.
 */
#ifndef PML_COLLECT_PROCESS_CGROUP_H
#define PML_COLLECT_PROCESS_CGROUP_H

#include "base/arena.h"
#include "collect/process_file.h"

#include <stdbool.h>
#include <stddef.h>

typedef enum pml_cgroup_hierarchy {
    PML_CGROUP_V2,
    PML_CGROUP_CPU,
    PML_CGROUP_MEMORY,
    PML_CGROUP_PIDS,
    PML_CGROUP_HIERARCHIES
} pml_cgroup_hierarchy;

/* Which part of a hierarchy is shown at which folder; NULL: it is not there. */
typedef struct pml_cgroup_mount {
    char *root;
    char *point;
} pml_cgroup_mount;

/* Zeroed before pml_cgroup_learn(). */
typedef struct pml_cgroup {
    pml_cgroup_mount mounts[PML_CGROUP_HIERARCHIES];
} pml_cgroup;

/* The folder of a cgroup, on the way from that of the process to the topmost one. */
typedef struct pml_cgroup_place {
    bool is_v2;
    size_t top_size; /* of the folder's text, when that is the topmost */
    char folder[PML_PATH_SIZE];
} pml_cgroup_place;

/* Looks for what is mounted, which is not done again. False when out of memory. */
bool pml_cgroup_learn(pml_cgroup *cgroup, pml_arena *arena);

/* Where the process is now, as this controller knows it, or in v2 whatever the controller. */
bool pml_cgroup_find(const pml_cgroup *cgroup, pml_cgroup_hierarchy controller,
                     pml_cgroup_place *place);

/* To the cgroup above; false at the topmost. */
bool pml_cgroup_go_up(pml_cgroup_place *place);

/* Reads a file of the cgroup, as pml_file_read() does. */
bool pml_cgroup_read(const pml_cgroup_place *place, const char *name, pml_line_fn take, void *ctx);

#endif
