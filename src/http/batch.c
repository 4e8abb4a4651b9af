/* SPDX-License-Identifier: Apache-2.0 */
/* Answers requests, each distinct one once. They are few, so each is compared with each. */
#include "http/batch.h"

#include "http/document.h"
#include "http/response.h"

#include <promlet/collector.h>
#include <promlet/snapshot.h>
#include <promlet/status.h>

#include <stdlib.h>

/* ---- Snapshots ---- */

static promlet_snapshot *take_one(const pml_http_source *source, promlet_registry *registry,
                                  const pml_http_request *request)
{
    promlet_filter filter = {.names = request->names, .name_count = request->name_count};
    if (source->at_once_bytes != 0) {
        return promlet_snapshot_take_at_once(registry, source->at_once_bytes);
    }
    return request->name_count == 0 ? promlet_snapshot_take(registry)
                                    : promlet_snapshot_take_filtered(registry, &filter);
}

static promlet_snapshot *take_merged(const pml_http_source *source, const pml_http_request *request)
{
    promlet_snapshot **taken = calloc(source->registry_count, sizeof *taken);
    if (taken == NULL) {
        return NULL;
    }
    size_t left = source->registry_count;
    while (left > 0 &&
           (taken[left - 1] = take_one(source, source->registries[left - 1], request)) != NULL) {
        left--;
    }
    promlet_snapshot *merged =
        left == 0 ? promlet_snapshot_merge(taken, source->registry_count) : NULL;
    for (size_t i = left; i < source->registry_count; i++) {
        promlet_snapshot_release(taken[i]);
    }
    free(taken);
    return merged;
}

promlet_snapshot *pml_http_take(const pml_http_source *source, const pml_http_request *request)
{
    if (pml_http_is_stopped(&source->limits)) {
        return NULL;
    }
    return source->registry_count == 1 ? take_one(source, source->registries[0], request)
                                       : take_merged(source, request);
}

/* ---- Responses ---- */

static promlet_http_response *fail(pml_http_outcome outcome)
{
    if (outcome == PML_HTTP_STOPPED) {
        return pml_http_refuse(PML_HTTP_STOPPING, false);
    }
    if (outcome == PML_HTTP_OVER_BUDGET) {
        return pml_http_refuse(PML_HTTP_TOO_MUCH, false);
    }
    if (promlet_is_collecting()) { /* which the last error says already */
        return pml_http_refuse(PML_HTTP_COLLECTING, false);
    }
    (void)promlet_set_last_error(PROMLET_ERROR_MEMORY, NULL);
    return pml_http_refuse(PML_HTTP_OUT_OF_MEMORY, false);
}

static promlet_http_response *fail_without_snapshot(const pml_http_source *source)
{
    return fail(pml_http_is_stopped(&source->limits) ? PML_HTTP_STOPPED : PML_HTTP_NO_MEMORY);
}

static promlet_http_response *make_response(const pml_http_source *source,
                                            const promlet_snapshot *snapshot,
                                            const pml_http_form *form)
{
    if (snapshot == NULL) {
        return fail_without_snapshot(source);
    }
    pml_http_body body;
    pml_http_body_start(&body, &source->limits);
    pml_http_outcome outcome = pml_http_write_document(snapshot, form, &body);
    promlet_http_response *response =
        outcome == PML_HTTP_MADE ? pml_http_response_new(&form->encoding, &body) : NULL;
    return response != NULL ? response : fail(outcome);
}

static bool is_open_and_wants(const pml_http_job *job, const pml_http_request *families)
{
    return job->response == NULL && pml_http_same_names(job->request, families);
}

void pml_http_answer_alike(const pml_http_source *source, const promlet_snapshot *snapshot,
                           pml_http_job *first)
{
    const pml_http_request *request = first->request;
    first->response = make_response(source, snapshot, &request->form);
    for (pml_http_job *job = first->next; job != NULL; job = job->next) {
        if (is_open_and_wants(job, request) &&
            pml_http_same_form(&job->request->form, &request->form)) {
            job->response = pml_http_response_share(first->response);
        }
    }
}

/* Answers this job, and those behind it that want the same families. */
static void answer_families(const pml_http_source *source, pml_http_job *first)
{
    promlet_snapshot *snapshot = pml_http_take(source, first->request);
    for (pml_http_job *job = first; job != NULL; job = job->next) {
        if (is_open_and_wants(job, first->request)) {
            pml_http_answer_alike(source, snapshot, job);
        }
    }
    promlet_snapshot_release(snapshot);
}

void pml_http_answer(const pml_http_source *source, pml_http_job *jobs)
{
    for (pml_http_job *job = jobs; job != NULL; job = job->next) {
        if (job->response == NULL) {
            answer_families(source, job);
        }
    }
}
