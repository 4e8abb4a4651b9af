/* SPDX-License-Identifier: Apache-2.0 */
/* Has libcurl read the URLs of the gateway and of the proxy, as it is libcurl that will use them,
   and refuses what would be lost or shown to others. */
#define _DEFAULT_SOURCE /* explicit_bzero() */

#include "push/url.h"

#include "push/group.h"

#include <promlet/status.h>

#include <curl/curl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Only what is wrong is said, since there may be a password in what was given. */
static promlet_status url_error(const char *fault)
{
    char sentence[256];
    (void)snprintf(sentence, sizeof sentence, "url: %s", fault);
    return promlet_set_last_error(PROMLET_ERROR_ARGUMENT, sentence);
}

static promlet_status memory_error(void)
{
    return promlet_set_last_error(PROMLET_ERROR_MEMORY, NULL);
}

/* Two texts as one, to be freed with free(); NULL when out of memory. */
static char *join(const char *first, const char *second)
{
    size_t first_size = strlen(first);
    size_t second_size = strlen(second);
    char *joined = malloc(first_size + second_size + 1);
    if (joined != NULL) {
        memcpy(joined, first, first_size);
        memcpy(joined + first_size, second, second_size + 1);
    }
    return joined;
}

/* A '/' in a password ends what is taken for the host then: the user, or a part of the password. */
static bool has_at_behind_host(CURLU *url)
{
    static const CURLUPart parts[] = {CURLUPART_PATH, CURLUPART_QUERY, CURLUPART_FRAGMENT};
    bool is_found = false;
    for (size_t i = 0; i < sizeof parts / sizeof parts[0]; i++) {
        char *value = NULL;
        is_found |=
            curl_url_get(url, parts[i], &value, 0) == CURLUE_OK && strchr(value, '@') != NULL;
        curl_free(value);
    }
    return is_found;
}

/* ---- The gateway ----------------------------------------------------------------------------- */

static bool has_part(CURLU *url, CURLUPart part)
{
    char *value = NULL;
    CURLUcode code = curl_url_get(url, part, &value, 0);
    curl_free(value);
    return code == CURLUE_OK;
}

static bool is_http(CURLU *url)
{
    char *scheme = NULL;
    bool is_one = curl_url_get(url, CURLUPART_SCHEME, &scheme, 0) == CURLUE_OK &&
                  (strcmp(scheme, "http") == 0 || strcmp(scheme, "https") == 0);
    curl_free(scheme);
    return is_one;
}

/* What people copy from a browser or from another client: the group's path is added by itself, and
   twice there is no such page. A gateway may be at a path that ends in /metrics, as proxies have
   it. */
static bool has_group(CURLU *url)
{
    static const char word[] = "/metrics/job";
    char *path = NULL;
    bool is_found = false;
    if (curl_url_get(url, CURLUPART_PATH, &path, 0) == CURLUE_OK) {
        for (const char *at = path; !is_found && (at = strstr(at, word)) != NULL; at++) {
            char next = at[sizeof word - 1];
            is_found = next == '\0' || next == '/' || next == '@';
        }
    }
    curl_free(path);
    return is_found;
}

/* What speaks against a URL that libcurl can read; NULL if nothing. */
static const char *fault_of(CURLU *url)
{
    if (!is_http(url)) {
        return "must begin with http:// or https://";
    }
    if (has_part(url, CURLUPART_USER) || has_part(url, CURLUPART_PASSWORD)) {
        return "must not hold credentials; username and password are options of their own";
    }
    if (has_part(url, CURLUPART_QUERY) || has_part(url, CURLUPART_FRAGMENT)) {
        return "must not have a query or a fragment";
    }
    if (has_group(url)) {
        return "must be that of the gateway without /metrics/job and what follows it, which "
               "promlet adds";
    }
    if (has_at_behind_host(url)) {
        return "must not have an '@' behind the host; credentials are options of their own, and a "
               "path has %40 in its place";
    }
    return NULL;
}

static promlet_status read_url(CURLU *url, const char *given)
{
    char *whole = join(strstr(given, "://") == NULL ? "http://" : "", given);
    if (whole == NULL) {
        return memory_error();
    }
    CURLUcode code = curl_url_set(url, CURLUPART_URL, whole, CURLU_NON_SUPPORT_SCHEME);
    explicit_bzero(whole, strlen(whole)); /* There may be a password in it, though it is refused. */
    free(whole);
    if (code == CURLUE_OUT_OF_MEMORY) {
        return memory_error();
    }
    const char *fault = code != CURLUE_OK ? "is none that can be read" : fault_of(url);
    return fault != NULL ? url_error(fault) : PROMLET_OK;
}

static promlet_status append_group(CURLU *url, const promlet_push_opts *options, char **result)
{
    char *gateway = NULL;
    if (curl_url_get(url, CURLUPART_URL, &gateway, 0) != CURLUE_OK) {
        return memory_error();
    }
    size_t size = strlen(gateway);
    while (size > 0 && gateway[size - 1] == '/') {
        gateway[--size] = '\0';
    }
    char *path = pml_push_group_path(options);
    *result = path != NULL ? join(gateway, path) : NULL;
    free(path);
    curl_free(gateway);
    return *result != NULL ? PROMLET_OK : memory_error();
}

promlet_status pml_push_url_of_group(const promlet_push_opts *options, char **url)
{
    if (options->url == NULL || options->url[0] == '\0') {
        return url_error("is required");
    }
    CURLU *read = curl_url();
    if (read == NULL) {
        return memory_error();
    }
    promlet_status status = read_url(read, options->url);
    if (status == PROMLET_OK) {
        status = append_group(read, options, url);
    }
    curl_url_cleanup(read);
    return status;
}

/* ---- The proxy ------------------------------------------------------------------------------- */

/* As libcurl itself reads it. */
#define OF_PROXIES (CURLU_NON_SUPPORT_SCHEME | CURLU_GUESS_SCHEME)

/* Copied may be NULL. */
static CURLUcode decode(CURLU *proxy, CURLUPart part, char **copied)
{
    char *value = NULL;
    CURLUcode code = curl_url_get(proxy, part, &value, CURLU_URLDECODE);
    if (code == CURLUE_OK && copied != NULL) {
        *copied = join("", value);
        code = *copied != NULL ? CURLUE_OK : CURLUE_OUT_OF_MEMORY;
    }
    if (value != NULL) {
        explicit_bzero(value, strlen(value));
    }
    curl_free(value);
    return code == CURLUE_NO_USER || code == CURLUE_NO_PASSWORD ? CURLUE_OK : code;
}

/* With a user or password that can't be decoded, libcurl would go past the proxy. */
static CURLUcode read_proxy(CURLU *proxy, const char *given, char **password)
{
    CURLUcode code = curl_url_set(proxy, CURLUPART_URL, given, OF_PROXIES);
    if (code == CURLUE_OK && has_at_behind_host(proxy)) {
        code = CURLUE_BAD_USER;
    }
    if (code == CURLUE_OK) {
        code = decode(proxy, CURLUPART_USER, NULL);
    }
    return code == CURLUE_OK ? decode(proxy, CURLUPART_PASSWORD, password) : code;
}

promlet_status pml_push_password_of_proxy(const promlet_push_opts *options, char **password)
{
    *password = NULL;
    if (options->proxy == NULL) {
        return PROMLET_OK;
    }
    CURLU *proxy = curl_url();
    if (proxy == NULL) {
        return memory_error();
    }
    CURLUcode code = read_proxy(proxy, options->proxy, password);
    curl_url_cleanup(proxy);
    if (code == CURLUE_OK) {
        return PROMLET_OK;
    }
    return code == CURLUE_OUT_OF_MEMORY
               ? memory_error()
               : promlet_set_last_error(PROMLET_ERROR_ARGUMENT,
                                        "proxy: is none that can be read; in a password, '@' is "
                                        "written as %40, '/' as %2F, '%' as %25");
}
