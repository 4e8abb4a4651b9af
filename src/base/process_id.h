/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Processes, told from those that were forked of them. The system's id alone does not do: the first
 * process of a PID namespace may have been forked by the first one of another, and an id comes
 * again. It helps where a child was made without the handlers of a fork.
 */
#ifndef PML_BASE_PROCESS_ID_H
#define PML_BASE_PROCESS_ID_H

#include <stdbool.h>
#include <sys/types.h>

/* Zeroed: no process. */
typedef struct pml_process_id {
    pid_t system;
    unsigned int forks; /* how often it and those that it was forked of have been forked */
} pml_process_id;

/* The caller must have used a lock of base/locks.h before, whose handlers count forks. */
pml_process_id pml_this_process(void);
bool pml_is_this_process(const pml_process_id *process);

/* In a forked child, which has one thread. */
void pml_process_was_forked(void);

#endif
