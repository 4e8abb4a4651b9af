/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What most unit tests need: cmocka with the headers that it relies on, a registry of one's own,
 * and checks of a registry's whole text and of its first error.
 */
#ifndef TESTS_SUPPORT_EXPECT_H
#define TESTS_SUPPORT_EXPECT_H

#include "support/documents.h"
#include "support/every_format.h"

#include <promlet/promlet.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

/* cmocka.h relies on some of the above. */
#include <cmocka.h>

#define COUNT_OF(array) (sizeof(array) / sizeof((array)[0]))

static inline promlet_registry *new_registry(void)
{
    promlet_registry *registry = promlet_registry_new();
    assert_non_null(registry);
    return registry;
}

/* Has the library make what it makes once for the process: the counts of readers. For tests that
   count what is allocated. */
static inline void make_what_lasts(void)
{
    promlet_registry *registry = new_registry();
    (void)promlet_counter_family_new(registry, &(promlet_opts){.name = "n_total", .labels = {"a"}});
    promlet_registry_free(registry);
}

/* Strict readers take a snapshot in each format; the documents are kept under this name, if it is
   not NULL. */
static inline void expect_every_format(const promlet_snapshot *snapshot, const char *name)
{
    assert_true(every_format_is_read(snapshot, name));
}

/* The whole text of a registry is the expected one. It is kept under the name of the document, with
   the findings that promtool has; NULL for none. The other formats are read, too. */
static inline void expect_metrics(promlet_registry *registry, const char *document,
                                  const char *findings, const char *expected)
{
    promlet_snapshot *snapshot = promlet_snapshot_take(registry);
    assert_non_null(snapshot);
    char *text = promlet_snapshot_string(snapshot, PROMLET_FORMAT_TEXT_0_0_4_EOF, NULL);
    assert_non_null(text);
    keep_document(document, text, findings);
    expect_every_format(snapshot, document);
    promlet_snapshot_release(snapshot);
    assert_string_equal(text, expected);
    promlet_free(text);
}

/* The first error of a registry is this one. */
static inline void expect_status(const promlet_registry *registry, promlet_status status,
                                 const char *sentence)
{
    const char *why = NULL;
    assert_int_equal(promlet_registry_status(registry, &why), status);
    assert_string_equal(why, sentence);
}

/* The value of one sample in a text, 0 if it is not there. The sample is given with its labels. */
static inline double sample_value(const char *text, const char *sample)
{
    size_t size = strlen(sample);
    for (const char *line = text; line != NULL && *line != '\0'; line = strchr(line, '\n')) {
        line += *line == '\n';
        if (strncmp(line, sample, size) == 0 && line[size] == ' ') {
            return strtod(line + size, NULL);
        }
    }
    return 0;
}

/* The value of one sample in a registry's text, 0 if it is not there. */
static inline double scraped_value(promlet_registry *registry, const char *sample)
{
    char *text = promlet_registry_get_metrics(registry);
    assert_non_null(text);
    double value = sample_value(text, sample);
    promlet_free(text);
    return value;
}

/* The same, and the text is kept under the name of the document; promtool finds nothing in it. */
static inline double kept_value(promlet_registry *registry, const char *document,
                                const char *sample)
{
    char *text = promlet_registry_get_metrics(registry);
    assert_non_null(text);
    keep_document(document, text, NULL);
    double value = sample_value(text, sample);
    promlet_free(text);
    return value;
}

#endif
