/* SPDX-License-Identifier: Apache-2.0 */
/* Callbacks, collectors and what they emit, with every combination of good and wrong arguments. */
#include "support/wrong_arguments.h"

#include <promlet/collector.h>

static const char *const headers[] = {"collector.h", NULL};

/* Called by the collector of `own`, while it runs. */
static void (*emit)(promlet_emitter *emitter);

/* A collector must return, so what is wrong in it is counted, and asserted afterwards. */
static int unsaid;

#define EMITTED(call) note_unsaid(call, #call)

static void note_unsaid(promlet_status status, const char *call)
{
    if (status != PROMLET_OK && promlet_last_error()[0] == '\0') {
        print_error("%s: %d\n", call, (int)status);
        unsaid++;
    }
}

static promlet_status collect(promlet_emitter *emitter, void *ctx)
{
    (void)ctx;
    if (emit != NULL) {
        emit(emitter);
    }
    return PROMLET_OK;
}

static int begin(void **state)
{
    (void)state;
    own = promlet_registry_new();
    registries[1] = own;
    promlet_collector_new(own, &(promlet_collector_opts){.name = "good", .collect = collect});
    return own == NULL;
}

/* ---- callbacks and collectors ---------------------------------------------------------------- */

static double answer(void *ctx)
{
    (void)ctx;
    return NAN;
}

static const promlet_opts more_options[] = {
    {.name = "good_total", .labels = {"x"}},
    {.name = "good_total", PROMLET_BOUNDS(1)},
};

/* Larger sizes only without options, since so much would be read. */
#define CALL_CALLBACK(function)                                                                    \
    static void call_##function(void)                                                              \
    {                                                                                              \
        FOR_EACH(registry, registries)                                                             \
        {                                                                                          \
            FOR_EACH(options, any_options)                                                         \
            FOR_EACH(size, any_options_sizes)                                                      \
            {                                                                                      \
                promlet_collector_free(function(*registry, options, answer, NULL, *size));         \
                (void)promlet_set_last_error(PROMLET_OK, "");                                      \
                promlet_collector_free(function(*registry, options, NULL, NULL, *size));           \
                assert_true(promlet_last_error()[0] != '\0');                                      \
            }                                                                                      \
            FOR_EACH(options, more_options)                                                        \
            {                                                                                      \
                (void)promlet_set_last_error(PROMLET_OK, "");                                      \
                promlet_collector_free(                                                            \
                    function(*registry, options, answer, NULL, sizeof *options));                  \
                assert_true(promlet_last_error()[0] != '\0');                                      \
            }                                                                                      \
            FOR_EACH(size, any_sizes)                                                              \
            {                                                                                      \
                promlet_collector_free(function(*registry, NULL, answer, NULL, *size));            \
            }                                                                                      \
        }                                                                                          \
    }

CALL_CALLBACK(promlet_gauge_callback_new_sized)
CALL_CALLBACK(promlet_counter_callback_new_sized)
CALL_CALLBACK(promlet_unknown_callback_new_sized)

static void call_promlet_collector_new_sized(void)
{
    static const char *const no_name[] = {NULL};
    static const promlet_collector_opts any_collector_options[] = {
        {0},
        {.name = ""},
        {.name = "no function"},
        {.collect = collect},
        {.name = "", .collect = collect},
        {.name = "\xff", .deadline_seconds = 1},
        {.name = "families", .families = no_name, .family_count = 1, .collect = collect},
        {.name = "families", .family_count = 1, .collect = collect},
        {.name = "families", .family_count = SIZE_MAX, .collect = collect},
        {.name = "deadline", .collect = collect, .deadline_seconds = NAN},
        {.name = "deadline", .collect = collect, .deadline_seconds = -1},
    };
    static const size_t sizes[] = {0, 1, sizeof(promlet_collector_opts)};
    FOR_EACH(registry, registries)
    {
        FOR_EACH(options, any_collector_options)
        FOR_EACH(size, sizes)
        {
            (void)promlet_set_last_error(PROMLET_OK, "");
            promlet_collector_free(promlet_collector_new_sized(*registry, options, *size));
            assert_true(promlet_last_error()[0] != '\0');
        }
        FOR_EACH(size, any_sizes)
        {
            promlet_collector_free(promlet_collector_new_sized(*registry, NULL, *size));
        }
    }
}

static void call_promlet_collector_free(void)
{
    promlet_collector_free(NULL);
}

static void call_promlet_collector_free_within(void)
{
    FOR_EACH(seconds, any_doubles)
    {
        promlet_collector_opts options = {.name = "free", .collect = collect};
        assert_int_equal(promlet_collector_free_within(NULL, *seconds), PROMLET_OK);
        assert_int_equal(
            promlet_collector_free_within(promlet_collector_new(own, &options), *seconds),
            PROMLET_OK);
    }
}

static void call_promlet_is_collecting(void)
{
    assert_false(promlet_is_collecting());
}

/* ---- emitting -------------------------------------------------------------------------------- */

static const double one_bound[] = {1};
static const double no_bound[] = {NAN};
static const uint64_t two_counts[] = {1, UINT64_MAX};

static const promlet_emit_opts any_families[] = {
    {.name = "nothing", .type = (promlet_type)-1},
    {.name = "nothing", .type = (promlet_type)1000},
    {.name = NULL},
    {.name = "1"},
    {.name = "promlet_dropped_total"},
    {.name = "wrong_unit", .unit = "seconds"},
    {.name = "wrong_label", .labels = {""}},
    {.name = "wrong_label", .labels = {"x", "x"}},
    {.name = "wrong_help", .help = "\xff\n"},
    {.name = "emitted_unknown"},
    {.name = "emitted", .type = PROMLET_TYPE_COUNTER},
    {.name = "emitted_gauge", .type = PROMLET_TYPE_GAUGE, .labels = {"x"}},
    {.name = "emitted_histogram", .type = PROMLET_TYPE_HISTOGRAM, .labels = {"x"}},
    {.name = "emitted_summary", .type = PROMLET_TYPE_SUMMARY, .labels = {"x"}},
    {.name = "emitted_gauges", .type = PROMLET_TYPE_GAUGE_HISTOGRAM, .labels = {"x"}},
    {.name = "emitted_what", .type = PROMLET_TYPE_INFO, .labels = {"x"}},
    {.name = "wrong_info", .unit = "info", .type = PROMLET_TYPE_INFO},
};

static const promlet_emit_histogram_data any_histograms[] = {
    {0},
    {.label_values = {"a"}, .bounds = one_bound, .bound_count = 1},
    {.label_values = {"b"}, .bound_count = 1, .counts = two_counts},
    {.label_values = {"c"}, .bound_count = SIZE_MAX, .counts = two_counts},
    {.label_values = {"d"}, .bounds = no_bound, .bound_count = 1, .counts = two_counts},
    {.label_values = {"e"}, .bounds = falling_bounds, .bound_count = 2, .counts = two_counts},
    {.label_values = {"f", "g"}, .counts = two_counts},
    {.label_values = {"h"}, .bounds = one_bound, .bound_count = 1, .counts = two_counts, .sum = 1},
};

static const promlet_emit_summary_data any_summaries[] = {
    {0},
    {.label_values = {"a"}, .quantiles = one_bound, .quantile_count = 1},
    {.label_values = {"b"}, .values = one_bound, .quantile_count = 1},
    {.label_values = {"c"}, .quantile_count = SIZE_MAX},
    {.label_values = {"d"}, .quantiles = no_bound, .values = one_bound, .quantile_count = 1},
    {.label_values = {"e"}, .quantiles = falling_bounds, .values = one_bound, .quantile_count = 2},
    {.label_values = {"f"}, .quantiles = one_bound, .values = no_bound, .quantile_count = 1},
    {.label_values = {"g"}, .sum = NAN, .count = UINT64_MAX, .timestamp_ms = INT64_MIN},
};

static void emit_families(promlet_emitter *emitter)
{
    static const size_t sizes[] = {0, 1, sizeof(promlet_emit_opts)};
    FOR_EACH(options, any_families)
    FOR_EACH(size, sizes)
    {
        EMITTED(promlet_emit_family_sized(emitter, options, *size));
    }
    FOR_EACH(size, any_sizes)
    {
        EMITTED(promlet_emit_family_sized(emitter, NULL, *size));
    }
    EMITTED(promlet_emit_family(NULL, &any_families[9]));
}

/* In no family, and in each of those above. What is emitted in one that was refused, is refused
   without a further sentence. */
#define EMIT_IN_EACH(function, call)                                                               \
    static void emit_##function(promlet_emitter *emitter)                                          \
    {                                                                                              \
        (void)promlet_set_last_error(PROMLET_OK, "");                                              \
        call(emitter);                                                                             \
        call(NULL);                                                                                \
        FOR_EACH(options, any_families)                                                            \
        {                                                                                          \
            (void)promlet_set_last_error(PROMLET_OK, "");                                          \
            (void)promlet_emit_family(emitter, options);                                           \
            call(emitter);                                                                         \
        }                                                                                          \
    }

static void emit_values(promlet_emitter *emitter)
{
    FOR_EACH(number, any_doubles)
    FOR_EACH(labels, any_values)
    {
        EMITTED(promlet_emit_value_by_values(emitter, *number, labels->values, labels->count));
    }
}
EMIT_IN_EACH(promlet_emit_value_by_values, emit_values)

static void emit_wholes(promlet_emitter *emitter)
{
    FOR_EACH(number, any_amounts)
    FOR_EACH(labels, any_values)
    {
        EMITTED(promlet_emit_u64_by_values(emitter, *number, labels->values, labels->count));
    }
}
EMIT_IN_EACH(promlet_emit_u64_by_values, emit_wholes)

static void emit_values_at(promlet_emitter *emitter)
{
    static const int64_t times[] = {0, -1, INT64_MIN, INT64_MAX};
    FOR_EACH(number, any_doubles)
    FOR_EACH(time, times)
    FOR_EACH(labels, any_values)
    {
        EMITTED(promlet_emit_value_at_by_values(emitter, *number, *time, labels->values,
                                                labels->count));
    }
}
EMIT_IN_EACH(promlet_emit_value_at_by_values, emit_values_at)

#define EMIT_DATA(function, type, array)                                                           \
    static void emit_all_of_##array(promlet_emitter *emitter)                                      \
    {                                                                                              \
        static const size_t sizes[] = {0, 1, sizeof(type)};                                        \
        FOR_EACH(data, array)                                                                      \
        FOR_EACH(size, sizes)                                                                      \
        {                                                                                          \
            EMITTED(function(emitter, data, *size));                                               \
        }                                                                                          \
        FOR_EACH(size, any_sizes)                                                                  \
        {                                                                                          \
            EMITTED(function(emitter, NULL, *size));                                               \
        }                                                                                          \
    }                                                                                              \
    EMIT_IN_EACH(function, emit_all_of_##array)

EMIT_DATA(promlet_emit_histogram_sized, promlet_emit_histogram_data, any_histograms)
EMIT_DATA(promlet_emit_summary_sized, promlet_emit_summary_data, any_summaries)

static void emit_promlet_emit_family_sized(promlet_emitter *emitter)
{
    emit_families(emitter);
}

/* In the collector, with a strict look at what comes of it. */
#define CALL_EMITTING(function)                                                                    \
    static void call_##function(void)                                                              \
    {                                                                                              \
        emit = emit_##function;                                                                    \
        assert_true(scrape_is_strict(own));                                                        \
        assert_int_equal(unsaid, 0);                                                               \
        emit = NULL;                                                                               \
    }

CALL_EMITTING(promlet_emit_family_sized)
CALL_EMITTING(promlet_emit_value_by_values)
CALL_EMITTING(promlet_emit_u64_by_values)
CALL_EMITTING(promlet_emit_value_at_by_values)
CALL_EMITTING(promlet_emit_histogram_sized)
CALL_EMITTING(promlet_emit_summary_sized)

/* ---- the table ------------------------------------------------------------------------------- */

static const wrong_call table[] = {
    WRONG_CALL(promlet_gauge_callback_new_sized),
    WRONG_CALL(promlet_counter_callback_new_sized),
    WRONG_CALL(promlet_unknown_callback_new_sized),
    WRONG_CALL(promlet_collector_new_sized),
    WRONG_CALL(promlet_collector_free),
    WRONG_CALL(promlet_collector_free_within),
    WRONG_CALL(promlet_is_collecting),
    WRONG_CALL(promlet_emit_family_sized),
    WRONG_CALL(promlet_emit_value_by_values),
    WRONG_CALL(promlet_emit_u64_by_values),
    WRONG_CALL(promlet_emit_value_at_by_values),
    WRONG_CALL(promlet_emit_histogram_sized),
    WRONG_CALL(promlet_emit_summary_sized),
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
