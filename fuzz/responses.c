/* SPDX-License-Identifier: Apache-2.0 */
/* Reads responses more strictly than clients do. */
#include "responses.h"

#include "session.h"
#include "sound.h"
#include "support/strict_document.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define COUNT_OF(array) (sizeof(array) / sizeof((array)[0]))

/* A client of which more comes is cut off. */
static const int known_statuses[] = {100, 200, 400, 404, 405, 413, 414, 431, 500, 501, 503, 505};

static const char *const known_methods[] = {"GET", "HEAD"};
static const char *const known_paths[] = {"/metrics", "/", "/-/healthy", "/-/ready"};

/* One of them. */
typedef struct response {
    const char *start;
    const char *body;
    size_t length; /* as its head says */
    int status;
} response;

/* ---- the head -------------------------------------------------------------------------------- */

static bool is_token_char(char c)
{
    return isalnum((unsigned char)c) || (c != '\0' && strchr("!#$%&'*+-.^_`|~", c) != NULL);
}

/* "HTTP/1.1 200 OK"; returns the end of the line. */
static const char *read_status_line(response *of)
{
    const char *at = of->start;
    if (strncmp(at, "HTTP/1.1 ", 9) != 0 && strncmp(at, "HTTP/1.0 ", 9) != 0) {
        finding("no response: %.60s", at);
    }
    at += 9;
    for (int i = 0; i < 3; i++, at++) {
        if (!isdigit((unsigned char)*at)) {
            finding("no status: %.60s", of->start);
        }
        of->status = of->status * 10 + (*at - '0');
    }
    const char *end = strstr(at, "\r\n");
    if (*at != ' ' || end == NULL || memchr(at, '\n', (size_t)(end - at)) != NULL) {
        finding("no reason: %.60s", of->start);
    }
    return end;
}

/* Reads one line of the head; returns its end. */
static const char *read_header(response *of, const char *line, int *lengths)
{
    const char *at = line;
    const char *end = strstr(line, "\r\n");
    while (is_token_char(*at)) {
        at++;
    }
    if (at == line || *at != ':' || end == NULL || end < at) {
        finding("no header: %.60s", line);
    }
    for (at++; at < end; at++) {
        if ((unsigned char)*at < ' ' || *at == 0x7f) {
            finding("a control character in a header: %.60s", line);
        }
    }
    if (strncmp(line, "Content-Length: ", 16) == 0) {
        of->length = strtoul(line + 16, NULL, 10);
        ++*lengths;
    }
    return end;
}

static response read_head(const char *start)
{
    response of = {.start = start};
    int lengths = 0;
    const char *end = read_status_line(&of);
    while (strncmp(end, "\r\n\r\n", 4) != 0) {
        end = read_header(&of, end + 2, &lengths);
    }
    of.body = end + 4;
    if (lengths != (of.status == 100 ? 0 : 1)) {
        finding("%d lengths: %.*s", lengths, (int)(end - start), start);
    }
    return of;
}

/* ---- what follows ---------------------------------------------------------------------------- */

/* libmicrohttpd 0.9.75 sends the head of a refusal of its own twice when a length is no number, and
   then closes the connection. */
static const char *pass_over_first_head(const response *of)
{
    size_t size = (size_t)(of->body - of->start);
    bool is_refusal = of->status == 400 || of->status == 413;
    return is_refusal && strncmp(of->start, of->body, size) == 0 ? of->body : of->start;
}

/* No body begins so; one that is missing belongs to HEAD. */
static bool has_body(const response *of, const char *end)
{
    return of->length > 0 && of->body < end && strncmp(of->body, "HTTP/1.", 7) != 0;
}

static void check_document(const response *of)
{
    strict_document read;
    char *copy = strndup(of->body, of->length);
    if (copy == NULL || !strict_document_read(&read, copy, STRICT_WITHOUT_EOF)) {
        finding("not well-formed: %s\n%s", copy != NULL ? read.why : "no memory", of->body);
    }
    strict_document_free(&read);
    free(copy);
}

static bool is_plain_document(const response *of)
{
    static const char type[] = "\r\nContent-Type: text/plain; version=0.0.4";
    const char *found = strstr(of->start, type);
    const char *coding = strstr(of->start, "\r\nContent-Encoding: ");
    return of->status == 200 && found != NULL && found < of->body &&
           (coding == NULL || coding > of->body);
}

static const char *read_one(responses *found, const char *at, const char *end)
{
    bool is_known = false;
    response of = read_head(at);
    of.start = pass_over_first_head(&of);
    of.body += of.start == at ? 0 : of.body - at;
    for (size_t i = 0; i < COUNT_OF(known_statuses); i++) {
        is_known = is_known || of.status == known_statuses[i];
    }
    if (!is_known || found->count == MOST_STATUSES) {
        finding("status %d", of.status);
    }
    found->statuses[found->count++] = of.status;
    if (!has_body(&of, end)) {
        return of.body;
    }
    if ((size_t)(end - of.body) < of.length) {
        finding("%zu bytes of %zu", (size_t)(end - of.body), of.length);
    }
    if (is_plain_document(&of)) {
        check_document(&of);
    }
    return of.body + of.length;
}

/* ---- what was asked for ---------------------------------------------------------------------- */

static size_t count_places(const uint8_t *bytes, size_t size, const char *text)
{
    size_t count = 0;
    size_t length = strlen(text);
    for (size_t i = 0; i + length <= size; i++) {
        count += memcmp(bytes + i, text, length) == 0;
    }
    return count;
}

/* How often there is what looks like a request that may be answered with 200. */
static size_t count_asked(const uint8_t *sent, size_t size)
{
    size_t count = 0;
    for (size_t m = 0; m < COUNT_OF(known_methods); m++) {
        for (size_t p = 0; p < COUNT_OF(known_paths); p++) {
            char text[64];
            (void)snprintf(text, sizeof text, "%s %s ", known_methods[m], known_paths[p]);
            count += count_places(sent, size, text);
            (void)snprintf(text, sizeof text, "%s %s?", known_methods[m], known_paths[p]);
            count += count_places(sent, size, text);
        }
    }
    return count;
}

void check_responses(responses *found, const uint8_t *sent, size_t sent_size)
{
    const char *at = found->bytes;
    const char *end = found->bytes + found->size;
    size_t answered = 0;
    if (memchr(found->bytes, '\0', found->size) != NULL) {
        return; /* It is compressed or in protobuf. */
    }
    while (at < end) {
        at = read_one(found, at, end);
    }
    for (size_t i = 0; i < found->count; i++) {
        answered += found->statuses[i] == 200;
        bool ends = found->statuses[i] >= 400;
        if (ends && (i + 1 < found->count || !found->is_closed_first)) {
            finding("the connection goes on after status %d", found->statuses[i]);
        }
    }
    if (found->count > 0 && found->statuses[0] == 200 && !is_sound_request(sent, sent_size)) {
        finding("answered a request that is not sound");
    }
    if (answered > count_asked(sent, sent_size)) {
        finding("answered %zu times, asked %zu times", answered, count_asked(sent, sent_size));
    }
}

void check_same(const responses *one, const responses *other)
{
    bool is_same = one->count == other->count;
    for (size_t i = 0; is_same && i < one->count; i++) {
        is_same = one->statuses[i] == other->statuses[i];
    }
    if (!is_same) {
        finding("in one piece:\n%s\n-- in several:\n%s", one->bytes, other->bytes);
    }
}
