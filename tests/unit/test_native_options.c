/* SPDX-License-Identifier: Apache-2.0 */
/* Tests of the options of native buckets: from a growth factor to a schema, what is refused, and
   what is the same metric. */
#include "support/expect.h"

#include "registry/family.h"

#include <float.h>
#include <math.h>

static int schema_of(double factor)
{
    promlet_registry *registry = new_registry();
    promlet_histogram_family *family = promlet_histogram_family_new(
        registry, &(promlet_opts){.name = "h", .labels = {"a"}, .native_factor = factor});
    expect_status(registry, PROMLET_OK, "");
    int schema = ((pml_family *)family)->definition->settings.native.schema;
    promlet_registry_free(registry);
    return schema;
}

/* The coarsest schema whose buckets grow by no more than the factor: 2^(2^-schema) <= factor. */
static void factor_gives_schema(void **state)
{
    (void)state;
    static const struct {
        double factor;
        int schema;
    } cases[] = {{1 + DBL_EPSILON, 8},
                 {1.002, 8},
                 {1.005, 8},
                 {1.00544, 7},
                 {1.01, 7},
                 {1.02, 6},
                 {1.03, 5},
                 {1.05, 4},
                 {1.0906, 3},
                 {1.1, 3},
                 {1.2, 2},
                 {1.5, 1},
                 {1.9999, 1},
                 {2, 0},
                 {3.99, 0},
                 {4, -1},
                 {16, -2},
                 {256, -3},
                 {65535, -3},
                 {65536, -4},
                 {DBL_MAX, -4}};
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        if (schema_of(cases[i].factor) != cases[i].schema) {
            fail_msg("factor %.17g: schema %d, expected %d", cases[i].factor,
                     schema_of(cases[i].factor), cases[i].schema);
        }
    }
}

static void expect_refused(const promlet_opts *options, promlet_status status, const char *sentence)
{
    promlet_registry *registry = new_registry();
    promlet_histogram *histogram = promlet_histogram_new(registry, options);
    promlet_histogram_observe(histogram, 1);
    expect_status(registry, status, sentence);
    assert_int_equal(promlet_histogram_count(histogram), 0);
    promlet_registry_free(registry);
}

static void wrong_options_are_refused(void **state)
{
    (void)state;
    static const double factors[] = {1, 0.5, -1.1, NAN, INFINITY, -INFINITY};
    for (size_t i = 0; i < COUNT_OF(factors); i++) {
        expect_refused(&(promlet_opts){.name = "h", .native_factor = factors[i]},
                       PROMLET_ERROR_ARGUMENT,
                       "h: native_factor must be above 1; 0 means no native buckets");
    }
    expect_refused(&(promlet_opts){.name = "h", .native_factor = 1.1, .native_max_buckets = 10001},
                   PROMLET_ERROR_ARGUMENT, "h: native_max_buckets is 10001, more than 10000");
    static const double thresholds[] = {-1, NAN, INFINITY};
    for (size_t i = 0; i < COUNT_OF(thresholds); i++) {
        expect_refused(&(promlet_opts){.name = "h",
                                       .native_factor = 1.1,
                                       .native_zero_threshold = thresholds[i]},
                       PROMLET_ERROR_ARGUMENT,
                       "h: native_zero_threshold is negative or not finite; 0 means 2^-128");
    }
    static const double times[] = {-1, NAN, INFINITY, 1e10};
    for (size_t i = 0; i < COUNT_OF(times); i++) {
        expect_refused(
            &(promlet_opts){
                .name = "h", .native_factor = 1.1, .native_min_reset_seconds = times[i]},
            PROMLET_ERROR_ARGUMENT,
            "h: native_min_reset_seconds must be from 0, which means never, to 9e9 seconds");
    }
    expect_refused(
        &(promlet_opts){
            .name = "h", PROMLET_BOUNDS(1, 2), .native_factor = 1.1, .native_only = true},
        PROMLET_ERROR_BOUNDS, "h: with native_only there are no classic buckets, so no bounds");
}

static void details_without_factor_are_refused(void **state)
{
    (void)state;
    expect_refused(&(promlet_opts){.name = "h", .native_max_buckets = 10}, PROMLET_ERROR_ARGUMENT,
                   "h: native_max_buckets is of use with native_factor only");
    expect_refused(&(promlet_opts){.name = "h", .native_zero_threshold = 1}, PROMLET_ERROR_ARGUMENT,
                   "h: native_zero_threshold is of use with native_factor only");
    expect_refused(&(promlet_opts){.name = "h", .native_min_reset_seconds = 1},
                   PROMLET_ERROR_ARGUMENT,
                   "h: native_min_reset_seconds is of use with native_factor only");
    expect_refused(&(promlet_opts){.name = "h", .native_only = true}, PROMLET_ERROR_ARGUMENT,
                   "h: native_only is of use with native_factor only");
}

static void other_instruments_have_no_native_buckets(void **state)
{
    (void)state;
    promlet_registry *registry = new_registry();
    promlet_counter_inc(
        promlet_counter_new(registry, &(promlet_opts){.name = "c", .native_factor = 1.1}));
    expect_status(registry, PROMLET_ERROR_ARGUMENT, "c: a counter has no native buckets");
    promlet_registry_free(registry);
    registry = new_registry();
    promlet_summary_observe(
        promlet_summary_new(registry, &(promlet_opts){.name = "s", .native_only = true}), 1);
    expect_status(registry, PROMLET_ERROR_ARGUMENT, "s: a summary has no native buckets");
    promlet_registry_free(registry);
}

static void same_native_buckets_are_the_same_metric(void **state)
{
    (void)state;
    promlet_registry *registry = new_registry();
    static const double bounds[] = {1, 2};
    promlet_opts options = {
        .name = "h", .bounds = bounds, .bound_count = COUNT_OF(bounds), .native_factor = 1.1};
    promlet_histogram *histogram = promlet_histogram_new(registry, &options);
    options.native_factor = 1.12; /* the same schema */
    options.native_max_buckets = PROMLET_DEFAULT_NATIVE_MAX_BUCKETS;
    assert_ptr_equal(promlet_histogram_new(registry, &options), histogram);
    expect_status(registry, PROMLET_OK, "");
    options.native_factor = 0;
    options.native_max_buckets = 0;
    (void)promlet_histogram_new(registry, &options);
    expect_status(registry, PROMLET_ERROR_CONFLICT,
                  "h: native buckets none here, schema 3 of 160 buckets (zero "
                  "2.938735877055719e-39, reset after 0 s, with classic ones) before (both: type "
                  "histogram, bounds {1.0,2.0})");
    promlet_registry_free(registry);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(factor_gives_schema),
        cmocka_unit_test(wrong_options_are_refused),
        cmocka_unit_test(details_without_factor_are_refused),
        cmocka_unit_test(other_instruments_have_no_native_buckets),
        cmocka_unit_test(same_native_buckets_are_the_same_metric),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
