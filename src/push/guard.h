/* SPDX-License-Identifier: Apache-2.0 */
/* What a thread of the host is kept from while libcurl runs in it: SIGPIPE and cancellation. */
#ifndef PML_PUSH_GUARD_H
#define PML_PUSH_GUARD_H

#include <signal.h>
#include <stdbool.h>

typedef struct pml_push_guard {
    sigset_t mask;    /* As it was. */
    bool was_pending; /* SIGPIPE had been raised before, and is the host's. */
    int cancel_state; /* As it was. */
} pml_push_guard;

void pml_push_guard_begin(pml_push_guard *guard);
void pml_push_guard_end(const pml_push_guard *guard);

#endif
