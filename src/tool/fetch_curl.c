/* SPDX-License-Identifier: Apache-2.0 */
/* HTTP by libcurl: HTTPS, gzip, redirects and UNIX sockets are its own; what promlet adds is a
   limit on the size of an answer and a look at its Content-Type. */
#include "tool/fetch.h"

#include "tool/memory.h"

#include <promlet/version.h>

#include <curl/curl.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>

#define MAX_REDIRECTS 5L

struct pml_fetch {
    const pml_source_options *options;
    char *url;
    CURLM *multi;
    CURL *easy;
    struct curl_slist *headers;
    pml_sink sink;
    size_t size; /* of what came */
    bool has_begun;
    bool is_enough; /* the sink said so */
    bool is_running;
    char curls_words[CURL_ERROR_SIZE];
    pml_buffer why;
};

/* ---- what comes ------------------------------------------------------------------------------ */

static bool find_format(pml_fetch *self, promlet_parse_format *format)
{
    char *type = NULL;
    *format = self->options->format;
    if (self->options->has_format) {
        return true;
    }
    (void)curl_easy_getinfo(self->easy, CURLINFO_CONTENT_TYPE, &type);
    if (type == NULL) {
        *format = PROMLET_PARSE_TEXT;
    } else if (promlet_parse_format_of(type, format) != PROMLET_OK) {
        pml_buffer_format(&self->why, "it answers with %.100s, which is no format of metrics",
                          type);
        return false;
    }
    return true;
}

static bool begin(pml_fetch *self)
{
    promlet_parse_format format;
    self->has_begun = true;
    if (!find_format(self, &format)) {
        return false;
    }
    self->is_enough = !self->sink.begin(self->sink.ctx, format);
    return !self->is_enough;
}

/* The page of a redirect that is not followed is no document. */
static bool is_redirect(const pml_fetch *self)
{
    long status = 0;
    (void)curl_easy_getinfo(self->easy, CURLINFO_RESPONSE_CODE, &status);
    return status >= 300 && status < 400;
}

static size_t take(char *bytes, size_t one, size_t size, void *ctx)
{
    pml_fetch *self = ctx;
    (void)one; /* it is 1 */
    if (!self->has_begun && is_redirect(self)) {
        return size;
    }
    if (!self->has_begun && !begin(self)) {
        return CURL_WRITEFUNC_ERROR;
    }
    if (size > self->options->max_bytes - self->size) {
        pml_buffer_format(&self->why, "the answer is larger than %zu bytes",
                          self->options->max_bytes);
        return CURL_WRITEFUNC_ERROR;
    }
    self->size += size;
    self->is_enough = !self->sink.take(self->sink.ctx, bytes, size);
    return self->is_enough ? CURL_WRITEFUNC_ERROR : size;
}

/* ---- asking ---------------------------------------------------------------------------------- */

/* Who asks for an address means its metrics. */
static char *with_path(const char *url)
{
    const char *host = strstr(url, "://") + 3;
    const char *end = host + strcspn(host, "/?#");
    if (*end == '\0') {
        pml_buffer whole = {.bytes = NULL};
        pml_buffer_format(&whole, "%s/metrics", url);
        return whole.bytes;
    }
    return pml_tool_copy(url, strlen(url));
}

static const char *accept_header(const pml_source_options *options)
{
    if (options->has_format && options->format == PROMLET_PARSE_OPENMETRICS) {
        return "Accept: application/openmetrics-text;version=1.0.0;escaping=allow-utf-8";
    }
    if (options->has_format && options->format == PROMLET_PARSE_OPENMETRICS2) {
        return "Accept: application/openmetrics-text;version=2.0.0;escaping=allow-utf-8";
    }
    return "Accept: text/plain;version=1.0.0;escaping=allow-utf-8,text/plain;version=0.0.4;q=0.9,"
           "*/*;q=0.1";
}

/* False when out of memory: without a token, say, another answer would come. */
static bool add_header(pml_fetch *self, const char *header)
{
    struct curl_slist *longer = curl_slist_append(self->headers, header);
    self->headers = longer != NULL ? longer : self->headers;
    return longer != NULL;
}

static bool set_options(pml_fetch *self)
{
    const pml_source_options *options = self->options;
    CURL *easy = self->easy;
    long timeout_ms = (long)(options->timeout_seconds * 1000);
    bool is_set = add_header(self, accept_header(options));
    for (size_t i = 0; i < options->header_count; i++) {
        is_set &= add_header(self, options->headers[i]);
    }
    is_set &= curl_easy_setopt(easy, CURLOPT_URL, self->url) == CURLE_OK;
    is_set &= curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, "http,https") == CURLE_OK;
    is_set &= curl_easy_setopt(easy, CURLOPT_REDIR_PROTOCOLS_STR, "http,https") == CURLE_OK;
    /* Another host would be told the headers, tokens among them, as libcurl keeps back only those
       that it knows for secrets. */
    long follows = options->header_count == 0;
    is_set &= curl_easy_setopt(easy, CURLOPT_FOLLOWLOCATION, follows) == CURLE_OK;
    is_set &= curl_easy_setopt(easy, CURLOPT_MAXREDIRS, MAX_REDIRECTS) == CURLE_OK;
    is_set &= curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L) == CURLE_OK;
    /* Nobody waits for the thread that still looks up a name when the time is over. */
    is_set &= curl_easy_setopt(easy, CURLOPT_QUICK_EXIT, 1L) == CURLE_OK;
    is_set &= curl_easy_setopt(easy, CURLOPT_TIMEOUT_MS, timeout_ms) == CURLE_OK;
    is_set &= curl_easy_setopt(easy, CURLOPT_CONNECTTIMEOUT_MS, timeout_ms) == CURLE_OK;
    is_set &= curl_easy_setopt(easy, CURLOPT_ACCEPT_ENCODING, "") == CURLE_OK;
    is_set &=
        curl_easy_setopt(easy, CURLOPT_USERAGENT, "promlet/" PROMLET_VERSION_STRING) == CURLE_OK;
    is_set &= curl_easy_setopt(easy, CURLOPT_HTTPHEADER, self->headers) == CURLE_OK;
    is_set &= curl_easy_setopt(easy, CURLOPT_FAILONERROR, 1L) == CURLE_OK;
    is_set &= curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, take) == CURLE_OK;
    is_set &= curl_easy_setopt(easy, CURLOPT_WRITEDATA, self) == CURLE_OK;
    is_set &= curl_easy_setopt(easy, CURLOPT_ERRORBUFFER, self->curls_words) == CURLE_OK;
    if (options->unix_socket != NULL) {
        is_set &=
            curl_easy_setopt(easy, CURLOPT_UNIX_SOCKET_PATH, options->unix_socket) == CURLE_OK;
    }
    if (options->ca_file != NULL) {
        is_set &= curl_easy_setopt(easy, CURLOPT_CAINFO, options->ca_file) == CURLE_OK;
    }
    return is_set;
}

pml_fetch *pml_fetch_new(const char *url, const pml_source_options *options, pml_buffer *why)
{
    pml_fetch *self = pml_tool_new(1, sizeof *self);
    self->options = options;
    self->url = with_path(url);
    bool is_begun = curl_global_init(CURL_GLOBAL_DEFAULT) == CURLE_OK;
    self->multi = is_begun ? curl_multi_init() : NULL;
    self->easy = is_begun ? curl_easy_init() : NULL;
    if (self->multi == NULL || self->easy == NULL || !set_options(self)) {
        pml_buffer_text(why, "libcurl can't be used");
        pml_fetch_free(self);
        return NULL;
    }
    return self;
}

static void stop(pml_fetch *self)
{
    if (self->is_running) {
        (void)curl_multi_remove_handle(self->multi, self->easy);
        self->is_running = false;
    }
}

void pml_fetch_start(pml_fetch *fetch, const pml_sink *sink)
{
    stop(fetch);
    fetch->sink = *sink;
    fetch->size = 0;
    fetch->has_begun = false;
    fetch->is_enough = false;
    fetch->curls_words[0] = '\0';
    pml_buffer_clear(&fetch->why);
    fetch->is_running = curl_multi_add_handle(fetch->multi, fetch->easy) == CURLM_OK;
}

/* ---- going on -------------------------------------------------------------------------------- */

static void explain_status(pml_fetch *self, long status)
{
    char *location = NULL;
    pml_buffer_format(&self->why, "it answers with status %ld", status);
    (void)curl_easy_getinfo(self->easy, CURLINFO_REDIRECT_URL, &location);
    if (location != NULL) {
        pml_buffer_format(&self->why, ", and headers of yours are not sent on to %.200s", location);
    }
}

static pml_fetch_state finish(pml_fetch *self, CURLcode result)
{
    long status = 0;
    (void)curl_easy_getinfo(self->easy, CURLINFO_RESPONSE_CODE, &status);
    stop(self);
    if (self->is_enough) {
        return PML_FETCH_DONE;
    }
    if (result == CURLE_OK && status != 200) {
        explain_status(self, status);
    } else if (result == CURLE_OK && (self->has_begun || begin(self) || self->is_enough)) {
        return PML_FETCH_DONE;
    } else if (self->why.size == 0) {
        const char *words = self->curls_words;
        pml_buffer_text(&self->why, *words != '\0' ? words : curl_easy_strerror(result));
    }
    return PML_FETCH_FAILED;
}

static void wait_for(pml_fetch *self, const struct pollfd *others, size_t count, int wait_ms)
{
    struct curl_waitfd more[PML_FETCH_MOST_WAITED];
    for (size_t i = 0; i < count; i++) {
        bool is_output = (others[i].events & POLLOUT) != 0;
        more[i] = (struct curl_waitfd){.fd = others[i].fd,
                                       .events = is_output ? CURL_WAIT_POLLOUT : CURL_WAIT_POLLIN};
    }
    (void)curl_multi_poll(self->multi, more, (unsigned int)count, wait_ms, NULL);
}

pml_fetch_state pml_fetch_run(pml_fetch *fetch, const struct pollfd *others, size_t count,
                              int wait_ms)
{
    const CURLMsg *message;
    int running = 0;
    int left;
    if (!fetch->is_running) {
        pml_buffer_text(&fetch->why, "libcurl can't begin");
        return PML_FETCH_FAILED;
    }
    (void)curl_multi_perform(fetch->multi, &running);
    if (running > 0) {
        wait_for(fetch, others, count, wait_ms);
        (void)curl_multi_perform(fetch->multi, &running);
    }
    while ((message = curl_multi_info_read(fetch->multi, &left)) != NULL) {
        if (message->msg == CURLMSG_DONE) {
            return finish(fetch, message->data.result);
        }
    }
    return PML_FETCH_RUNS;
}

const char *pml_fetch_why(const pml_fetch *fetch)
{
    return pml_buffer_peek(&fetch->why);
}

void pml_fetch_free(pml_fetch *fetch)
{
    if (fetch == NULL) {
        return;
    }
    if (fetch->easy != NULL) {
        stop(fetch);
        curl_easy_cleanup(fetch->easy);
    }
    if (fetch->multi != NULL) {
        (void)curl_multi_cleanup(fetch->multi);
    }
    curl_slist_free_all(fetch->headers);
    pml_buffer_free(&fetch->why);
    free(fetch->url);
    free(fetch);
    curl_global_cleanup();
}
