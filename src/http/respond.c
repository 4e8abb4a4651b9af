/* SPDX-License-Identifier: Apache-2.0 */
/* One request, answered for a server that is not ours: the public calls of this folder. */
#include <promlet/http.h>

#include "base/options.h"
#include "http/batch.h"
#include "http/response.h"

#include <promlet/status.h>

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
    pml_options_size size = {request_size, sizeof known};
    if (pml_options_read_if_any(request, &known, size, "a request's fields") != PROMLET_OK) {
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
