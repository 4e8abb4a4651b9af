/* SPDX-License-Identifier: Apache-2.0 */
/* Parameters as forms of web pages write them (application/x-www-form-urlencoded). */
#include "http/query.h"

#include <promlet/http.h>

#include <string.h>

#define NAMES_KEY "name[]"

/* While the parameters are gone through. */
struct reading {
    const char **names;
    size_t count;
    size_t bytes;
};

size_t pml_http_most_names(const char *query)
{
    size_t most = query[0] != '\0' ? 1 : 0;
    for (const char *c = query; *c != '\0' && most < PROMLET_MAX_QUERY_NAMES; c++) {
        most += *c == '&';
    }
    return most;
}

/* Its value; -1 if it is none. The locale has no say in it. */
static int hex_digit(char c)
{
    if (c >= '0' && c <= '9') {
        return c - '0';
    }
    char small = (char)(c | 0x20);
    return small >= 'a' && small <= 'f' ? small - 'a' + 10 : -1;
}

/* The byte that an escape stands for; 0, which it must not stand for, if it is malformed. */
static char unescaped(const char *escape)
{
    int high = hex_digit(escape[1]);
    int low = high >= 0 ? hex_digit(escape[2]) : -1;
    return low >= 0 ? (char)(high * 16 + low) : '\0';
}

static bool decode(char *text)
{
    char *to = text;
    for (const char *from = text; *from != '\0'; from++) {
        char byte = *from == '+' ? ' ' : *from;
        if (byte == '%') {
            byte = unescaped(from);
            from += 2;
        }
        if (byte == '\0') {
            return false;
        }
        *to++ = byte;
    }
    *to = '\0';
    return true;
}

static bool add_name(struct reading *reading, const char *name)
{
    reading->bytes += strlen(name);
    if (reading->count == PROMLET_MAX_QUERY_NAMES ||
        reading->bytes > PROMLET_MAX_QUERY_NAME_BYTES) {
        return false;
    }
    reading->names[reading->count++] = name;
    return true;
}

/* A parameter without a '=' has an empty value. Values of other parameters mean nothing, whatever
   they are. */
static bool read_parameter(struct reading *reading, char *key)
{
    char *value = key + strcspn(key, "=");
    if (*value == '=') {
        *value++ = '\0';
    }
    return decode(key) &&
           (strcmp(key, NAMES_KEY) != 0 || (decode(value) && add_name(reading, value)));
}

bool pml_http_read_names(char *query, const char **names, size_t *count)
{
    struct reading reading = {names, 0, 0};
    char *next = query;
    while (next != NULL) {
        char *parameter = next;
        next = strchr(parameter, '&');
        if (next != NULL) {
            *next++ = '\0';
        }
        if (!read_parameter(&reading, parameter)) {
            return false;
        }
    }
    *count = reading.count;
    return true;
}
