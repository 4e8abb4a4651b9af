/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Looks for labels of the grouping key in what is to be pushed. The gateway would put its own
 * values in place of theirs, and series that differ in nothing else would become one. The document
 * shows all labels, whether they are of families, constant or of collectors.
 */
#include "push/labels.h"

#include "push/group.h"

#include <stdbool.h>
#include <string.h>

/* The end of a quoted text that begins here. */
static const char *skip_quoted(const char *at)
{
    for (at++; *at != '"' && *at != '\0'; at++) {
        at += at[0] == '\\' && at[1] != '\0';
    }
    return *at == '"' ? at + 1 : at;
}

/* A name in front of '=': plain, or quoted, which a name of the group never has to be. */
static const char *skip_name(const char *at)
{
    return *at == '"' ? skip_quoted(at) : at + strcspn(at, "=,}\n");
}

/* Whether the labels behind a '{' have one of the group's. */
static bool find_in_braces(const promlet_push_opts *options, const char *at, pml_push_label *found)
{
    while (*at != '}' && *at != '\n' && *at != '\0') {
        const char *name = at;
        at = skip_name(at);
        if (*at == '=' && pml_push_group_has(options, name, (size_t)(at - name))) {
            found->name = name;
            found->name_size = (size_t)(at - name);
            return true;
        }
        at += *at == '=';
        at = *at == '"' ? skip_quoted(at) : at;
        at += *at == ',';
    }
    return false;
}

pml_push_label pml_push_find_label(const promlet_push_opts *options, const char *text)
{
    pml_push_label found = {NULL, 0, NULL, 0};
    while (*text != '\0') {
        const char *end = text + strcspn(text, "\n");
        const char *brace = text[0] != '#' ? memchr(text, '{', (size_t)(end - text)) : NULL;
        if (brace != NULL && find_in_braces(options, brace + 1, &found)) {
            found.line = text;
            found.metric_size = (size_t)(brace - text);
            return found;
        }
        text = *end == '\n' ? end + 1 : end;
    }
    return found;
}
