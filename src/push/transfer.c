/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Speaks to the gateway through libcurl. Each request has a handle and a connection of its own:
 * pushes are seconds apart, and nothing that one has left behind can be in the way of the next.
 *
 * What libcurl would do by itself and is switched off: taking proxies from the environment, raising
 * and handling signals, following redirects, waiting for "100 Continue", and waiting for the
 * thread that still looks up a name when the time is over.
 */
#include "push/transfer.h"

#include "push/handle.h"

#include <promlet/version.h>

#include <curl/curl.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>

/* What an answer may have; the gateway's have some hundred bytes. */
#define MAX_HEADER_BYTES (64 * 1024)
#define MAX_BODY_BYTES (64 * 1024)

typedef struct receiver {
    pml_push_answer *answer;
    size_t text_size;
    size_t header_bytes;
    size_t body_bytes;
} receiver;

/* ---- What libcurl calls ---------------------------------------------------------------------- */

/* A process that the host starts meanwhile must not hold the connection. */
static curl_socket_t open_socket(void *ctx, curlsocktype purpose, struct curl_sockaddr *address)
{
    (void)ctx;
    (void)purpose;
    int fd = socket(address->family, address->socktype | SOCK_CLOEXEC, address->protocol);
    return fd >= 0 ? fd : CURL_SOCKET_BAD;
}

/* Anything but the number of bytes ends the transfer. */
static size_t take_body(char *bytes, size_t one, size_t size, void *ctx)
{
    (void)one;
    receiver *self = ctx;
    size_t room = PML_PUSH_TEXT_SIZE - 1 - self->text_size;
    size_t kept = size < room ? size : room;
    memcpy(self->answer->text + self->text_size, bytes, kept);
    self->text_size += kept;
    self->body_bytes += size;
    return self->body_bytes <= MAX_BODY_BYTES ? size : 0;
}

static size_t take_header(char *bytes, size_t one, size_t size, void *ctx)
{
    (void)one;
    (void)bytes;
    receiver *self = ctx;
    self->header_bytes += size;
    return self->header_bytes <= MAX_HEADER_BYTES ? size : 0;
}

/* ---- Options --------------------------------------------------------------------------------- */

static long milliseconds(double seconds)
{
    return seconds < 0.001 ? 1 : (long)(seconds * 1000);
}

/* All of them, or none: a missing one could mean a push without a time-out. */
#define SET(handle, option, value) (curl_easy_setopt(handle, option, value) == CURLE_OK)

static bool set_manners(CURL *curl, const promlet_push_opts *options)
{
    return SET(curl, CURLOPT_NOSIGNAL, 1L) && SET(curl, CURLOPT_QUICK_EXIT, 1L) &&
           SET(curl, CURLOPT_PROXY, options->proxy != NULL ? options->proxy : "") &&
           SET(curl, CURLOPT_PROTOCOLS_STR, "http,https") &&
           SET(curl, CURLOPT_FOLLOWLOCATION, 0L) &&
           SET(curl, CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_1_1) &&
           SET(curl, CURLOPT_USERAGENT, "promlet/" PROMLET_VERSION_STRING) &&
           SET(curl, CURLOPT_OPENSOCKETFUNCTION, open_socket) &&
           SET(curl, CURLOPT_CONNECTTIMEOUT_MS, milliseconds(options->connect_seconds)) &&
           SET(curl, CURLOPT_TIMEOUT_MS, milliseconds(options->push_seconds));
}

static bool set_credentials(CURL *curl, const promlet_push_opts *options)
{
    if (options->username != NULL) {
        return SET(curl, CURLOPT_HTTPAUTH, (long)CURLAUTH_BASIC) &&
               SET(curl, CURLOPT_USERNAME, options->username) &&
               SET(curl, CURLOPT_PASSWORD, options->password);
    }
    return options->bearer_token == NULL ||
           (SET(curl, CURLOPT_HTTPAUTH, (long)CURLAUTH_BEARER) &&
            SET(curl, CURLOPT_XOAUTH2_BEARER, options->bearer_token));
}

/* A libcurl without TLS knows none of this, and says so when it is asked for https. */
static bool set_tls(CURL *curl, const promlet_push_opts *options)
{
    if (curl_version_info(CURLVERSION_NOW)->ssl_version == NULL) {
        return true;
    }
    return SET(curl, CURLOPT_SSLVERSION, (long)CURL_SSLVERSION_TLSv1_2) &&
           (options->ca_path == NULL || SET(curl, CURLOPT_CAINFO, options->ca_path)) &&
           (options->certificate_path == NULL ||
            SET(curl, CURLOPT_SSLCERT, options->certificate_path)) &&
           (options->key_path == NULL || SET(curl, CURLOPT_SSLKEY, options->key_path));
}

static bool set_request(CURL *curl, const pml_push_config *config, const pml_push_request *request)
{
    return SET(curl, CURLOPT_URL, config->url) &&
           (request->content_type == NULL ||
            (SET(curl, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)request->body_size) &&
             SET(curl, CURLOPT_POSTFIELDS, request->body))) &&
           SET(curl, CURLOPT_CUSTOMREQUEST, request->method);
}

static bool set_receiver(CURL *curl, receiver *self, char *error)
{
    return SET(curl, CURLOPT_ERRORBUFFER, error) && SET(curl, CURLOPT_WRITEFUNCTION, take_body) &&
           SET(curl, CURLOPT_WRITEDATA, self) && SET(curl, CURLOPT_HEADERFUNCTION, take_header) &&
           SET(curl, CURLOPT_HEADERDATA, self);
}

/* Returns NULL when out of memory. An empty Expect spares a second of waiting for a gateway that
   does not answer to it. */
static struct curl_slist *make_headers(const pml_push_request *request)
{
    struct curl_slist *headers = curl_slist_append(NULL, "Expect:");
    if (headers != NULL && request->content_type != NULL) {
        char line[256];
        (void)snprintf(line, sizeof line, "Content-Type: %s", request->content_type);
        struct curl_slist *more = curl_slist_append(headers, line);
        if (more == NULL) {
            curl_slist_free_all(headers);
        }
        return more;
    }
    return headers;
}

/* ---- What came of it ------------------------------------------------------------------------- */

static pml_push_outcome outcome_of(CURLcode code)
{
    switch (code) {
    case CURLE_OK:
        return PML_PUSH_DONE;
    case CURLE_COULDNT_RESOLVE_HOST:
    case CURLE_COULDNT_RESOLVE_PROXY:
        return PML_PUSH_FAILED_NAME;
    case CURLE_COULDNT_CONNECT:
    case CURLE_PROXY:
        return PML_PUSH_FAILED_CONNECT;
    case CURLE_OPERATION_TIMEDOUT:
        return PML_PUSH_FAILED_TIMEOUT;
    case CURLE_SSL_CONNECT_ERROR:
    case CURLE_SSL_ENGINE_NOTFOUND:
    case CURLE_SSL_ENGINE_SETFAILED:
    case CURLE_SSL_CERTPROBLEM:
    case CURLE_SSL_CIPHER:
    case CURLE_PEER_FAILED_VERIFICATION:
    case CURLE_SSL_ENGINE_INITFAILED:
    case CURLE_SSL_CACERT_BADFILE:
    case CURLE_SSL_CRL_BADFILE:
    case CURLE_SSL_ISSUER_ERROR:
    case CURLE_SSL_PINNEDPUBKEYNOTMATCH:
    case CURLE_SSL_INVALIDCERTSTATUS:
    case CURLE_SSL_CLIENTCERT:
        return PML_PUSH_FAILED_TLS;
    case CURLE_OUT_OF_MEMORY:
    case CURLE_FAILED_INIT:
        return PML_PUSH_FAILED_INTERNAL;
    default:
        return PML_PUSH_FAILED_ANSWER;
    }
}

static void say(pml_push_answer *answer, const char *words)
{
    (void)snprintf(answer->text, sizeof answer->text, "%s", words);
}

static void judge(CURL *curl, CURLcode code, const receiver *self, const char *error)
{
    pml_push_answer *answer = self->answer;
    char *location = NULL;
    (void)curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &answer->http_status);
    answer->outcome = outcome_of(code);
    if (self->header_bytes > MAX_HEADER_BYTES || self->body_bytes > MAX_BODY_BYTES) {
        say(answer, "the answer is too long to be a gateway's");
    } else if (code != CURLE_OK) {
        say(answer, error[0] != '\0' ? error : curl_easy_strerror(code));
    } else if (answer->http_status < 200 || answer->http_status > 299) {
        answer->outcome = PML_PUSH_FAILED_STATUS;
    }
    if (code == CURLE_OK && curl_easy_getinfo(curl, CURLINFO_REDIRECT_URL, &location) == CURLE_OK &&
        location != NULL) {
        (void)snprintf(answer->location, sizeof answer->location, "%s", location);
    }
}

static void out_of_memory(pml_push_answer *answer)
{
    answer->outcome = PML_PUSH_FAILED_INTERNAL;
    say(answer, "out of memory");
}

static void perform(CURL *curl, const pml_push_config *config, const pml_push_request *request,
                    pml_push_answer *answer)
{
    char error[CURL_ERROR_SIZE] = "";
    receiver self = {.answer = answer};
    struct curl_slist *headers = make_headers(request);
    if (headers == NULL || !SET(curl, CURLOPT_HTTPHEADER, headers) ||
        !set_manners(curl, &config->options) || !set_credentials(curl, &config->options) ||
        !set_tls(curl, &config->options) || !set_request(curl, config, request) ||
        !set_receiver(curl, &self, error)) {
        out_of_memory(answer);
    } else {
        judge(curl, curl_easy_perform(curl), &self, error);
    }
    curl_slist_free_all(headers);
}

void pml_push_transfer(const pml_push_config *config, const pml_push_request *request,
                       pml_push_answer *answer)
{
    memset(answer, 0, sizeof *answer);
    CURL *curl = pml_push_handle_new();
    if (curl == NULL) {
        out_of_memory(answer);
        return;
    }
    perform(curl, config, request, answer);
    curl_easy_cleanup(curl);
}
