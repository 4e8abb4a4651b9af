/* SPDX-License-Identifier: Apache-2.0 */
/* What users see of a response is its first member; how many own it is behind that. */
#include "http/response.h"

#include <promlet/snapshot.h>

#include <stdlib.h>

#define COUNT_OF(array) (sizeof(array) / sizeof((array)[0]))

#define MOST_HEADERS 5

#define NO_STORE                                                                                   \
    {                                                                                              \
        "Cache-Control", "no-store"                                                                \
    }
#define NO_SNIFF                                                                                   \
    {                                                                                              \
        "X-Content-Type-Options", "nosniff"                                                        \
    }

struct response {
    promlet_http_response shown;
    bool is_constant;        /* Nobody owns it. */
    pml_http_refusal reason; /* if it is a constant */
    pthread_mutex_t lock;    /* Guards `owners`; nothing else is locked while it is held. */
    unsigned int owners;
    promlet_http_header headers[MOST_HEADERS];
    pml_http_body body;
};

/* ---- Constants ---- */

#define FOR_PEOPLE                                                                                 \
    {                                                                                              \
        "Content-Type", "text/plain; charset=utf-8"                                                \
    }

static const promlet_http_header headers_of_text[] = {FOR_PEOPLE, NO_STORE, NO_SNIFF};
static const promlet_http_header headers_with_methods[] = {
    FOR_PEOPLE, {"Allow", "GET, HEAD"}, NO_STORE, NO_SNIFF};
static const promlet_http_header headers_for_later[] = {
    FOR_PEOPLE, {"Retry-After", "1"}, NO_STORE, NO_SNIFF};

/* The answers to GET and to HEAD, in which a body is said to be there, or not. */
#define REFUSAL(why, status, headers, text)                                                        \
    [why] = {CONSTANT(why, status, headers, text, 1), CONSTANT(why, status, headers, text, 0)}
#define CONSTANT(why, status, headers, text, count)                                                \
    {                                                                                              \
        .shown = {status,                                                                          \
                  headers,                                                                         \
                  COUNT_OF(headers),                                                               \
                  &(promlet_http_piece){text, sizeof(text) - 1},                                   \
                  count,                                                                           \
                  sizeof(text) - 1},                                                               \
        .is_constant = true, .reason = (why)                                                       \
    }

static struct response refusals[][2] = {
    REFUSAL(PML_HTTP_WRONG_QUERY, 400, headers_of_text, "Too many or wrong names.\n"),
    REFUSAL(PML_HTTP_WRONG_METHOD, 405, headers_with_methods, "Only GET and HEAD.\n"),
    REFUSAL(PML_HTTP_OUT_OF_MEMORY, 500, headers_of_text, "Out of memory.\n"),
    REFUSAL(PML_HTTP_WRONG_ARGUMENT, 500, headers_of_text, "The service asks wrongly.\n"),
    REFUSAL(PML_HTTP_TOO_MUCH, 503, headers_for_later, "Too much is being sent.\n"),
    REFUSAL(PML_HTTP_STOPPING, 503, headers_for_later, "The service is stopping.\n"),
    REFUSAL(PML_HTTP_COLLECTING, 503, headers_for_later, "Metrics are being collected.\n"),
};

promlet_http_response *pml_http_refuse(pml_http_refusal reason, bool is_head)
{
    return &refusals[reason][is_head ? 1 : 0].shown;
}

/* ---- With a document ---- */

static struct response *owned(promlet_http_response *response)
{
    return (struct response *)response;
}

static void add_header(struct response *response, const char *name, const char *value)
{
    response->headers[response->shown.header_count++] = (promlet_http_header){name, value};
}

static void add_headers(struct response *response, const promlet_encoding *encoding)
{
    response->shown.headers = response->headers;
    add_header(response, "Content-Type", promlet_encoding_content_type(encoding));
    if (response->body.is_gzip) {
        add_header(response, "Content-Encoding", "gzip");
    }
    add_header(response, "Vary", "Accept, Accept-Encoding");
    add_header(response, "Cache-Control", "no-store");
    add_header(response, "X-Content-Type-Options", "nosniff");
}

promlet_http_response *pml_http_response_new(const promlet_encoding *encoding, pml_http_body *body)
{
    struct response *response = calloc(1, sizeof *response);
    if (response == NULL) {
        pml_http_body_clear(body);
        return NULL;
    }
    (void)pthread_mutex_init(&response->lock, NULL);
    response->owners = 1;
    response->body = *body;
    response->shown.status = 200;
    response->shown.pieces = body->pieces;
    response->shown.piece_count = body->count;
    response->shown.size = body->size;
    add_headers(response, encoding);
    return &response->shown;
}

promlet_http_response *pml_http_response_without_body(promlet_http_response *response)
{
    const struct response *whole = owned(response);
    if (whole->is_constant) {
        return pml_http_refuse(whole->reason, true);
    }
    response->piece_count = 0;
    return response;
}

/* ---- Owners ---- */

promlet_http_response *pml_http_response_share(promlet_http_response *response)
{
    struct response *shared = owned(response);
    if (!shared->is_constant) {
        pthread_mutex_lock(&shared->lock);
        shared->owners++;
        pthread_mutex_unlock(&shared->lock);
    }
    return response;
}

void pml_http_response_release(promlet_http_response *response)
{
    struct response *shared = owned(response);
    if (shared == NULL || shared->is_constant) {
        return;
    }
    pthread_mutex_lock(&shared->lock);
    bool is_last = --shared->owners == 0;
    pthread_mutex_unlock(&shared->lock);
    if (is_last) {
        (void)pthread_mutex_destroy(&shared->lock);
        pml_http_body_clear(&shared->body);
        free(shared);
    }
}
