/* SPDX-License-Identifier: Apache-2.0 */
/* For tests of dashboards and alert rules: what a text has in it, and what it has not. */
#ifndef TESTS_SUPPORT_DASHBOARDS_H
#define TESTS_SUPPORT_DASHBOARDS_H

#include "support/expect.h"

static inline void expect_in(const char *text, const char *part)
{
    if (text == NULL || strstr(text, part) == NULL) {
        fail_msg("missing: %s\nin %s", part, text != NULL ? text : promlet_last_error());
    }
}

static inline void expect_not_in(const char *text, const char *part)
{
    if (text == NULL || strstr(text, part) != NULL) {
        fail_msg("there is: %s\nin %s", part, text != NULL ? text : promlet_last_error());
    }
}

/* A text has all of these parts. It is freed, and so is the registry that it was made of. */
static inline void expect_parts(promlet_registry *registry, char *text, const char *const *parts)
{
    for (; *parts != NULL; parts++) {
        expect_in(text, *parts);
    }
    promlet_free(text);
    promlet_registry_free(registry);
}

#define EXPECT_DASHBOARD(registry, ...)                                                            \
    expect_parts((registry), promlet_dashboard(registry, NULL),                                    \
                 (const char *const[]){__VA_ARGS__, NULL})

#define EXPECT_RULES(registry, ...)                                                                \
    expect_parts((registry), promlet_alert_rules(registry, NULL),                                  \
                 (const char *const[]){__VA_ARGS__, NULL})

/* One that takes any names. */
static inline promlet_registry *new_utf8_registry(void)
{
    promlet_registry *registry = new_registry();
    assert_int_equal(
        promlet_registry_configure(registry, &(promlet_registry_opts){.utf8_names = true}),
        PROMLET_OK);
    return registry;
}

#endif
