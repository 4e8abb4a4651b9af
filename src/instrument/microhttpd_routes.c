/* SPDX-License-Identifier: Apache-2.0 */
/* Says which route a path takes. Templates are tried one after the other: a service has tens of
   them, most of which differ from a path within some bytes. */
#include "instrument/microhttpd_routes.h"

#include <stdbool.h>
#include <string.h>

#define REST "..."

/* The bytes up to the end of a part of a path or template. */
static size_t part_length(const char *text)
{
    return strcspn(text, "/");
}

/* Whether a part of a template is a parameter for all that follows: {name...} */
static bool is_rest(const char *part, size_t length)
{
    size_t rest = strlen(REST);
    return length > rest + 2 && memcmp(part + length - 1 - rest, REST, rest) == 0;
}

/* What is wrong with a part of a template; is_last tells whether another one follows. */
static const char *part_fault(const char *part, size_t length, bool is_last)
{
    size_t braces = 0;
    for (size_t i = 0; i < length; i++) {
        braces += part[i] == '{' || part[i] == '}';
    }
    if (braces == 0) {
        return NULL;
    }
    if (braces != 2 || part[0] != '{' || part[length - 1] != '}') {
        return "braces must enclose a whole part of the path";
    }
    if (length == 2 || (length == 2 + strlen(REST) && memcmp(part + 1, REST, strlen(REST)) == 0)) {
        return "a parameter must have a name";
    }
    return is_rest(part, length) && !is_last ? "nothing may follow {name...}" : NULL;
}

const char *pml_microhttpd_route_fault(const char *route)
{
    if (route == NULL || route[0] == '\0') {
        return "must not be empty";
    }
    const char *fault = NULL;
    const char *at = route;
    while (fault == NULL && *at == '/') {
        at++;
        size_t length = part_length(at);
        fault = part_fault(at, length, at[length] == '\0');
        at += length;
    }
    return fault;
}

/* Byte by byte, since most routes differ from a path early. A brace begins a parameter, which
   stands for a part that is not empty. */
static bool fits(const char *route, const char *path)
{
    for (;;) {
        if (*route == '{') {
            size_t length = part_length(route);
            if (is_rest(route, length)) {
                return true;
            }
            if (part_length(path) == 0) {
                return false;
            }
            route += length;
            path += part_length(path);
        } else if (*route != *path) {
            return false;
        } else if (*route == '\0') {
            return true;
        } else {
            route++;
            path++;
        }
    }
}

const char *pml_microhttpd_route_of_path(const pml_microhttpd_routes *routes, const char *path)
{
    for (size_t i = 0; path != NULL && path[0] == '/' && i < routes->count; i++) {
        if (routes->list[i][0] == '/' && fits(routes->list[i], path)) {
            return routes->list[i];
        }
    }
    return PML_MICROHTTPD_OTHER;
}

const char *pml_microhttpd_route_named(const pml_microhttpd_routes *routes, const char *name)
{
    for (size_t i = 0; name != NULL && i < routes->count; i++) {
        if (strcmp(routes->list[i], name) == 0) {
            return routes->list[i];
        }
    }
    return PML_MICROHTTPD_OTHER;
}
