/* SPDX-License-Identifier: Apache-2.0 */
/* The formats as a Content-Type names them. */
#include <promlet/parse.h>

#include "base/report.h"

#include <string.h>

static bool is_blank(char c)
{
    return c == ' ' || c == '\t';
}

static char lower(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c + ('a' - 'A')) : c;
}

/* Goes on behind a word in letters of either case, and the spaces behind that. */
static bool skip(const char **at, const char *word)
{
    const char *next = *at;
    for (; *word != '\0'; word++, next++) {
        if (lower(*next) != *word) {
            return false;
        }
    }
    while (is_blank(*next)) {
        next++;
    }
    *at = next;
    return true;
}

/* Whether the parameters say so; the first one of a name counts. */
static bool is_version_2(const char *at)
{
    for (;;) {
        at += strcspn(at, ";");
        if (*at == '\0') {
            return false;
        }
        at++;
        at += strspn(at, " \t");
        if (skip(&at, "version") && skip(&at, "=")) {
            at += *at == '"';
            return at[0] == '2' && (at[1] == '.' || at[1] == '"' || at[1] == ';' || at[1] == '\0');
        }
    }
}

promlet_status promlet_parse_format_of(const char *content_type, promlet_parse_format *format)
{
    if (format == NULL) {
        return pml_fail(PROMLET_ERROR_ARGUMENT, "there is no place for the format");
    }
    *format = PROMLET_PARSE_TEXT;
    const char *at = content_type != NULL ? content_type : "";
    at += strspn(at, " \t");
    if (skip(&at, "text/plain") && (*at == ';' || *at == '\0')) {
        return PROMLET_OK;
    }
    if (skip(&at, "application/openmetrics-text") && (*at == ';' || *at == '\0')) {
        *format = is_version_2(at) ? PROMLET_PARSE_OPENMETRICS2 : PROMLET_PARSE_OPENMETRICS;
        return PROMLET_OK;
    }
    return pml_fail(PROMLET_ERROR_NOT_FOUND, "the Content-Type is that of no text format");
}
