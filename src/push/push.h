/* SPDX-License-Identifier: Apache-2.0 */
/* A push from the snapshot to the sentence that says what came of it. */
#ifndef PML_PUSH_PUSH_H
#define PML_PUSH_PUSH_H

#include "push/config.h"
#include "push/transfer.h"

#include <stddef.h>

/* What a push has come to. */
typedef struct pml_push_report {
    pml_push_outcome outcome;
    size_t sent_bytes; /* The size of the document, once there was one. */
} pml_push_report;

/* Pushes the registry of the options, by PUT or POST. own: another registry that goes with it;
   NULL: none. report: filled in; NULL: not wanted. Returns as promlet_push_sized(). */
promlet_status pml_push_send(const pml_push_config *config, const char *method,
                             promlet_registry *own, pml_push_report *report);

#endif
