/* SPDX-License-Identifier: Apache-2.0 */
/* A user's test: it looks up a value, compares a text, and lints. EXPECTED_VERSION is the version
 * that the package says it has. */
#include "../expect.h"

#include <promlet/promlet.h>
#include <promlet/testing.h>

#include <string.h>

int main(void)
{
    expect(strcmp(promlet_version(), EXPECTED_VERSION) == 0, "the package's version to be linked");
    promlet_counter_family *jobs = promlet_counter_family_new(
        NULL, &(promlet_opts){.name = "jobs_total", .help = "Jobs.", .labels = {"queue"}});
    promlet_counter_add(promlet_counter_with(jobs, "mail"), 2.5);
    double value = promlet_testing_value(NULL, "jobs_total", "queue", "mail");
    expect(value > 2.4 && value < 2.6, "the value of jobs_total");

    char *difference = promlet_testing_compare(NULL, "jobs_total{queue=\"mail\"} 2.5\n", NULL);
    expect(difference == NULL, "no difference");
    promlet_free(difference);
    difference = promlet_testing_compare(NULL, "jobs_total{queue=\"mail\"} 3\n", NULL);
    expect(difference != NULL &&
               strcmp(difference, "changed: jobs_total{queue=\"mail\"} is 2.5, expected 3\n") == 0,
           "a difference in words");
    promlet_free(difference);
    expect(promlet_registry_lint(NULL, NULL, NULL) == 0, "no finding");
    return failures == 0 ? 0 : 1;
}
