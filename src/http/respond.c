/* SPDX-License-Identifier: Apache-2.0 */
/* One request, answered for a server that is not ours. The public calls are here alone, so that
   promlet-server can have the rest of this folder in itself and yet not export them. */
#include <promlet/http.h>

#include "http/batch.h"
#include "http/response.h"

#include <promlet/status.h>

#include <string.h>

static promlet_status argument_error(const char *sentence)
{
    return promlet_set_last_error(PROMLET_ERROR_ARGUMENT, sentence);
}

/* Members that the caller's header did not have are zero in the result. */
static promlet_status read_given(const promlet_http_request *given, size_t size,
                                 promlet_http_request *known)
{
    memset(known, 0, sizeof *known);
    if (given == NULL) {
        return PROMLET_OK;
    }
    if (size % _Alignof(promlet_http_request) != 0) {
        /* Half of a pointer would be followed. */
        return argument_error("request: its size is none that promlet_http_request has had");
    }
    const unsigned char *bytes = (const unsigned char *)given;
    for (size_t i = sizeof *known; i < size; i++) {
        if (bytes[i] != 0) {
            return argument_error("request: a member is set that this version of promlet does not "
                                  "have");
        }
    }
    memcpy(known, given, size < sizeof *known ? size : sizeof *known);
    return PROMLET_OK;
}

static promlet_http_response *answer(promlet_registry *registry, const pml_http_request *request)
{
    pml_http_source source = {.registries = &registry, .registry_count = 1};
    pml_http_job job = {.request = request};
    pml_http_answer(&source, &job);
    return job.response;
}

promlet_http_response *promlet_respond_sized(promlet_registry *registry,
                                             const promlet_http_request *request,
                                             size_t request_size)
{
    promlet_http_request known;
    if (read_given(request, request_size, &known) != PROMLET_OK) {
        return pml_http_refuse(PML_HTTP_WRONG_ARGUMENT, false);
    }
    promlet_http_response *response = NULL;
    pml_http_request *read = pml_http_request_new(&known, &response);
    if (read != NULL) {
        response = answer(registry, read);
        if (read->is_head) {
            response = pml_http_response_without_body(response);
        }
        pml_http_request_free(read);
    }
    return response;
}

void promlet_http_response_release(promlet_http_response *response)
{
    pml_http_response_release(response);
}
