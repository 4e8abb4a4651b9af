/* SPDX-License-Identifier: Apache-2.0 */
/*
 * libmicrohttpd before 1.0 takes lines that end in a bare LF, continued lines, and a NUL, behind
 * which it reads nothing. It keeps the request where it has read it, and ends each part with a NUL
 * there; so these show in where the parts lie.
 */
#include "server/soundness.h"

#include "server/headers.h"

#include <microhttpd.h>
#include <stddef.h>
#include <string.h>

#define LINE_END_SIZE 2

/* What is known of a request while its headers are looked at. */
struct look {
    const char *end; /* Of what was seen: where the next line begins. NULL: it is elsewhere. */
    bool is_sound;
    bool has_encoding;
    bool has_length;
    bool has_body;
    bool has_host;
};

/* ---- Characters ---- */

/* As in RFC 9110, whatever the locale. */
static bool is_token_char(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           (c != '\0' && strchr("!#$%&'*+-.^_`|~", c) != NULL);
}

static bool is_token(const char *bytes, size_t size)
{
    bool result = size > 0;
    for (size_t i = 0; result && i < size; i++) {
        result = is_token_char(bytes[i]);
    }
    return result;
}

static bool has_control(const char *bytes, size_t size)
{
    bool result = false;
    for (size_t i = 0; !result && i < size; i++) {
        unsigned char byte = (unsigned char)bytes[i];
        result = (byte < ' ' && byte != '\t') || byte == 0x7f;
    }
    return result;
}

bool pml_server_is_sound_target(const char *target)
{
    bool result = *target != '\0';
    for (; result && *target != '\0'; target++) {
        unsigned char byte = (unsigned char)*target;
        result = byte > ' ' && byte != 0x7f;
    }
    return result;
}

/* ---- Headers ---- */

/* Notes one that may be there once. */
static void note_single(struct look *look, bool *is_there)
{
    look->is_sound = look->is_sound && !*is_there;
    *is_there = true;
}

static void note_meaning(struct look *look, const char *name, size_t name_size, const char *value,
                         size_t value_size)
{
    if (pml_server_is_header(name, name_size, "host")) {
        note_single(look, &look->has_host);
    } else if (pml_server_is_header(name, name_size, "transfer-encoding")) {
        look->has_encoding = true;
        look->has_body = true;
    } else if (pml_server_is_header(name, name_size, "content-length")) {
        note_single(look, &look->has_length);
        look->has_body = look->has_body || value_size != 1 || value[0] != '0';
    } else if (pml_server_is_header(name, name_size, "expect")) {
        /* libmicrohttpd takes what is behind such a request for its body, whatever its length. */
        look->has_body = look->has_body || pml_server_is_header(value, value_size, "100-continue");
    }
}

static enum MHD_Result look_at_header(void *ctx, enum MHD_ValueKind kind, const char *name,
                                      size_t name_size, const char *value, size_t value_size)
{
    struct look *look = ctx;
    (void)kind;
    if (value == NULL || !is_token(name, name_size) || has_control(value, value_size) ||
        (look->end != NULL && name != look->end)) {
        look->is_sound = false;
    } else {
        note_meaning(look, name, name_size, value, value_size);
        look->end = look->end != NULL ? value + value_size + LINE_END_SIZE : NULL;
    }
    return MHD_YES;
}

/* ---- Where the parts lie ---- */

static bool keeps_requests_in_place(void)
{
    return strncmp(MHD_get_version(), "0.", 2) == 0;
}

/* The older ones do no more when they are strict than is done here, but send the head of the answer
   to a request without a Host twice. */
int pml_server_strictness(void)
{
    return keeps_requests_in_place() ? 0 : 1;
}

static bool is_line_in_place(const pml_server_exchange *exchange, const char *method,
                             const char *version)
{
    return exchange->target == method + strlen(method) + 1 &&
           version == exchange->target + exchange->target_size + 1;
}

static bool is_whole_in_place(const pml_server_exchange *exchange, const char *method,
                              const char *end)
{
    const union MHD_ConnectionInfo *info =
        MHD_get_connection_info(exchange->connection, MHD_CONNECTION_INFO_REQUEST_HEADER_SIZE);
    return info != NULL && info->header_size == (size_t)(end + LINE_END_SIZE - method);
}

pml_server_soundness pml_server_look_at(const pml_server_exchange *exchange, const char *method,
                                        const char *version)
{
    bool is_in_place = keeps_requests_in_place();
    struct look look = {.is_sound = exchange->has_sound_target && is_token(method, strlen(method))};
    if (is_in_place) {
        look.end = version + strlen(version) + LINE_END_SIZE;
        look.is_sound = look.is_sound && is_line_in_place(exchange, method, version);
    }
    (void)MHD_get_connection_values_n(exchange->connection, MHD_HEADER_KIND, look_at_header, &look);
    bool has_host = look.has_host || strcmp(version, MHD_HTTP_VERSION_1_0) == 0;
    look.is_sound = look.is_sound && has_host && !(look.has_encoding && look.has_length) &&
                    (!is_in_place || is_whole_in_place(exchange, method, look.end));
    return (pml_server_soundness){look.is_sound, look.has_body || !look.is_sound};
}
