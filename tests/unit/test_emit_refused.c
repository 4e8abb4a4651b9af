/* SPDX-License-Identifier: Apache-2.0 */
/* Tests of all that a collector can emit wrongly: each is refused alone, and said. */
#include "support/expect.h"
#include "support/heard_log.h"

#include <math.h>

static promlet_collector *add(promlet_registry *registry, const char *name,
                              promlet_collect_fn collect, void *ctx)
{
    return promlet_collector_new(
        registry, &(promlet_collector_opts){.name = name, .collect = collect, .ctx = ctx});
}

/* One thing that is refused, between two families that are not. */
struct refusal {
    promlet_status (*emit)(promlet_emitter *emitter);
    promlet_status status;
    const char *why;
};

static promlet_status got;

static promlet_status emit_around(promlet_emitter *emitter, void *ctx)
{
    const struct refusal *refusal = ctx;
    promlet_emit_family(
        emitter, &(promlet_emit_opts){.name = "a", .type = PROMLET_TYPE_COUNTER, .labels = {"l"}});
    promlet_emit_u64(emitter, 1, "x");
    got = refusal->emit(emitter);
    promlet_emit_family(emitter, &(promlet_emit_opts){.name = "z", .type = PROMLET_TYPE_GAUGE});
    promlet_emit_value(emitter, 2);
    return PROMLET_OK;
}

static promlet_status emit_null_options(promlet_emitter *emitter)
{
    return promlet_emit_family_sized(emitter, NULL, sizeof(promlet_emit_opts));
}

static promlet_status emit_bad_name(promlet_emitter *emitter)
{
    promlet_status status = promlet_emit_family(
        emitter, &(promlet_emit_opts){.name = "1a", .type = PROMLET_TYPE_GAUGE});
    assert_int_equal(promlet_emit_value(emitter, 1), status);
    return status;
}

static promlet_status emit_reserved_name(promlet_emitter *emitter)
{
    return promlet_emit_family(emitter, &(promlet_emit_opts){.name = "promlet_dropped_total"});
}

static promlet_status emit_bad_type(promlet_emitter *emitter)
{
    return promlet_emit_family(emitter,
                               &(promlet_emit_opts){.name = "b", .type = (promlet_type)99});
}

static promlet_status emit_bad_label(promlet_emitter *emitter)
{
    return promlet_emit_family(emitter, &(promlet_emit_opts){.name = "b", .labels = {"le"}});
}

static promlet_status emit_bad_unit(promlet_emitter *emitter)
{
    return promlet_emit_family(emitter, &(promlet_emit_opts){.name = "b", .unit = "bytes"});
}

static promlet_status emit_taken_name(promlet_emitter *emitter)
{
    return promlet_emit_family(emitter,
                               &(promlet_emit_opts){.name = "a", .type = PROMLET_TYPE_GAUGE});
}

static promlet_status emit_family_twice(promlet_emitter *emitter)
{
    return promlet_emit_family(emitter,
                               &(promlet_emit_opts){.name = "a", .type = PROMLET_TYPE_COUNTER});
}

static promlet_status emit_too_few_values(promlet_emitter *emitter)
{
    return promlet_emit_value(emitter, 1);
}

static promlet_status emit_too_many_values(promlet_emitter *emitter)
{
    return promlet_emit_value(emitter, 1, "x", "y");
}

static promlet_status emit_null_value(promlet_emitter *emitter)
{
    return promlet_emit_value(emitter, 1, NULL);
}

static promlet_status emit_negative_counter(promlet_emitter *emitter)
{
    return promlet_emit_value(emitter, -1, "y");
}

static promlet_status emit_nan_counter(promlet_emitter *emitter)
{
    return promlet_emit_value(emitter, NAN, "y");
}

static promlet_status emit_histogram_as_counter(promlet_emitter *emitter)
{
    const uint64_t counts[] = {0};
    return promlet_emit_histogram(
        emitter, &(promlet_emit_histogram_data){.counts = counts, .label_values = {"y"}});
}

static promlet_status emit_without_counts(promlet_emitter *emitter)
{
    promlet_emit_family(emitter, &(promlet_emit_opts){.name = "h", .type = PROMLET_TYPE_HISTOGRAM});
    return promlet_emit_histogram(emitter, &(promlet_emit_histogram_data){.sum = 1});
}

static promlet_status emit_too_high_counts(promlet_emitter *emitter)
{
    const uint64_t counts[] = {1, UINT64_MAX};
    const double bounds[] = {1};
    promlet_emit_family(emitter,
                        &(promlet_emit_opts){.name = "h", .type = PROMLET_TYPE_GAUGE_HISTOGRAM});
    return promlet_emit_histogram(
        emitter,
        &(promlet_emit_histogram_data){.counts = counts, .bounds = bounds, .bound_count = 1});
}

static promlet_status emit_other_bounds(promlet_emitter *emitter)
{
    const uint64_t counts[] = {0, 0};
    const double bounds[] = {1, 2};
    promlet_emit_family(emitter, &(promlet_emit_opts){.name = "h", .type = PROMLET_TYPE_HISTOGRAM});
    promlet_emit_histogram(emitter, &(promlet_emit_histogram_data){.counts = counts});
    return promlet_emit_histogram(
        emitter,
        &(promlet_emit_histogram_data){.counts = counts, .bounds = bounds, .bound_count = 1});
}

static promlet_status emit_bad_quantile(promlet_emitter *emitter)
{
    const double quantiles[] = {1.5};
    promlet_emit_family(emitter, &(promlet_emit_opts){.name = "s", .type = PROMLET_TYPE_SUMMARY});
    return promlet_emit_summary(emitter, &(promlet_emit_summary_data){.quantiles = quantiles,
                                                                      .values = quantiles,
                                                                      .quantile_count = 1});
}

static promlet_status emit_series_twice(promlet_emitter *emitter)
{
    return promlet_emit_u64(emitter, 5, "x"); /* found when the collector has returned */
}

static const struct refusal refusals[] = {
    {emit_null_options, PROMLET_ERROR_ARGUMENT, "an emitted family's options are NULL"},
    {emit_bad_name, PROMLET_ERROR_NAME, "1a: a metric's name must be [a-zA-Z_:][a-zA-Z0-9_:]*"},
    {emit_reserved_name, PROMLET_ERROR_NAME,
     "promlet_dropped_total: names that begin with promlet_dropped are reserved for promlet's own "
     "metrics"},
    {emit_bad_type, PROMLET_ERROR_ARGUMENT, "b: 99 is no promlet_type"},
    {emit_bad_label, PROMLET_ERROR_NAME, "b: label name \"le\" is reserved for histograms"},
    {emit_bad_unit, PROMLET_ERROR_NAME, "b: the name must end in _bytes, its unit"},
    {emit_taken_name, PROMLET_ERROR_CONFLICT,
     "a: emitted after a_total, which has the name a as well"},
    {emit_family_twice, PROMLET_ERROR_CONFLICT, "a_total: this collector has emitted it already"},
    {emit_too_few_values, PROMLET_ERROR_LABELS, "a_total: needs 1 label value (l), got 0"},
    {emit_too_many_values, PROMLET_ERROR_LABELS, "a_total: needs 1 label value (l), got 2"},
    {emit_null_value, PROMLET_ERROR_LABELS, "a_total: the value of label \"l\" is NULL"},
    {emit_negative_counter, PROMLET_ERROR_ARGUMENT, "a_total: a counter can't be -1"},
    {emit_nan_counter, PROMLET_ERROR_ARGUMENT, "a_total: a counter can't be nan"},
    {emit_histogram_as_counter, PROMLET_ERROR_ARGUMENT,
     "a_total: a counter was emitted as a histogram"},
    {emit_without_counts, PROMLET_ERROR_ARGUMENT, "a histogram's counts is NULL"},
    {emit_too_high_counts, PROMLET_ERROR_ARGUMENT,
     "h: the counts of a histogram add up to more than 2^64-1"},
    {emit_other_bounds, PROMLET_ERROR_BOUNDS, "h: all series of a family need the same bounds"},
    {emit_bad_quantile, PROMLET_ERROR_BOUNDS, "s: quantile number 1 is not from 0 to 1"},
    {emit_series_twice, PROMLET_OK,
     "a_total: the series {l=\"x\"} was emitted twice; the first one shows"},
};

static void emission_refused_costs_only_itself(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT_OF(refusals); i++) {
        struct refusal refusal = refusals[i];
        promlet_registry *registry = new_registry();
        struct heard_log heard;
        start_to_hear(&heard);
        add(registry, "c", emit_around, &refusal);
        char *text = promlet_registry_get_metrics(registry);
        assert_int_equal(got, refusal.status);
        assert_true(sample_value(text, "a_total{l=\"x\"}") == 1);
        assert_null(strstr(text, "a_total{l=\"y\"}"));
        assert_null(strstr(text, "a_total 1"));
        assert_true(sample_value(text, "z") == 2);
        assert_non_null(strstr(text, "promlet_collector_success{collector=\"c\"} 0\n"));
        assert_true(sample_value(text, "promlet_collector_failures_total{collector=\"c\"}") == 1);
        promlet_free(text);
        char why[512];
        (void)snprintf(why, sizeof why, "collector c: %s", refusal.why);
        assert_string_equal(heard.last, why);
        stop_to_hear();
        promlet_registry_free(registry);
    }
}

static promlet_status emit_without_family(promlet_emitter *emitter, void *ctx)
{
    (void)ctx;
    assert_int_equal(promlet_emit_value(NULL, 1), PROMLET_ERROR_ARGUMENT);
    assert_int_equal(promlet_emit_family(NULL, &(promlet_emit_opts){.name = "a"}),
                     PROMLET_ERROR_ARGUMENT);
    return promlet_emit_value(emitter, 1);
}

static void emission_without_family_is_an_error(void **state)
{
    (void)state;
    promlet_registry *registry = new_registry();
    struct heard_log heard;
    start_to_hear(&heard);
    add(registry, "c", emit_without_family, NULL);
    assert_true(scraped_value(registry, "promlet_collector_success{collector=\"c\"}") == 0);
    assert_string_equal(heard.last,
                        "collector c: a collector emits a value before promlet_emit_family()");
    stop_to_hear();
    promlet_registry_free(registry);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(emission_refused_costs_only_itself),
        cmocka_unit_test(emission_without_family_is_an_error),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
