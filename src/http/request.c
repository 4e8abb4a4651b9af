/* SPDX-License-Identifier: Apache-2.0 */
/* Reads a request for metrics. How a query is written is query.c's. */
#include "http/request.h"

#include "http/query.h"
#include "http/response.h"

#include <promlet/negotiation.h>
#include <promlet/status.h>

#include <stdlib.h>
#include <string.h>

static pml_http_form form_of(const promlet_http_request *given)
{
    pml_http_form form;
    (void)promlet_negotiate(given->accept, given->formats, &form.encoding);
    form.encoding.with_created = given->with_created;
    form.is_gzip = !given->no_gzip && promlet_negotiate_gzip(given->accept_encoding);
    return form;
}

/* The names and, behind room for as many as there can be, the query that they point into. */
static pml_http_request *read_names(const char *query, bool is_head,
                                    promlet_http_response **refusal)
{
    size_t size = strlen(query) + 1;
    size_t most = pml_http_most_names(query);
    pml_http_request *request = malloc(sizeof *request + most * sizeof *request->names + size);
    if (request == NULL) {
        (void)promlet_set_last_error(PROMLET_ERROR_MEMORY, NULL);
        *refusal = pml_http_refuse(PML_HTTP_OUT_OF_MEMORY, is_head);
        return NULL;
    }
    char *copy = (char *)(request->names + most);
    memcpy(copy, query, size);
    if (!pml_http_read_names(copy, request->names, &request->name_count)) {
        free(request);
        *refusal = pml_http_refuse(PML_HTTP_WRONG_QUERY, is_head);
        return NULL;
    }
    return request;
}

pml_http_request *pml_http_request_new(const promlet_http_request *given,
                                       promlet_http_response **refusal)
{
    bool is_head = given->method != NULL && strcmp(given->method, "HEAD") == 0;
    if (given->method != NULL && !is_head && strcmp(given->method, "GET") != 0) {
        *refusal = pml_http_refuse(PML_HTTP_WRONG_METHOD, false);
        return NULL;
    }
    pml_http_request *request =
        read_names(given->query != NULL ? given->query : "", is_head, refusal);
    if (request != NULL) {
        request->form = form_of(given);
        request->is_head = is_head;
    }
    return request;
}

void pml_http_request_free(pml_http_request *request)
{
    free(request);
}

bool pml_http_same_names(const pml_http_request *a, const pml_http_request *b)
{
    if (a->name_count != b->name_count) {
        return false;
    }
    for (size_t i = 0; i < a->name_count; i++) {
        if (strcmp(a->names[i], b->names[i]) != 0) {
            return false;
        }
    }
    return true;
}

bool pml_http_same_form(const pml_http_form *a, const pml_http_form *b)
{
    return a->is_gzip == b->is_gzip && a->encoding.format == b->encoding.format &&
           a->encoding.escaping == b->encoding.escaping &&
           a->encoding.with_created == b->encoding.with_created;
}
