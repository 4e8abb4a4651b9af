/* SPDX-License-Identifier: Apache-2.0 */
/* Labels by name, and how macros turn what is listed in a call into an array and its length. */
#ifndef PROMLET_LABELS_H
#define PROMLET_LABELS_H

/** The most constant labels that a registry can have, and that a family can have beside them. */
#define PROMLET_MAX_CONST_LABELS 8

/** One label. In C++, which needs the type's name: promlet_label{"method", "GET"}. */
typedef struct promlet_label {
    const char *name;  /**< [a-zA-Z_][a-zA-Z0-9_]*, or as its registry allows. */
    const char *value; /**< Any text; bytes that are not UTF-8 are replaced by U+FFFD. */
} promlet_label;

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
