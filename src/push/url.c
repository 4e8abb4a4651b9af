/* SPDX-License-Identifier: Apache-2.0 */
/* Has libcurl read the gateway's URL, as it is libcurl that will use it, and refuses what would be
   lost or shown to others. */
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
