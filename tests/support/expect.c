/* SPDX-License-Identifier: Apache-2.0 */
/* Checks that most unit tests need. */
#include "support/expect.h"

#include <stdlib.h>
#include <string.h>

promlet_registry *new_registry(void)
{
    promlet_registry *registry = promlet_registry_new();
    assert_non_null(registry);
    return registry;
}

void make_what_lasts(void)
{
    promlet_registry *registry = new_registry();
    (void)promlet_counter_family_new(registry, &(promlet_opts){.name = "n_total", .labels = {"a"}});
    promlet_registry_free(registry);
}

void expect_every_format(const promlet_snapshot *snapshot, const char *name)
{
    assert_true(every_format_is_read(snapshot, name));
}

void expect_metrics(promlet_registry *registry, const char *document, const char *findings,
                    const char *expected)
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

void expect_status(const promlet_registry *registry, promlet_status status, const char *sentence)
{
    const char *why = NULL;
    assert_int_equal(promlet_registry_status(registry, &why), status);
    assert_string_equal(why, sentence);
}

double sample_value(const char *text, const char *sample)
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

double scraped_value(promlet_registry *registry, const char *sample)
{
    char *text = promlet_registry_get_metrics(registry);
    assert_non_null(text);
    double value = sample_value(text, sample);
    promlet_free(text);
    return value;
}

double kept_value(promlet_registry *registry, const char *document, const char *sample)
{
    char *text = promlet_registry_get_metrics(registry);
    assert_non_null(text);
    keep_document(document, text, NULL);
    double value = sample_value(text, sample);
    promlet_free(text);
    return value;
}
