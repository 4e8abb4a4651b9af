/* SPDX-License-Identifier: Apache-2.0 */
/* Tests of the limits of label values and help texts: what is too long is cut, and counted. */
#include "support/heard_log.h"
#include "support/lifetime.h"

#define OVERFLOW "jobs_total{otel_metric_overflow=\"true\"}"
#define CUT_COUNT "promlet_series_values_cut_total{family=\"jobs_total\"}"

static promlet_registry *registry;
static struct heard_log heard;

static int begin(void **state)
{
    (void)state;
    registry = new_registry();
    start_to_hear(&heard);
    return 0;
}

static int end(void **state)
{
    (void)state;
    stop_to_hear();
    promlet_registry_free(registry);
    return 0;
}

static promlet_counter_family *new_counters(void)
{
    return promlet_counter_family_new(
        registry, &(promlet_opts){.name = "jobs_total", .help = "Jobs.", .labels = {"key"}});
}

static void set_limit(size_t max_label_value_bytes)
{
    promlet_registry_opts options = {.max_label_value_bytes = max_label_value_bytes};
    assert_int_equal(promlet_registry_configure(registry, &options), PROMLET_OK);
}

/* ---- label values ---------------------------------------------------------------------------- */

/* For documents with lines too long for assert_value(). */
static void expect_sample(const char *sample, uint64_t expected)
{
    assert_true((uint64_t)scraped_value(registry, sample) == expected);
}

static void value_beyond_the_limit_is_cut(void **state)
{
    (void)state;
    promlet_counter_family *family = new_counters();
    char text[PROMLET_DEFAULT_MAX_LABEL_VALUE_BYTES + 2];
    memset(text, 'x', sizeof text);
    text[PROMLET_DEFAULT_MAX_LABEL_VALUE_BYTES] = '\0';
    promlet_counter *counter = promlet_counter_with(family, text);
    promlet_counter_inc_by(family, text);
    assert_int_equal(heard.count, 0);
    text[PROMLET_DEFAULT_MAX_LABEL_VALUE_BYTES] = 'y';
    text[PROMLET_DEFAULT_MAX_LABEL_VALUE_BYTES + 1] = '\0';
    promlet_counter_inc_by(family, text);
    assert_ptr_equal(promlet_counter_with(family, text), counter);
    assert_true(promlet_counter_value_u64(counter) == 2);
    expect_sample(OVERFLOW, 0);
    expect_sample(CUT_COUNT, 2);
    assert_int_equal(heard.count, 1);
    assert_string_equal(heard.last,
                        "jobs_total: a value of label \"key\" is longer than 1024 bytes; "
                        "such label values are cut there");
    assert_int_equal(promlet_family_remove(family, text), PROMLET_OK);
    assert_int_equal(promlet_family_remove(family, text), PROMLET_ERROR_NOT_FOUND);
}

static void value_of_a_mebibyte_is_cut_between_characters(void **state)
{
    (void)state;
    promlet_counter_family *family = new_counters();
    enum { SIZE = 1 << 20 };
    char *text = malloc(SIZE + 1);
    assert_non_null(text);
    text[0] = 'a';
    for (size_t i = 1; i + 3 <= SIZE; i += 3) {
        memcpy(text + i, "\xe2\x82\xac", 3);
    }
    text[SIZE] = '\0';
    promlet_counter_inc_by(family, text);
    text[1 + 341 * 3] = '\0'; /* 1024 bytes */
    promlet_counter_inc_by(family, text);
    text[0] = '\xff'; /* takes three */
    promlet_counter_inc_by(family, text);
    expect_sample(CUT_COUNT, 2);
    text[1 + 340 * 3] = '\0'; /* 1023 bytes, once it is repaired */
    promlet_counter_inc_by(family, text);
    char key[1100];
    (void)snprintf(key, sizeof key, "jobs_total{key=\"\xef\xbf\xbd%s\"}", text + 1);
    expect_sample(key, 2);
    text[1 + 340 * 3] = '\xe2';
    (void)snprintf(key, sizeof key, "jobs_total{key=\"a%s\"}", text + 1);
    expect_sample(key, 2);
    free(text);
}

static void value_limit_is_chosen_by_the_registry(void **state)
{
    (void)state;
    promlet_counter_family *family = promlet_counter_family_new(
        registry,
        &(promlet_opts){.name = "jobs_total", .help = "Jobs.", .labels = {"first", "second"}});
    promlet_counter_inc_by(family, "12345", "");
    set_limit(4);
    promlet_counter_inc_by(family, "12345", ""); /* exists */
    promlet_counter_inc_by(family, "1234", "1234");
    promlet_counter_inc_by(family, "1234", "12345");
    assert_value(registry, "jobs_total{first=\"12345\",second=\"\"}", 2);
    assert_value(registry, "jobs_total{first=\"1234\",second=\"1234\"}", 2);
    assert_value(registry, CUT_COUNT, 1);
    assert_string_equal(heard.last,
                        "jobs_total: a value of label \"second\" is longer than 4 bytes; "
                        "such label values are cut there");
    set_limit(5);
    promlet_counter_inc_by(family, "1234", "12345");
    assert_value(registry, "jobs_total{first=\"1234\",second=\"12345\"}", 1);
    /* A replaced byte takes three. */
    promlet_counter_inc_by(family, "\xff\xff", "");
    assert_value(registry, "jobs_total{first=\"\xef\xbf\xbd\",second=\"\"}", 1);
    assert_value(registry, CUT_COUNT, 2);
}

/* As it was made before the limit was lower, or as a look-up makes it now. */
static void long_values_remove_what_they_made(void **state)
{
    (void)state;
    promlet_counter_family *family = new_counters();
    promlet_counter_inc_by(family, "123456");
    set_limit(4);
    promlet_counter_inc_by(family, "12345");
    assert_int_equal(promlet_family_remove(family, "123456"), PROMLET_OK);
    assert_true(is_shown(registry, "jobs_total{key=\"1234\"}"));
    assert_int_equal(promlet_family_remove(family, "123456"), PROMLET_OK);
    assert_false(is_shown(registry, "jobs_total{key=\"1234\"}"));
    set_limit(0);
    promlet_counter_inc_by(family, "123456");
    set_limit(4);
    promlet_counter_inc_by(family, "12345");
    promlet_counter_inc_by(family, "123");
    assert_int_equal(promlet_family_remove_matching(family, PROMLET_LABEL_LIST({"key", "123456"})),
                     2);
    assert_int_equal(promlet_family_remove_matching(family, PROMLET_LABEL_LIST({"key", "1234567"})),
                     0);
    assert_true(is_shown(registry, "jobs_total{key=\"123\"}"));
}

static void cut_values_are_counted_anew_after_unregistering(void **state)
{
    (void)state;
    set_limit(4);
    promlet_counter_inc_by(new_counters(), "12345");
    assert_true(is_shown(registry, CUT_COUNT));
    assert_int_equal(promlet_registry_unregister(registry, "jobs_total"), PROMLET_OK);
    assert_false(is_shown(registry, CUT_COUNT));
    promlet_counter_inc_by(new_counters(), "12345");
    assert_value(registry, CUT_COUNT, 1);
}

/* ---- help texts ------------------------------------------------------------------------------ */

static void help_text_of_a_mebibyte_is_cut_between_characters(void **state)
{
    (void)state;
    enum { SIZE = 1 << 20 };
    char *help = malloc(SIZE + 1);
    assert_non_null(help);
    memset(help, 'h', SIZE);
    help[SIZE] = '\0';
    memcpy(help + PROMLET_MAX_HELP_BYTES - 1, "\xc3\xa9", 2);
    promlet_gauge_new(registry, &(promlet_opts){.name = "g", .help = help});
    assert_int_equal(heard.count, 1);
    assert_string_equal(heard.last, "g: its help text is longer than 4096 bytes and was cut there");
    help[PROMLET_MAX_HELP_BYTES - 1] = '\0';
    char expected[PROMLET_MAX_HELP_BYTES + 400];
    (void)snprintf(expected, sizeof expected,
                   "# HELP g %s\n# TYPE g gauge\ng 0\n"
                   "# HELP promlet_help_texts_cut_total Help texts that were cut, being too long.\n"
                   "# TYPE promlet_help_texts_cut_total counter\n"
                   "promlet_help_texts_cut_total{family=\"g\"} 1\n# EOF\n",
                   help);
    char *text = promlet_registry_get_metrics(registry);
    assert_string_equal(text, expected);
    promlet_free(text);
    free(help);
}

static void help_text_that_was_cut_is_forgotten_with_its_metric(void **state)
{
    (void)state;
    char help[PROMLET_MAX_HELP_BYTES + 2];
    memset(help, 'h', sizeof help - 1);
    help[sizeof help - 1] = '\0';
    promlet_gauge_new(registry, &(promlet_opts){.name = "g", .help = help});
    expect_sample("promlet_help_texts_cut_total{family=\"g\"}", 1);
    assert_int_equal(promlet_registry_unregister(registry, "g"), PROMLET_OK);
    assert_false(is_shown(registry, "promlet_help_texts_cut_total{family=\"g\"}"));
    promlet_gauge_new(registry, &(promlet_opts){.name = "promlet_help_me", .help = "Mine."});
    assert_int_equal(promlet_registry_status(registry, NULL), PROMLET_ERROR_NAME);
}

#define CUT_OF_CALLBACK "promlet_help_texts_cut_total{family=\"g\"}"

/* Frees itself in its own call, if it is given a place where it is. */
static double free_itself(void *ctx)
{
    promlet_collector **self = ctx;
    if (self != NULL) {
        promlet_collector_free(*self);
    }
    return 1;
}

static promlet_collector *new_verbose_callback(void *ctx)
{
    char help[PROMLET_MAX_HELP_BYTES + 2];
    memset(help, 'h', sizeof help - 1);
    help[sizeof help - 1] = '\0';
    return promlet_gauge_callback_new(registry, &(promlet_opts){.name = "g", .help = help},
                                      free_itself, ctx);
}

static void help_text_of_a_callback_is_counted_while_it_is_there(void **state)
{
    (void)state;
    promlet_collector *callback = new_verbose_callback(NULL);
    assert_int_equal(heard.count, 1);
    expect_sample(CUT_OF_CALLBACK, 1);
    expect_sample(CUT_OF_CALLBACK, 1);
    promlet_collector_free(callback);
    assert_false(is_shown(registry, CUT_OF_CALLBACK));
    callback = new_verbose_callback(NULL);
    expect_sample(CUT_OF_CALLBACK, 1);
    promlet_collector_free(callback);
    promlet_gauge_new(registry, &(promlet_opts){.name = "g", .help = "Short."});
    assert_false(is_shown(registry, CUT_OF_CALLBACK));
}

/* A callback of which the same scrape shows the last value. */
static void help_text_of_a_callback_that_ends_amid_a_scrape_is_forgotten(void **state)
{
    (void)state;
    promlet_collector *callback = NULL;
    callback = new_verbose_callback(&callback);
    expect_sample("g", 1);
    assert_false(is_shown(registry, CUT_OF_CALLBACK));
    assert_false(is_shown(registry, "g"));
}

static promlet_status collect_verbosely(promlet_emitter *emitter, void *ctx)
{
    static char help[PROMLET_MAX_HELP_BYTES + 2];
    memset(help, 'h', sizeof help - 1);
    size_t *names = ctx;
    for (size_t i = 0; i < *names; i++) {
        char name[32];
        (void)snprintf(name, sizeof name, "g%zu", i);
        promlet_emit_family(
            emitter, &(promlet_emit_opts){.name = name, .help = help, .type = PROMLET_TYPE_GAUGE});
        promlet_emit_u64(emitter, 1);
    }
    return PROMLET_OK;
}

/* They are given anew at each scrape. */
static void help_texts_of_a_collector_are_counted(void **state)
{
    (void)state;
    static const char count[] = "promlet_collector_help_texts_cut_total{collector=\"verbose\"}";
    size_t names = 0;
    promlet_collector_new(
        registry,
        &(promlet_collector_opts){.name = "verbose", .collect = collect_verbosely, .ctx = &names});
    assert_false(is_shown(registry, count));
    char *text = promlet_registry_get_metrics(registry);
    assert_null(strstr(text, "help_texts"));
    promlet_free(text);
    names = 2;
    expect_sample(count, 2);
    expect_sample(count, 4);
    assert_int_equal(heard.count, 0);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, begin, end)
    const struct CMUnitTest tests[] = {
        TEST(value_beyond_the_limit_is_cut),
        TEST(value_of_a_mebibyte_is_cut_between_characters),
        TEST(value_limit_is_chosen_by_the_registry),
        TEST(long_values_remove_what_they_made),
        TEST(cut_values_are_counted_anew_after_unregistering),
        TEST(help_text_of_a_mebibyte_is_cut_between_characters),
        TEST(help_text_that_was_cut_is_forgotten_with_its_metric),
        TEST(help_text_of_a_callback_is_counted_while_it_is_there),
        TEST(help_text_of_a_callback_that_ends_amid_a_scrape_is_forgotten),
        TEST(help_texts_of_a_collector_are_counted),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
