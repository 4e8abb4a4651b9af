/* SPDX-License-Identifier: Apache-2.0 */
/* How the `_with` and `_by` macros turn "GET", "200" into an array and its length. */
#ifndef PROMLET_LABELS_H
#define PROMLET_LABELS_H

#ifndef __cplusplus
/**
 * The two arguments `values, count` of a `_values` call, from a list of strings. The compiler
 * counts, so a wrong number is found by the call and never read past. C only; C++ has templates.
 */
#define PROMLET_LABEL_VALUES(...)                                                                  \
    (const char *const[]){__VA_ARGS__},                                                            \
        (sizeof((const char *const[]){__VA_ARGS__}) / sizeof(const char *))
#endif

#endif
