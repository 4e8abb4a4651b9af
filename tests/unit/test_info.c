/* SPDX-License-Identifier: Apache-2.0 */
/* Tests of promlet/info.h: names, labels and the text. */
#include "support/expect.h"
#include "support/heard_log.h"

static void info_is_a_gauge_of_one(void **state)
{
    (void)state;
    promlet_registry *registry = new_registry();
    promlet_info_family *family =
        promlet_info_family_new(registry, &(promlet_opts){.name = "build_info",
                                                          .help = "What runs.",
                                                          .labels = {"version", "revision"}});
    promlet_info *info = promlet_info_with(family, "1.4.2", "5f3a\"9c1");
    assert_ptr_equal(promlet_info_with(family, "1.4.2", "5f3a\"9c1"), info);
    expect_metrics(registry, "info_family", NULL,
                   "# HELP build_info What runs.\n"
                   "# TYPE build_info gauge\n"
                   "build_info{version=\"1.4.2\",revision=\"5f3a\\\"9c1\"} 1\n"
                   "# EOF\n");
    expect_status(registry, PROMLET_OK, "");
    promlet_registry_free(registry);
}

static void info_name_is_completed(void **state)
{
    (void)state;
    promlet_registry *registry = new_registry();
    struct heard_log log;
    start_to_hear(&log);
    (void)promlet_info_new(registry, &(promlet_opts){.name = "target", .help = "What it is."});
    stop_to_hear();
    assert_string_equal(log.last,
                        "target_info: it was declared without its suffix _info, which was added");
    expect_metrics(registry, "info_completed", NULL,
                   "# HELP target_info What it is.\n"
                   "# TYPE target_info gauge\n"
                   "target_info 1\n"
                   "# EOF\n");
    promlet_registry_free(registry);
}

static void info_wrong_options_are_refused(void **state)
{
    (void)state;
    static const struct {
        promlet_opts options;
        promlet_status status;
        const char *sentence;
    } wrong[] = {
        {{.name = "build_info", .unit = "build"},
         PROMLET_ERROR_NAME,
         "build_info: an info has no unit"},
        {{.name = "_info"},
         PROMLET_ERROR_NAME,
         "_info: an info's name needs something before its "
         "suffix"},
        {{.name = "build_info", .bound_count = 1},
         PROMLET_ERROR_BOUNDS,
         "build_info: an info has no bucket bounds"},
        {{.name = "build_info", .cells = PROMLET_CELLS_PER_CPU},
         PROMLET_ERROR_ARGUMENT,
         "build_info: an info always has one cell"},
        {{.name = "build_info", .labels = {"version"}},
         PROMLET_ERROR_LABELS,
         "build_info: it has labels, so declare it with promlet_info_family_new()"},
    };
    for (size_t i = 0; i < COUNT_OF(wrong); i++) {
        promlet_registry *registry = new_registry();
        assert_non_null(promlet_info_new(registry, &wrong[i].options));
        expect_status(registry, wrong[i].status, wrong[i].sentence);
        promlet_registry_free(registry);
    }
}

static void info_claims_the_name_without_suffix(void **state)
{
    (void)state;
    promlet_registry *registry = new_registry();
    (void)promlet_info_new(registry, &(promlet_opts){.name = "target_info"});
    (void)promlet_gauge_new(registry, &(promlet_opts){.name = "target"});
    assert_int_equal(promlet_registry_status(registry, NULL), PROMLET_ERROR_CONFLICT);
    promlet_registry_free(registry);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(info_is_a_gauge_of_one),
        cmocka_unit_test(info_name_is_completed),
        cmocka_unit_test(info_wrong_options_are_refused),
        cmocka_unit_test(info_claims_the_name_without_suffix),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
