/* SPDX-License-Identifier: Apache-2.0 */
/* Labels by name, and how macros turn what is listed in a call into an array and its length. */
#ifndef PROMLET_LABELS_H
#define PROMLET_LABELS_H

#include <promlet/export.h>

#include <stddef.h>

PROMLET_BEGIN_DECLS

/** The most constant labels that a registry can have, and that a family can have beside them. */
#define PROMLET_MAX_CONST_LABELS 8

/** One label. In C++, which needs the type's name: promlet_label{"method", "GET"}. */
typedef struct promlet_label {
    const char *name;  /**< [a-zA-Z_][a-zA-Z0-9_]*, or as its registry allows. */
    const char *value; /**< Any text; bytes that are not UTF-8 are replaced by U+FFFD. */
} promlet_label;

/**
 * Make a label value of text that has a length and no NUL behind it, such as a piece of a request.
 * What does not fit is left out, from where its first character begins. A NUL within the text and
 * bytes that are not UTF-8 are replaced by U+FFFD, so that the value can be looked up as it is.
 *
 *     promlet_counter_family *requests = promlet_counter_family_new(
 *         NULL, &(promlet_opts){.name = "requests_total", .labels = {"method"}});
 *     const char *request = "GET / HTTP/1.1";
 *     char method[16];
 *     promlet_counter_inc_by(requests, promlet_label_value(method, sizeof method, request, 3));
 *
 * buffer  where to write the value and a NUL; must not overlap the text.
 * size    the bytes of buffer.
 * text    lent for the call; NULL: an empty one.
 * length  the bytes of text.
 * Returns: buffer; "" when that is NULL or has no byte.
 * Thread-safe: yes. Signal-safe: yes. After fork: yes. Allocates: no.
 */
PROMLET_API const char *promlet_label_value(char *buffer, size_t size, const char *text,
                                            size_t length);

PROMLET_END_DECLS

#ifndef __cplusplus
/**
 * The two arguments `values, count` of a `_values` call, from a list of strings. The compiler
 * counts, so a wrong number is found by the call and never read past. C only; C++ has templates.
 */
#define PROMLET_LABEL_VALUES(...)                                                                  \
    (const char *const[]){__VA_ARGS__},                                                            \
        (sizeof((const char *const[]){__VA_ARGS__}) / sizeof(const char *))

/**
 * The two arguments `labels, count` of a call that takes labels by name, from a list such as
 * {"method", "GET"}, {"status", "200"}. C only; C++ has templates.
 */
#define PROMLET_LABEL_LIST(...)                                                                    \
    (const promlet_label[]){__VA_ARGS__},                                                          \
        (sizeof((const promlet_label[]){__VA_ARGS__}) / sizeof(promlet_label))
#endif

#endif
