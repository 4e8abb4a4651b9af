/* SPDX-License-Identifier: Apache-2.0 */
/* Requests, written with words that mean something, and a reader of queries that shares nothing
   with the library's. */
#include "requests.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#define COUNT_OF(array) (sizeof(array) / sizeof((array)[0]))

#define MOST_TEXT ((size_t)1 << 18)
#define DOUBLE 0x1f /* The byte that repeats all text before it. */

void *made(void *memory)
{
    if (memory == NULL) {
        exit(2);
    }
    return memory;
}

/* ---- the request ----------------------------------------------------------------------------- */

/* What a byte stands for that is the number of a row; other bytes are themselves. */
static const char *const query_words[] = {
    "name[]=", "&",        "=",    "name%5B%5D=", "name%5b]=",  "a_total",      "b",
    "c",       "c_bucket", "d.e",  "d_e",         "many_total", "many%5Ftotal", "U__d_2e_e",
    "x=1",     "name[]",   "%",    "%00",         "%2",         "%2g",          "+",
    "%26",     "%3D",      "none", "\n",          "\x80",       "name",         "a",
    "many",    "%C3%A9",   "%+1a",
};
static const char *const header_words[] = {
    ",",
    ";",
    "q=",
    "0",
    "0.5",
    "text/plain",
    "version=0.0.4",
    "version=1.0.0",
    "application/openmetrics-text",
    "version=2.0.0",
    "application/vnd.google.protobuf;proto=io.prometheus.client.MetricFamily;encoding=delimited",
    "escaping=",
    "allow-utf-8",
    "dots",
    "values",
    "underscores",
    "*/*",
    "gzip",
    "identity",
    "*",
    "br",
    "x-gzip",
};
static const char *const methods[] = {NULL, "GET", "HEAD", "POST", "get", "HEADER", "", "GE"};

_Static_assert(COUNT_OF(query_words) <= DOUBLE && COUNT_OF(header_words) <= DOUBLE,
               "a word has no byte");

typedef struct text {
    char *bytes;
    size_t size;
} text;

static void append(text *to, const char *bytes, size_t size)
{
    if (size <= MOST_TEXT - to->size) {
        memcpy(to->bytes + to->size, bytes, size);
        to->size += size;
    }
}

static void append_byte(text *to, uint8_t byte, const char *const words[], size_t word_count)
{
    char character = (char)byte;
    if (byte == DOUBLE) {
        append(to, to->bytes, to->size);
    } else if (byte < word_count) {
        append(to, words[byte], strlen(words[byte]));
    } else {
        append(to, &character, 1);
    }
}

/* NULL when the request has none. As large as it is and no larger, so that a read behind its end is
   seen. */
static char *read_text(input *in, const char *const words[], size_t word_count)
{
    size_t length = input_byte(in);
    if (length == 0) {
        return NULL;
    }
    text read = {made(malloc(MOST_TEXT + 1)), 0};
    for (; length > 1 && in->left > 0; length--) {
        append_byte(&read, input_byte(in), words, word_count);
    }
    read.bytes[read.size] = '\0';
    return made(realloc(read.bytes, read.size + 1));
}

promlet_http_request read_request(input *in)
{
    uint8_t options = input_byte(in);
    promlet_http_request request = {
        .method = methods[options & 7],
        .no_gzip = (options & 8) != 0,
        .with_created = (options & 16) != 0,
    };
    request.formats = (options & 32) != 0 ? input_byte(in) : 0;
    request.query = read_text(in, query_words, COUNT_OF(query_words));
    request.accept = read_text(in, header_words, COUNT_OF(header_words));
    request.accept_encoding = read_text(in, header_words, COUNT_OF(header_words));
    return request;
}

void free_request(const promlet_http_request *request)
{
    free((char *)request->query);
    free((char *)request->accept);
    free((char *)request->accept_encoding);
}

/* ---- the model ------------------------------------------------------------------------------- */

void free_names(asked_names *wanted)
{
    for (size_t i = 0; i < wanted->count; i++) {
        free(wanted->all[i]);
    }
}

/* What stands there without its escapes; NULL when one is wrong. */
static char *without_escapes(const char *bytes, size_t size)
{
    char *decoded = made(malloc(size + 1));
    size_t length = 0;
    for (size_t i = 0; i < size; i++) {
        char byte = bytes[i] == '+' ? ' ' : bytes[i];
        if (byte == '%') {
            bool is_escape = i + 2 < size && isxdigit((unsigned char)bytes[i + 1]) &&
                             isxdigit((unsigned char)bytes[i + 2]);
            char digits[3] = {0};
            memcpy(digits, bytes + i + 1, is_escape ? 2 : 0);
            byte = (char)strtol(digits, NULL, 16);
            i += 2;
        }
        if (byte == '\0') {
            free(decoded);
            return NULL;
        }
        decoded[length++] = byte;
    }
    decoded[length] = '\0';
    return decoded;
}

/* Takes a name; false when it is one too many. */
static bool expect_name(asked_names *wanted, char *name)
{
    wanted->bytes += strlen(name);
    if (wanted->count == PROMLET_MAX_QUERY_NAMES || wanted->bytes > PROMLET_MAX_QUERY_NAME_BYTES) {
        free(name);
        return false;
    }
    wanted->all[wanted->count++] = name;
    return true;
}

static bool expect_parameter(asked_names *wanted, const char *parameter, size_t size)
{
    const char *sign = memchr(parameter, '=', size);
    size_t key_size = sign != NULL ? (size_t)(sign - parameter) : size;
    char *key = without_escapes(parameter, key_size);
    if (key == NULL) {
        return false;
    }
    bool is_name = strcmp(key, "name[]") == 0;
    free(key);
    if (!is_name) {
        return true;
    }
    size_t before = key_size + (sign != NULL ? 1 : 0);
    char *name = without_escapes(parameter + before, size - before);
    return name != NULL && expect_name(wanted, name);
}

static bool expect_names(asked_names *wanted, const char *query)
{
    while (query != NULL) {
        const char *end = strchr(query, '&');
        size_t size = end != NULL ? (size_t)(end - query) : strlen(query);
        if (!expect_parameter(wanted, query, size)) {
            return false;
        }
        query = end != NULL ? end + 1 : NULL;
    }
    return true;
}

bool is_head(const promlet_http_request *request)
{
    return request->method != NULL && strcmp(request->method, "HEAD") == 0;
}

int expect_status(const promlet_http_request *request, asked_names *wanted)
{
    if (request->method != NULL && !is_head(request) && strcmp(request->method, "GET") != 0) {
        return 405;
    }
    return expect_names(wanted, request->query) ? 200 : 400;
}
