/* SPDX-License-Identifier: Apache-2.0 */
/* Reads a request by the letter of RFC 9112, but for empty lines before it, of which it takes
   any. */
#include "sound.h"

#include <ctype.h>
#include <string.h>
#include <strings.h>

typedef struct reading {
    const char *at;
    const char *end;
} reading;

/* What its headers say, as counts of lines. */
typedef struct headers {
    int hosts;
    int lengths;
    int encodings;
} headers;

static bool take(reading *from, const char *text)
{
    size_t length = strlen(text);
    bool is_there = (size_t)(from->end - from->at) >= length && memcmp(from->at, text, length) == 0;
    from->at += is_there ? length : 0;
    return is_there;
}

static bool is_token_char(char c)
{
    return isalnum((unsigned char)c) || (c != '\0' && strchr("!#$%&'*+-.^_`|~", c) != NULL);
}

/* Returns its length. */
static size_t take_token(reading *from)
{
    const char *start = from->at;
    while (from->at < from->end && is_token_char(*from->at)) {
        from->at++;
    }
    return (size_t)(from->at - start);
}

static void take_visible(reading *from)
{
    while (from->at < from->end && (unsigned char)*from->at > ' ' && *from->at != 0x7f) {
        from->at++;
    }
}

static void take_value(reading *from)
{
    while (from->at < from->end && ((unsigned char)*from->at >= ' ' || *from->at == '\t') &&
           *from->at != 0x7f) {
        from->at++;
    }
}

static bool take_line_end(reading *from)
{
    return take(from, "\r\n");
}

/* libmicrohttpd 0.9.75 passes over them, and takes CR, LF or both for one. */
static bool take_empty_line(reading *from)
{
    return take(from, "\r") || take(from, "\n");
}

/* libmicrohttpd 0.9.75 puts a NUL in place of the colon, and then reads an empty line, as long as
   one that is. */
static bool take_end_of_headers(reading *from)
{
    return take_line_end(from) || take(from, ":\n") || take(from, ":\r");
}

static bool is_name(const char *name, size_t length, const char *expected)
{
    return length == strlen(expected) && strncasecmp(name, expected, length) == 0;
}

static bool take_header(reading *from, headers *seen)
{
    const char *name = from->at;
    size_t length = take_token(from);
    if (length == 0 || !take(from, ":")) {
        return false;
    }
    seen->hosts += is_name(name, length, "host");
    seen->lengths += is_name(name, length, "content-length");
    seen->encodings += is_name(name, length, "transfer-encoding");
    take_value(from);
    return take_line_end(from);
}

bool is_sound_request(const uint8_t *bytes, size_t size)
{
    /* libmicrohttpd 0.9.75 overwrites the ends of lines with NULs and takes one for the end of what
       it sees, so that with others among them the server can't tell what was there. */
    if (memchr(bytes, '\0', size) != NULL) {
        return true;
    }
    reading from = {(const char *)bytes, (const char *)bytes + size};
    headers seen = {0};
    while (take_empty_line(&from)) {
    }
    if (take_token(&from) == 0 || !take(&from, " ")) {
        return false;
    }
    take_visible(&from);
    if (!take(&from, " HTTP/1.") || from.at == from.end || !isdigit((unsigned char)*from.at)) {
        return false;
    }
    bool is_newer = *from.at++ != '0'; /* One after 1.1 is read as 1.1. */
    if (!take_line_end(&from)) {
        return false;
    }
    while (!take_end_of_headers(&from)) {
        if (!take_header(&from, &seen)) {
            return false;
        }
    }
    bool has_host = seen.hosts == 1 || (seen.hosts == 0 && !is_newer);
    return has_host && seen.lengths <= 1 && (seen.lengths == 0 || seen.encodings == 0);
}
