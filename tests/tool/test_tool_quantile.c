/* SPDX-License-Identifier: Apache-2.0 */
/* Tests of tool/quantile.h: quantiles as PromQL has them. */
#include "tool/quantile.h"

#include "tool_test.h"

/* Each as Prometheus 2.42 answers histogram_quantile() for these buckets. */
static void quantile_is_that_of_promql(void **state)
{
    (void)state;
    static const pml_bucket four[] = {{1, 10}, {2, 20}, {4, 40}, {INFINITY, 50}};
    static const pml_bucket negative[] = {{-2, 5}, {-1, 10}, {INFINITY, 10}};
    static const pml_bucket falling[] = {{1, 10}, {2, 8}, {INFINITY, 20}};
    static const pml_bucket empty[] = {{1, 0}, {INFINITY, 0}};
    static const pml_bucket no_infinity[] = {{1, 1}, {2, 2}};
    static const pml_bucket only_infinity[] = {{INFINITY, 2}};
    assert_float_equal(pml_quantile(0.5, four, 4), 2.5, 1e-12);
    assert_float_equal(pml_quantile(0.1, four, 4), 0.5, 1e-12);
    assert_float_equal(pml_quantile(0.2, four, 4), 1, 1e-12);
    assert_float_equal(pml_quantile(0.99, four, 4), 4, 1e-12);
    assert_float_equal(pml_quantile(0.25, negative, 3), -2, 1e-12);
    assert_float_equal(pml_quantile(0.75, negative, 3), -1.5, 1e-12);
    assert_float_equal(pml_quantile(0.25, falling, 3), 0.5, 1e-12);
    assert_float_equal(pml_quantile(0.9, falling, 3), 2, 1e-12);
    assert_true(isnan(pml_quantile(0.5, empty, 2)));
    assert_true(isnan(pml_quantile(0.5, no_infinity, 2)));
    assert_true(isnan(pml_quantile(0.5, only_infinity, 1)));
    assert_true(isnan(pml_quantile(0.5, NULL, 0)));
    assert_true(isnan(pml_quantile(NAN, four, 4)));
    assert_true(pml_quantile(-1, four, 4) < 0 && isinf(pml_quantile(-1, four, 4)));
    assert_true(pml_quantile(2, four, 4) > 0 && isinf(pml_quantile(2, four, 4)));
}

/* As often as a document may have them: looking at all of them for each would take minutes. */
static void quantile_of_many_buckets_is_found_at_once(void **state)
{
    (void)state;
    const size_t count = 500000;
    pml_bucket *buckets = malloc(count * sizeof *buckets);
    assert_non_null(buckets);
    for (size_t i = 0; i < count; i++) {
        buckets[i] = (pml_bucket){(double)(i + 1), (double)(i + 1)};
    }
    buckets[count - 1].bound = INFINITY;
    assert_float_equal(pml_quantile(0.5, buckets, count), 250000, 1e-6);
    assert_float_equal(pml_quantile(0.9, buckets, count), 450000, 1e-6);
    free(buckets);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(quantile_is_that_of_promql),
        cmocka_unit_test(quantile_of_many_buckets_is_found_at_once),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
