/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Requests that are answered together: those for the same families share one snapshot, and those
 * that want it in the same form one response. The snapshot begins after all of them have arrived.
 */
#ifndef PML_HTTP_BATCH_H
#define PML_HTTP_BATCH_H

#include "http/body.h"
#include "http/request.h"

#include <promlet/http.h>
#include <promlet/registry.h>
#include <promlet/snapshot.h>

/* What is shown, and within which limits. Lent for the call, but for the budget, which must outlive
   the responses. */
typedef struct pml_http_source {
    promlet_registry *const *registries; /* NULL among them: the default one. */
    size_t registry_count;               /* At least 1; several are merged. */
    size_t at_once_bytes; /* The most for promlet_snapshot_take_at_once(), which is for requests
                             that want everything; 0: it may take long. */
    pml_http_limits limits;
} pml_http_source;

typedef struct pml_http_job {
    const pml_http_request *request; /* Lent. */
    promlet_http_response *response; /* NULL until it is answered; then the owner's to release. */
    struct pml_http_job *next;
} pml_http_job;

/* Answers all jobs of a list, none of which has a response yet: each has one afterwards, whatever
   happens. HEAD is answered as GET. */
void pml_http_answer(const pml_http_source *source, pml_http_job *jobs);

/* The two halves of it, for who wants to send a response before the next one is made. */

/* The snapshot that a request wants; NULL when that fails, or is not worth the time any more. */
promlet_snapshot *pml_http_take(const pml_http_source *source, const pml_http_request *request);

/* Answers a job, and those behind it that want the same. snapshot: from pml_http_take() for them;
   NULL: they get a refusal that says why. */
void pml_http_answer_alike(const pml_http_source *source, const promlet_snapshot *snapshot,
                           pml_http_job *first);

#endif
