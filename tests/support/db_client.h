/* SPDX-License-Identifier: Apache-2.0 */
/* What tests of database clients share: samples of an operation by its namespace, collection, name
   and error type, and of a stage. */
#ifndef TESTS_SUPPORT_DB_CLIENT_H
#define TESTS_SUPPORT_DB_CLIENT_H

#include "support/scopes.h"

#define DURATIONS "db_client_operation_duration_seconds"
#define STAGES "db_client_internal_stage_seconds"

/* HELP and TYPE. */
#define DURATIONS_HEAD                                                                             \
    "# HELP " DURATIONS " Duration of database client operations.\n"                               \
    "# TYPE " DURATIONS " histogram\n"
#define STAGES_HEAD                                                                                \
    "# HELP " STAGES " Duration of stages of database client operations.\n"                        \
    "# TYPE " STAGES " histogram\n"

/* A sample of the client's operations "test", "users"; suffix is count or sum. */
static inline double operation_sample(const char *text, const char *suffix, const char *operation,
                                      const char *error_type)
{
    char sample[512];
    (void)snprintf(sample, sizeof sample,
                   DURATIONS "_%s{db_system_name=\"sqlite\",db_namespace=\"test\","
                             "db_collection_name=\"users\",db_operation_name=\"%s\","
                             "error_type=\"%s\"}",
                   suffix, operation, error_type);
    return sample_value(text, sample);
}

static inline void expect_operations(const char *operation, const char *error_type, double count,
                                     double sum)
{
    char *text = promlet_registry_get_metrics(registry);
    assert_non_null(text);
    double found_count = operation_sample(text, "count", operation, error_type);
    double found_sum = operation_sample(text, "sum", operation, error_type);
    promlet_free(text);
    if (found_count < count || found_count > count || found_sum < sum || found_sum > sum) {
        fail_msg("%s, \"%s\": %g operations in %g s, expected %g in %g s", operation, error_type,
                 found_count, found_sum, count, sum);
    }
}

static inline void expect_stages(const char *stage, const char *operation, double count, double sum)
{
    static const char *const suffixes[] = {"count", "sum"};
    const double expected[] = {count, sum};
    for (size_t i = 0; i < COUNT_OF(suffixes); i++) {
        char sample[256];
        (void)snprintf(sample, sizeof sample, STAGES "_%s{stage=\"%s\",db_operation_name=\"%s\"}",
                       suffixes[i], stage, operation);
        expect_sample(sample, expected[i]);
    }
}

#endif
