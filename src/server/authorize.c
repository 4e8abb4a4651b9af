/* SPDX-License-Identifier: Apache-2.0 */
/* Judges a client by its certificate first, then by its credentials, then by what the host says. */
#include "server/authorize.h"

#include "server/auth.h"
#include "server/clock.h"
#include "server/headers.h"
#include "server/server.h"
#include "server/tls.h"

#include <microhttpd.h>
#include <stdlib.h>

/* ---- Judging ---- */

/* request: for the host's function; its method and path are set. Returns 0 or a status of HTTP. */
static unsigned int judge_credentials(const pml_server_exchange *exchange,
                                      promlet_server_request *request)
{
    const pml_server_content *content = &exchange->server->content;
    pml_server_connection *place = exchange->place;
    char address[INET6_ADDRSTRLEN];
    pml_server_address_text(&place->address, address);
    char *subject = pml_server_tls_client_subject(content->tls, exchange->connection);
    request->address = address;
    request->is_tls = content->tls != NULL;
    request->client_subject = subject;
    request->connection = exchange->connection;
    pml_server_try shown = {pml_server_single_header(exchange->connection, "authorization"),
                            pml_server_source_of(&place->address), request};
    unsigned int status = pml_server_auth_judge(content->auth, &shown, &place->is_known,
                                                pml_server_now_ns() / PML_NS_PER_MS);
    free(subject);
    return status;
}

static unsigned int judge(const pml_server_exchange *exchange, const char *method, const char *path)
{
    const pml_server_content *content = &exchange->server->content;
    promlet_server_request request = {.method = method, .path = path};
    if (!pml_server_tls_check(content->tls, exchange->place->identity, exchange->connection)) {
        return MHD_HTTP_FORBIDDEN;
    }
    return content->auth != NULL ? judge_credentials(exchange, &request) : 0;
}

const char *promlet_server_request_header(const promlet_server_request *request, const char *name)
{
    if (request == NULL || request->connection == NULL || name == NULL) {
        return NULL;
    }
    return MHD_lookup_connection_value(request->connection, MHD_HEADER_KIND, name);
}

/* ---- Refusing ---- */

static const char *text_of(unsigned int http_status)
{
    switch (http_status) {
    case MHD_HTTP_UNAUTHORIZED:
        return "Unauthorized.\n";
    case MHD_HTTP_TOO_MANY_REQUESTS:
        return "Too many failed tries.\n";
    default:
        return "Forbidden.\n";
    }
}

/* The same for whatever was wrong with the credentials. */
pml_server_refusal pml_server_authorize(pml_server_exchange *exchange, const char *method,
                                        const char *path)
{
    static const promlet_http_header later = {"Retry-After", PML_SERVER_AUTH_RETRY_SECONDS};
    pml_server_refusal refusal = {.http_status = judge(exchange, method, path)};
    refusal.text = text_of(refusal.http_status);
    if (refusal.http_status == MHD_HTTP_TOO_MANY_REQUESTS) {
        refusal.headers[refusal.header_count++] = later;
    }
    if (refusal.http_status == MHD_HTTP_UNAUTHORIZED) {
        refusal.header_count =
            pml_server_auth_challenges(exchange->server->content.auth, refusal.headers);
    }
    return refusal;
}
