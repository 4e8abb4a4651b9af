/* SPDX-License-Identifier: Apache-2.0 */
/* Labels by name, views and tables of handles, with every combination of good and wrong arguments.
 */
#include "support/wrong_arguments.h"

#include <promlet/by_name.h>
#include <promlet/enum_labels.h>
#include <promlet/labels.h>

static const char *const headers[] = {"by_name.h", "enum_labels.h", "labels.h", NULL};

/* For each kind NULL, one that was refused, a good one, and a view that fixes its only label. */
static promlet_counter_family *counter_families[4];
static promlet_gauge_family *gauge_families[4];
static promlet_histogram_family *histogram_families[4];
static promlet_summary_family *summary_families[4];
static promlet_info_family *info_families[4];
static promlet_state_set_family *state_set_families[4];
static promlet_unknown_family *unknown_families[4];

static const char *const states[] = {"on"};

#define FILL(kind, ...)                                                                            \
    kind##_families[1] = promlet_##kind##_family_new(own, NULL);                                   \
    kind##_families[2] = promlet_##kind##_family_new(                                              \
        own, &(promlet_opts){.name = "good_" #kind, .labels = {"x"}, __VA_ARGS__});                \
    kind##_families[3] = promlet_##kind##_family_curry(kind##_families[2], {"x", "fixed"})

static int begin(void **state)
{
    (void)state;
    own = promlet_registry_new();
    registries[1] = own;
    FILL(counter, .max_series = 2);
    FILL(gauge, .max_series = 2);
    FILL(histogram, .max_series = 2);
    FILL(summary, .max_series = 2);
    FILL(info, .max_series = 2);
    FILL(state_set, .max_series = 2, .states = states, .state_count = 1);
    FILL(unknown, .max_series = 2);
    return own == NULL;
}

/* Only a refused family takes all without a word: its error was said when it was made. */
#define CALL_WITH_LABELS(function, families)                                                       \
    static void call_##function(void)                                                              \
    {                                                                                              \
        FOR_EACH(family, families)                                                                 \
        FOR_EACH(list, any_labels)                                                                 \
        {                                                                                          \
            (void)promlet_set_last_error(PROMLET_OK, "");                                          \
            assert_non_null(function(*family, list->labels, list->count));                         \
            bool is_null = *family == NULL;                                                        \
            bool is_refused = *family == (families)[1];                                            \
            assert_true(!is_null || promlet_last_error()[0] != '\0');                              \
            assert_true(!is_refused || promlet_last_error()[0] == '\0');                           \
        }                                                                                          \
    }

static int only_enumerator[] = {0};
static int far_enumerators[] = {-1, 1000000};
static const char *const text[] = {"v"};
static const char *const texts[] = {"v", NULL};
static const promlet_enum_label enum_labels[] = {
    {"x", 1, only_enumerator, text},
    {NULL, 1, only_enumerator, text},
    {"x", 0, NULL, NULL},
    {"x", 1, NULL, NULL},
    {"x", 2, far_enumerators, texts},
    {"le", 1, only_enumerator, text},
};

#define CALL_TABLE(kind)                                                                           \
    static void call_promlet_##kind##_table_fill(void)                                             \
    {                                                                                              \
        promlet_##kind *handles[8] = {NULL};                                                       \
        FOR_EACH(registry, registries)                                                             \
        FOR_EACH(options, any_options)                                                             \
        FOR_EACH(label, enum_labels)                                                               \
        {                                                                                          \
            promlet_table_labels labels = {1, {label, NULL, NULL}};                                \
            assert_non_null(promlet_##kind##_table_fill(&labels, handles, *registry, options,      \
                                                        sizeof *options));                         \
            assert_non_null(                                                                       \
                promlet_##kind##_table_fill(&labels, handles, *registry, NULL, sizeof *options));  \
        }                                                                                          \
    }

#define CALL_NAMED(kind)                                                                           \
    CALL_WITH_LABELS(promlet_##kind##_with_label_array, kind##_families)                           \
    CALL_WITH_LABELS(promlet_##kind##_family_curry_array, kind##_families)
#define CALL_INSTRUMENT(kind)                                                                      \
    CALL_NAMED(kind)                                                                               \
    CALL_TABLE(kind)

CALL_INSTRUMENT(counter)
CALL_INSTRUMENT(gauge)
CALL_INSTRUMENT(histogram)
CALL_INSTRUMENT(summary)
CALL_NAMED(info)
CALL_INSTRUMENT(state_set)
CALL_INSTRUMENT(unknown)

static void call_promlet_label_value(void)
{
    static const char *const counted[] = {NULL, "", "a", "\xff\xff", "\xc3\xa9\xc3\xa9"};
    for (size_t size = 0; size < 8; size++) {
        FOR_EACH(one, counted)
        {
            char buffer[8];
            size_t length = *one != NULL ? strlen(*one) : SIZE_MAX;
            assert_string_equal(promlet_label_value(NULL, size, *one, length), "");
            assert_true(strlen(promlet_label_value(buffer, size, *one, length)) <= size);
        }
    }
}

#define NAMED(kind)                                                                                \
    WRONG_CALL(promlet_##kind##_with_label_array), WRONG_CALL(promlet_##kind##_family_curry_array)
#define INSTRUMENT(kind) NAMED(kind), WRONG_CALL(promlet_##kind##_table_fill)

static const wrong_call table[] = {
    INSTRUMENT(counter),   INSTRUMENT(gauge),
    INSTRUMENT(histogram), INSTRUMENT(summary),
    NAMED(info),           INSTRUMENT(state_set),
    INSTRUMENT(unknown),   WRONG_CALL(promlet_label_value),
};

static const wrong_calls calls = {table, COUNT_OF(table), headers, false};

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST_OF_CALLS(wrong_arguments_are_survived, &calls),
        TEST_OF_CALLS(functions_are_all_called, &calls),
    };
    return cmocka_run_group_tests(tests, begin, end_with_registry);
}
