/* SPDX-License-Identifier: Apache-2.0 */
/* Tests of how the metrics of the process come into registries, and leave them. */
#include "support/heard_log.h"
#include "support/process.h"

#include <pthread.h>

static void default_registry_shows_them_until_they_are_unregistered(void **state)
{
    (void)state;
    int before = count_open();
    assert_int_equal(promlet_process_metrics_register(NULL, NULL), PROMLET_OK);
    char *text = promlet_get_metrics();
    assert_true(is_shown(text, "process_open_fds"));
    promlet_free(text);
    assert_int_equal(promlet_process_metrics_unregister(NULL), PROMLET_OK);
    text = promlet_get_metrics();
    assert_null(strstr(text, "process_"));
    promlet_free(text);
    assert_int_equal(count_open(), before);
    assert_int_equal(promlet_process_metrics_unregister(NULL), PROMLET_ERROR_NOT_FOUND);
    assert_string_equal(promlet_last_error(), "the metrics of the process are not registered");
}

static void same_options_again_change_nothing(void **state)
{
    (void)state;
    char version[] = "1.0";
    const promlet_process_opts options = {.io = true, .version = version};
    promlet_registry *registry = registry_with_process(&options);
    (void)promlet_set_last_error(PROMLET_OK, "");
    int before = count_open();
    for (int i = 0; i < 3; i++) {
        const promlet_process_opts same = {.io = true, .version = "1.0"};
        assert_int_equal(promlet_process_metrics_register(registry, &same), PROMLET_OK);
    }
    assert_int_equal(count_open(), before);
    assert_string_equal(promlet_last_error(), "");
    version[0] = '2'; /* it was copied */
    assert_true(shown_value(registry, "build_info{version=\"1.0\"}") == 1);
    assert_int_equal(promlet_process_metrics_unregister(registry), PROMLET_OK);
    assert_int_equal(promlet_process_metrics_unregister(registry), PROMLET_ERROR_NOT_FOUND);
    promlet_registry_free(registry);
}

static void other_options_are_a_conflict(void **state)
{
    (void)state;
    static const promlet_process_opts others[] = {
        {.context_switches = true}, {.page_faults = true},    {.io = true},
        {.peak_memory = true},      {.pressure = true},       {.cgroup = true},
        {.allocator = true},        {.no_heap = true},        {.version = "1"},
        {.revision = "1"},          {.service_name = "shop"}, {.resource_attributes = "a=b"},
    };
    promlet_registry *registry = registry_with_process(NULL);
    int before = count_open();
    for (size_t i = 0; i < COUNT_OF(others); i++) {
        assert_int_equal(promlet_process_metrics_register(registry, &others[i]),
                         PROMLET_ERROR_CONFLICT);
        assert_string_equal(promlet_last_error(),
                            "the metrics of the process are registered with other options already; "
                            "unregister them first");
    }
    assert_int_equal(count_open(), before);
    expect_status(registry, PROMLET_ERROR_CONFLICT,
                  "the metrics of the process are registered with other options already; "
                  "unregister them first");
    for (size_t i = 0; i < COUNT_OF(others); i++) {
        assert_int_equal(promlet_process_metrics_unregister(registry), PROMLET_OK);
        assert_int_equal(promlet_process_metrics_register(registry, &others[i]), PROMLET_OK);
        assert_true(shown_value(registry, "process_threads") >= 1);
    }
    promlet_registry_free(registry);
}

static void longer_options_that_say_nothing_more_are_taken(void **state)
{
    (void)state;
    struct {
        promlet_process_opts known;
        void *later[2];
    } options = {{.peak_memory = true}, {NULL, NULL}};
    promlet_registry *registry = new_registry();
    assert_int_equal(
        promlet_process_metrics_register_sized(registry, &options.known, sizeof options),
        PROMLET_OK);
    assert_true(shown_value(registry, "process_resident_memory_peak_bytes") > 0);
    options.later[1] = &options;
    assert_int_equal(
        promlet_process_metrics_register_sized(registry, &options.known, sizeof options),
        PROMLET_ERROR_ARGUMENT);
    promlet_registry_free(registry);
}

static void each_registry_has_its_own(void **state)
{
    (void)state;
    int before = count_open();
    promlet_registry *first = registry_with_process(NULL);
    promlet_registry *second = registry_with_process(&(promlet_process_opts){.no_heap = true});
    assert_int_equal(count_open(), before + 2);
    assert_true(shown_value(first, "process_threads") >= 1);
    promlet_registry_free(first);
    assert_int_equal(count_open(), before + 1);
    assert_true(shown_value(second, "process_threads") >= 1);
    promlet_registry_free(second);
    assert_int_equal(count_open(), before);
}

static void snapshot_outlives_them(void **state)
{
    (void)state;
    int before = count_open();
    promlet_registry *registry = registry_with_process(NULL);
    promlet_snapshot *snapshot = promlet_snapshot_take(registry);
    assert_non_null(snapshot);
    assert_int_equal(promlet_process_metrics_unregister(registry), PROMLET_OK);
    promlet_registry_free(registry);
    char *text = promlet_snapshot_string(snapshot, PROMLET_FORMAT_TEXT_0_0_4, NULL);
    assert_true(is_shown(text, "process_threads"));
    promlet_free(text);
    promlet_snapshot_release(snapshot);
    assert_int_equal(count_open(), before);
}

/* ---- names and labels ------------------------------------------------------------------------ */

static void registry_adds_its_labels_but_no_prefix(void **state)
{
    (void)state;
    promlet_registry *registry = new_registry();
    const promlet_registry_opts options = {
        .prefix = "shop_", .const_labels = {{"zone", "eu"}, {"service_version", "7"}}};
    assert_int_equal(promlet_registry_configure(registry, &options), PROMLET_OK);
    const promlet_process_opts process = {.version = "1.2",
                                          .service_name = "shop",
                                          .resource_attributes = "service.version=6,zone=a"};
    assert_int_equal(promlet_process_metrics_register(registry, &process), PROMLET_OK);
    char *text = text_of(registry);
    keep_document("process_prefix", text, NULL);
    assert_true(is_shown(text, "process_threads{zone=\"eu\",service_version=\"7\"}"));
    assert_true(
        is_shown(text, "shop_build_info{zone=\"eu\",service_version=\"7\",version=\"1.2\"}"));
    /* What the registry says is not said twice. */
    assert_true(
        is_shown(text, "target_info{zone=\"eu\",service_version=\"7\",service_name=\"shop\"}"));
    promlet_free(text);
    promlet_registry_free(registry);
}

static void metric_of_the_user_keeps_its_name(void **state)
{
    (void)state;
    struct heard_log heard;
    start_to_hear(&heard);
    promlet_registry *registry = new_registry();
    promlet_gauge_set(
        promlet_gauge_new(registry, &(promlet_opts){.name = "process_threads", .help = "Threads."}),
        -5);
    assert_int_equal(promlet_process_metrics_register(registry, NULL), PROMLET_OK);
    char *text = text_of(registry);
    assert_true(is_shown(text, "process_open_fds"));
    assert_true(sample_value(text, "process_threads") == -5);
    assert_true(is_shown(text, "promlet_collector_success{collector=\"promlet_process\"}"));
    assert_true(
        sample_value(text, "promlet_collector_failures_total{collector=\"promlet_process\"}") == 1);
    promlet_free(text);
    assert_int_equal(heard.count, 1);
    assert_string_equal(heard.last, "collector promlet_process: process_threads: another metric or "
                                    "collector has the name process_threads");
    stop_to_hear();
    promlet_registry_free(registry);
}

static promlet_status emit_nothing(promlet_emitter *emitter, void *ctx)
{
    (void)emitter;
    (void)ctx;
    return PROMLET_OK;
}

static void collector_of_that_name_is_a_conflict(void **state)
{
    (void)state;
    promlet_registry *registry = new_registry();
    (void)promlet_collector_new(
        registry, &(promlet_collector_opts){.name = "promlet_process", .collect = emit_nothing});
    assert_int_equal(promlet_process_metrics_register(registry, NULL), PROMLET_ERROR_CONFLICT);
    assert_int_equal(promlet_process_metrics_unregister(registry), PROMLET_ERROR_NOT_FOUND);
    promlet_registry_free(registry);
}

static void filter_asks_for_them_only_if_they_are_wanted(void **state)
{
    (void)state;
    promlet_registry *registry = registry_with_process(&(promlet_process_opts){.version = "1"});
    static const struct {
        const char *wanted;
        const char *shown; /* NULL: nothing */
    } cases[] = {
        {"process_threads", "process_threads"},
        {"process_cpu_seconds_total", "process_cpu_seconds_total"},
        {"build_info", "build_info{version=\"1\"}"},
        {"target_info", NULL},
        {"http_requests_total", NULL},
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        const promlet_filter filter = {.names = &cases[i].wanted, .name_count = 1};
        promlet_snapshot *snapshot = promlet_snapshot_take_filtered(registry, &filter);
        char *text = promlet_snapshot_string(snapshot, PROMLET_FORMAT_TEXT_0_0_4, NULL);
        assert_true(cases[i].shown != NULL ? is_shown(text, cases[i].shown) : text[0] == '\0');
        promlet_free(text);
        promlet_snapshot_release(snapshot);
    }
    promlet_registry_free(registry);
}

/* ---- threads --------------------------------------------------------------------------------- */

static void *register_and_scrape(void *ctx)
{
    promlet_registry *registry = ctx;
    for (int i = 0; i < 50; i++) {
        promlet_status status = promlet_process_metrics_register(registry, NULL);
        /* Another thread may be unregistering them. */
        assert_true(status == PROMLET_OK || status == PROMLET_ERROR_CONFLICT);
        promlet_free(promlet_registry_get_metrics(registry));
        status = promlet_process_metrics_unregister(registry);
        assert_true(status == PROMLET_OK || status == PROMLET_ERROR_NOT_FOUND);
    }
    return NULL;
}

static void threads_may_register_and_unregister_at_once(void **state)
{
    (void)state;
    enum { THREADS = 3 };
    pthread_t threads[THREADS];
    int before = count_open();
    promlet_registry *registry = new_registry();
    for (int i = 0; i < THREADS; i++) {
        assert_int_equal(pthread_create(&threads[i], NULL, register_and_scrape, registry), 0);
    }
    for (int i = 0; i < THREADS; i++) {
        assert_int_equal(pthread_join(threads[i], NULL), 0);
    }
    assert_int_equal(promlet_process_metrics_unregister(registry), PROMLET_ERROR_NOT_FOUND);
    promlet_registry_free(registry);
    assert_int_equal(count_open(), before);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(default_registry_shows_them_until_they_are_unregistered),
        cmocka_unit_test(same_options_again_change_nothing),
        cmocka_unit_test(other_options_are_a_conflict),
        cmocka_unit_test(longer_options_that_say_nothing_more_are_taken),
        cmocka_unit_test(each_registry_has_its_own),
        cmocka_unit_test(snapshot_outlives_them),
        cmocka_unit_test(registry_adds_its_labels_but_no_prefix),
        cmocka_unit_test(metric_of_the_user_keeps_its_name),
        cmocka_unit_test(collector_of_that_name_is_a_conflict),
        cmocka_unit_test(filter_asks_for_them_only_if_they_are_wanted),
        cmocka_unit_test(threads_may_register_and_unregister_at_once),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
