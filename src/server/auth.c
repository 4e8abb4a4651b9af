/* SPDX-License-Identifier: Apache-2.0 */
/* Judges credentials. It knows nothing of libmicrohttpd: authorize.c asks it. */
#include "server/auth.h"

#include "server/auth_secret.h"

#include <stdlib.h>
#include <string.h>

#define STATUS_UNAUTHORIZED 401U
#define STATUS_FORBIDDEN 403U
#define STATUS_TOO_MANY_TRIES 429U

struct pml_server_auth {
    pml_server_secret basic;
    pml_server_secret bearer;
    promlet_authorize_fn authorize; /* NULL: the credentials alone decide. */
    void *authorize_ctx;
    pml_server_tries tries;
};

static bool has_secret(const pml_server_auth *auth)
{
    return auth->basic.size != 0 || auth->bearer.size != 0;
}

/* ---- options --------------------------------------------------------------------------------- */

static promlet_status argument_error(const char *sentence)
{
    return promlet_set_last_error(PROMLET_ERROR_ARGUMENT, sentence);
}

static bool has_control_character(const char *text)
{
    for (const char *c = text; *c != '\0'; c++) {
        if ((unsigned char)*c < ' ' || *c == 0x7f) {
            return true;
        }
    }
    return false;
}

/* Empty ones are refused because they are what a forgotten setting looks like. */
static promlet_status set_basic(pml_server_auth *auth, const char *username, const char *password)
{
    if (username == NULL && password == NULL) {
        return PROMLET_OK;
    }
    if (username == NULL || password == NULL || username[0] == '\0' || password[0] == '\0') {
        return argument_error("username, password: need each other and must not be empty");
    }
    if (strchr(username, ':') != NULL || has_control_character(username) ||
        has_control_character(password)) {
        return argument_error("username, password: must not contain control characters, nor the "
                              "username a ':'");
    }
    if (!pml_server_secret_set_basic(&auth->basic, username, password)) {
        return argument_error("username, password: are too long");
    }
    return PROMLET_OK;
}

/* Only what a header carries unchanged. */
static promlet_status set_bearer(pml_server_auth *auth, const char *token)
{
    if (token == NULL) {
        return PROMLET_OK;
    }
    if (token[0] == '\0') {
        return argument_error("bearer_token: must not be empty");
    }
    for (const char *c = token; *c != '\0'; c++) {
        if (*c <= ' ' || *c >= 0x7f) {
            return argument_error("bearer_token: must be printable ASCII without blanks");
        }
    }
    if (!pml_server_secret_set(&auth->bearer, token, strlen(token))) {
        return argument_error("bearer_token: is too long");
    }
    return PROMLET_OK;
}

static promlet_status fill(pml_server_auth *auth, const promlet_server_opts *options)
{
    auth->authorize = options->authorize;
    auth->authorize_ctx = options->authorize_ctx;
    promlet_status status = set_basic(auth, options->username, options->password);
    return status == PROMLET_OK ? set_bearer(auth, options->bearer_token) : status;
}

promlet_status pml_server_auth_new(const promlet_server_opts *options, pml_server_auth **auth)
{
    *auth = NULL;
    if (options->username == NULL && options->password == NULL && options->bearer_token == NULL &&
        options->authorize == NULL) {
        return PROMLET_OK;
    }
    pml_server_auth *made = calloc(1, sizeof *made);
    if (made == NULL) {
        return promlet_set_last_error(PROMLET_ERROR_MEMORY, NULL);
    }
    promlet_status status = fill(made, options);
    if (status == PROMLET_OK) {
        *auth = made;
    } else {
        pml_server_auth_free(made);
    }
    return status;
}

void pml_server_auth_free(pml_server_auth *auth)
{
    if (auth != NULL) {
        pml_server_secret_wipe(&auth->basic);
        pml_server_secret_wipe(&auth->bearer);
        free(auth);
    }
}

/* ---- credentials ----------------------------------------------------------------------------- */

/* The size of a scheme's name and of the blanks behind it, if a header begins with them; else 0. */
static size_t scheme_size(const char *authorization, const char *scheme)
{
    size_t size = strlen(scheme);
    for (size_t i = 0; i < size; i++) {
        char c = authorization[i];
        char small = c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
        if (small != scheme[i]) {
            return 0;
        }
    }
    size_t blanks = strspn(authorization + size, " ");
    return blanks != 0 ? size + blanks : 0;
}

static size_t size_without_blanks_behind(const char *text)
{
    size_t size = strlen(text);
    while (size > 0 && (text[size - 1] == ' ' || text[size - 1] == '\t')) {
        size--;
    }
    return size;
}

static bool is_secret_shown(const pml_server_secret *secret, const char *scheme,
                            const char *authorization)
{
    size_t skipped = scheme_size(authorization, scheme);
    const char *shown = authorization + skipped;
    return skipped != 0 &&
           pml_server_secret_equals(secret, shown, size_without_blanks_behind(shown));
}

static bool has_credentials(const pml_server_auth *auth, const char *authorization)
{
    return authorization != NULL && (is_secret_shown(&auth->basic, "basic", authorization) ||
                                     is_secret_shown(&auth->bearer, "bearer", authorization));
}

/* ---- verdicts -------------------------------------------------------------------------------- */

static promlet_authorization decide(const pml_server_auth *auth, const pml_server_try *shown)
{
    if (has_secret(auth) && !has_credentials(auth, shown->authorization)) {
        return PROMLET_UNAUTHORIZED;
    }
    return auth->authorize == NULL ? PROMLET_AUTHORIZED
                                   : auth->authorize(shown->request, auth->authorize_ctx);
}

/* Only who shows something tries: clients that don't know yet that they must ask first without. */
static void count(pml_server_auth *auth, const pml_server_try *shown, promlet_authorization decided,
                  bool *is_known, int64_t now_ms)
{
    if (shown->authorization == NULL) {
        return;
    }
    *is_known = decided == PROMLET_AUTHORIZED;
    if (decided == PROMLET_AUTHORIZED) {
        pml_server_tries_succeeded(&auth->tries, &shown->source);
    } else if (decided == PROMLET_UNAUTHORIZED) {
        pml_server_tries_failed(&auth->tries, &shown->source, now_ms);
    }
}

static unsigned int status_of(promlet_authorization decided)
{
    switch (decided) {
    case PROMLET_AUTHORIZED:
        return 0;
    case PROMLET_UNAUTHORIZED:
        return STATUS_UNAUTHORIZED;
    case PROMLET_FORBIDDEN:
        break;
    }
    return STATUS_FORBIDDEN;
}

unsigned int pml_server_auth_judge(pml_server_auth *auth, const pml_server_try *shown,
                                   bool *is_known, int64_t now_ms)
{
    if (shown->authorization != NULL && !*is_known &&
        pml_server_tries_wait_ms(&auth->tries, &shown->source, now_ms) > 0) {
        return STATUS_TOO_MANY_TRIES;
    }
    promlet_authorization decided = decide(auth, shown);
    count(auth, shown, decided, is_known, now_ms);
    return status_of(decided);
}

/* A function of the host's may look at other headers, but a 401 must name a scheme, and the first
   is the one that browsers ask people for. */
size_t pml_server_auth_challenges(const pml_server_auth *auth, promlet_http_header *headers)
{
    static const promlet_http_header basic = {"WWW-Authenticate",
                                              "Basic realm=\"metrics\", charset=\"UTF-8\""};
    static const promlet_http_header bearer = {"WWW-Authenticate", "Bearer realm=\"metrics\""};
    size_t count = 0;
    if (auth->basic.size != 0 || auth->bearer.size == 0) {
        headers[count++] = basic;
    }
    if (auth->bearer.size != 0) {
        headers[count++] = bearer;
    }
    return count;
}
