/* SPDX-License-Identifier: Apache-2.0 */
/* Tests of promlet/unknown.h. */
#include "support/expect.h"

#include <errno.h>
#include <math.h>

static void unknown_is_untyped(void **state)
{
    (void)state;
    promlet_registry *registry = new_registry();
    promlet_unknown *unknown = promlet_unknown_new(
        registry, &(promlet_opts){.name = "legacy_value", .help = "From elsewhere."});
    assert_true(promlet_unknown_value(unknown) >= 0 && promlet_unknown_value(unknown) <= 0);
    promlet_unknown_set(unknown, -2.5);
    assert_true(promlet_unknown_value(unknown) < -2.4 && promlet_unknown_value(unknown) > -2.6);
    expect_metrics(registry, "unknown", NULL,
                   "# HELP legacy_value From elsewhere.\n"
                   "# TYPE legacy_value untyped\n"
                   "legacy_value -2.5\n"
                   "# EOF\n");
    promlet_unknown_set(unknown, NAN);
    assert_true(isnan(promlet_unknown_value(unknown)));
    promlet_registry_free(registry);
}

static void unknown_family_series_are_apart(void **state)
{
    (void)state;
    promlet_registry *registry = new_registry();
    promlet_unknown_family *family = promlet_unknown_family_new(
        registry, &(promlet_opts){.name = "rack_value", .help = "Of a rack.", .labels = {"rack"}});
    promlet_unknown_set(promlet_unknown_with(family, "1"), INFINITY);
    promlet_unknown_set_by(family, 7, "2");
    expect_metrics(registry, "unknown_family", NULL,
                   "# HELP rack_value Of a rack.\n"
                   "# TYPE rack_value untyped\n"
                   "rack_value{rack=\"1\"} +Inf\n"
                   "rack_value{rack=\"2\"} 7\n"
                   "# EOF\n");
    promlet_registry_free(registry);
}

static void unknown_wrong_handles_record_nothing(void **state)
{
    (void)state;
    promlet_registry *registry = new_registry();
    promlet_unknown *sink = promlet_unknown_new(registry, &(promlet_opts){.name = "1"});
    promlet_unknown_set(sink, 1);
    assert_true(isnan(promlet_unknown_value(sink)));
    assert_true(isnan(promlet_unknown_value(NULL)));
    const char *const sample = "promlet_dropped_total{reason=\"invalid_handle\"}";
    double before = scraped_value(NULL, sample);
    errno = 4711;
    promlet_unknown_set(NULL, 1);
    assert_int_equal(errno, 4711);
    assert_true(scraped_value(NULL, sample) > before);
    promlet_registry_free(registry);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(unknown_is_untyped),
        cmocka_unit_test(unknown_family_series_are_apart),
        cmocka_unit_test(unknown_wrong_handles_record_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
