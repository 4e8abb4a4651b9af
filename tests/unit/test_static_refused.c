/* SPDX-License-Identifier: Apache-2.0 */
/* Tests of file-scope definitions that break a rule: reported once, not exposed, no harm done. */
#include "support/expect.h"

#include <stdio.h>

PROMLET_STATIC_COUNTER(good, "good_total", "A metric that stays.");
PROMLET_STATIC_COUNTER(wrong_name, "9lives_total", "Its name begins with a digit.");
PROMLET_STATIC_COUNTER(taken_by_gauge, "fights_total", "A counter, or a gauge?");
PROMLET_STATIC_GAUGE(taken_by_counter, "fights_total", "A gauge, or a counter?");
PROMLET_STATIC_HISTOGRAM_BOUNDS(bounds_1, "argues_seconds", "Bounds 1 or 2?", 1);
PROMLET_STATIC_HISTOGRAM_BOUNDS(bounds_2, "argues_seconds", "Bounds 1 or 2?", 2);
PROMLET_STATIC_HISTOGRAM_BOUNDS(falling, "falling_seconds", "Its bounds fall.", 2, 1);
PROMLET_STATIC_HISTOGRAM_BOUNDS(endless, "endless_seconds", "It writes +Inf out.", 1,
                                __builtin_inf());
PROMLET_STATIC_GAUGE(derived, "good_created", "A name that the counter derives.");

/* As a module would define them that was compiled against a later promlet. */
#undef PROMLET_CELL_ABI
#define PROMLET_CELL_ABI 99
PROMLET_STATIC_COUNTER(later_layout, "later_layout_total", "Of another layout.");
#undef PROMLET_CELL_ABI
#define PROMLET_CELL_ABI 1
#undef PROMLET_STATIC_KIND_GAUGE
#define PROMLET_STATIC_KIND_GAUGE 77
PROMLET_STATIC_GAUGE(later_kind, "later_kind", "Of another kind.");

#define MAX_MESSAGES 32

static struct {
    char texts[MAX_MESSAGES][256];
    size_t count;
} heard;

static void hear(const char *message, void *ctx)
{
    (void)ctx;
    if (strstr(message, "only a counter's name") != NULL) {
        return; /* advice for the gauge fights_total, if that is the one that is kept */
    }
    assert_true(heard.count < MAX_MESSAGES);
    (void)snprintf(heard.texts[heard.count++], sizeof heard.texts[0], "%s", message);
}

static size_t count_heard(const char *message)
{
    size_t count = 0;
    for (size_t i = 0; i < heard.count; i++) {
        count += strcmp(heard.texts[i], message) == 0;
    }
    return count;
}

static void scrape(void)
{
    char *text = promlet_get_metrics();
    assert_non_null(text);
    promlet_free(text);
}

/* Which of two equals comes first is the linker's choice, so either may be the one that is kept. */
static void static_refused_is_reported_once(void **state)
{
    (void)state;
    promlet_set_log_callback(hear, NULL);
    for (int i = 0; i < 3; i++) {
        scrape();
    }
    promlet_set_log_callback(NULL, NULL);
    static const char *const certain[] = {
        "9lives_total: a metric's name must be [a-zA-Z_:][a-zA-Z0-9_:]*",
        "falling_seconds: bucket bound number 2 is not above the one before it",
        "endless_seconds: bucket bound number 2 is not finite (+Inf is implied)",
        "later_layout_total: a file-scope metric of a kind or layout that "
        "promlet " PROMLET_VERSION_STRING " does not know",
        "later_kind: a file-scope metric of a kind or layout that promlet " PROMLET_VERSION_STRING
        " does not know",
    };
    for (size_t i = 0; i < COUNT_OF(certain); i++) {
        assert_int_equal(count_heard(certain[i]), 1);
    }
    static const char *const either[][2] = {
        {"fights_total: type counter here, gauge before",
         "fights_total: type gauge here, counter before"},
        {"argues_seconds: bounds {1.0} here, {2.0} before (both: type histogram)",
         "argues_seconds: bounds {2.0} here, {1.0} before (both: type histogram)"},
        {"good_total (counter) and good_created (gauge) both have the name good_created",
         "good_created (gauge) and good_total (counter) both have the name good_created"},
    };
    for (size_t i = 0; i < COUNT_OF(either); i++) {
        assert_int_equal(count_heard(either[i][0]) + count_heard(either[i][1]), 1);
    }
    assert_int_equal(heard.count, COUNT_OF(certain) + COUNT_OF(either));
}

static void static_refused_first_is_status_of_default_registry(void **state)
{
    (void)state;
    const char *why;
    assert_int_not_equal(promlet_registry_status(NULL, &why), PROMLET_OK);
    assert_true(heard.count > 0);
    assert_string_equal(why, heard.texts[0]);
}

/* Recording on a refused definition is as harmless as on any other. */
static void static_refused_is_not_exposed(void **state)
{
    (void)state;
    promlet_counter_inc(wrong_name);
    promlet_histogram_observe(falling, 1);
    promlet_histogram_observe(falling, 1e300);
    promlet_histogram_observe(endless, 1e300);
    promlet_counter_inc(later_layout);
    promlet_gauge_inc(later_kind);
    char *text = promlet_get_metrics();
    static const char *const refused[] = {"9lives", "falling", "endless", "later"};
    for (size_t i = 0; i < COUNT_OF(refused); i++) {
        assert_null(strstr(text, refused[i]));
    }
    promlet_free(text);
}

static void static_beside_refused_is_exposed(void **state)
{
    (void)state;
    promlet_counter_add_u64(good, 3);
    promlet_gauge_set(derived, 3);
    promlet_counter_add_u64(taken_by_gauge, 5);
    promlet_gauge_set(taken_by_counter, 5);
    promlet_histogram_observe(bounds_1, 0);
    promlet_histogram_observe(bounds_2, 0);
    char *text = promlet_get_metrics();
    assert_int_equal((strstr(text, "\ngood_total 3\n") != NULL) +
                         (strstr(text, "\ngood_created 3\n") != NULL),
                     1);
    assert_true(sample_value(text, "fights_total") > 4 && sample_value(text, "fights_total") < 6);
    assert_non_null(strstr(text, "\nargues_seconds_count 1\n"));
    promlet_free(text);
}

static void family_of_static_name_with_labels_is_conflict(void **state)
{
    (void)state;
    promlet_set_log_callback(hear, NULL);
    promlet_counter_family *family = promlet_counter_family_new(
        NULL, &(promlet_opts){.name = "fights_total", .labels = {"side"}});
    promlet_set_log_callback(NULL, NULL);
    promlet_counter_inc(promlet_counter_with(family, "left"));
    assert_non_null(strstr(promlet_last_error(), "labels {side} here, none before"));
    char *text = promlet_get_metrics();
    assert_null(strstr(text, "side"));
    promlet_free(text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(static_refused_is_reported_once),
        cmocka_unit_test(static_refused_first_is_status_of_default_registry),
        cmocka_unit_test(static_refused_is_not_exposed),
        cmocka_unit_test(static_beside_refused_is_exposed),
        cmocka_unit_test(family_of_static_name_with_labels_is_conflict),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
