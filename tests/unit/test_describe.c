/* SPDX-License-Identifier: Apache-2.0 */
/* Tests of promlet_registry_describe(): what it tells of each kind of metric, and of which ones. */
#include "support/expect.h"

PROMLET_STATIC_GAUGE(at_file_scope, "describe_static_depth", "A gauge at file scope.");

/* ---- as text --------------------------------------------------------------------------------- */

static char heard[4096];

/* A line a metric: type, name, labels, unit, help, and what it has. */
static void hear(const promlet_description *description, void *ctx)
{
    size_t size = strlen(heard);
    size += (size_t)snprintf(heard + size, sizeof heard - size, "%s %s{", description->type,
                             description->name);
    for (size_t i = 0; i < description->label_count; i++) {
        size += (size_t)snprintf(heard + size, sizeof heard - size, "%s%s", i > 0 ? "," : "",
                                 description->labels[i]);
    }
    (void)snprintf(heard + size, sizeof heard - size, "} %s \"%s\"%s%s%s\n", description->unit,
                   description->help, description->has_classic_buckets ? " classic" : "",
                   description->has_native_buckets ? " native" : "",
                   description->has_quantiles ? " quantiles" : "");
    (void)ctx;
}

static void expect_descriptions(promlet_registry *registry, promlet_escaping escaping,
                                const char *expected)
{
    heard[0] = '\0';
    assert_int_equal(promlet_registry_describe(registry, escaping, hear, NULL), PROMLET_OK);
    assert_string_equal(heard, expected);
}

/* ---- what is told ---------------------------------------------------------------------------- */

static void describe_tells_of_each_kind_without_series(void **state)
{
    (void)state;
    promlet_registry *registry = new_registry();
    promlet_counter_family_new(
        registry,
        &(promlet_opts){.name = "a_total", .help = "A.", .labels = {"x", "y"}, .no_lint = true});
    promlet_gauge_family_new(registry, &(promlet_opts){.name = "b_bytes", .unit = "bytes"});
    promlet_histogram_family_new(registry, &(promlet_opts){.name = "c", .labels = {"x"}});
    promlet_histogram_new(registry, &(promlet_opts){.name = "d", .native_factor = 1.1});
    promlet_histogram_new(registry,
                          &(promlet_opts){.name = "e", .native_factor = 1.1, .native_only = true});
    static const double none[1];
    promlet_histogram_new(registry, &(promlet_opts){.name = "f", .bounds = none});
    promlet_summary_family_new(registry, &(promlet_opts){.name = "g", .labels = {"x"}});
    promlet_summary_new(registry, &(promlet_opts){.name = "h", PROMLET_QUANTILES(0.5)});
    promlet_info_family_new(registry, &(promlet_opts){.name = "i", .labels = {"x"}});
    promlet_state_set_new(registry, &(promlet_opts){.name = "j", PROMLET_STATES("on", "off")});
    promlet_unknown_new(registry, &(promlet_opts){.name = "k"});
    expect_descriptions(registry, PROMLET_ESCAPING_NONE_ASKED,
                        "counter a_total{x,y}  \"A.\"\n"
                        "gauge b_bytes{} bytes \"\"\n"
                        "histogram c{x}  \"\" classic\n"
                        "histogram d{}  \"\" classic native\n"
                        "histogram e{}  \"\" native\n"
                        "histogram f{}  \"\"\n"
                        "summary g{x}  \"\"\n"
                        "summary h{}  \"\" quantiles\n"
                        "info i_info{x}  \"\"\n"
                        "stateset j{}  \"\"\n"
                        "unknown k{}  \"\"\n");
    promlet_registry_free(registry);
}

static void describe_tells_of_prefix_but_not_of_constant_labels(void **state)
{
    (void)state;
    promlet_registry *registry = new_registry();
    promlet_registry_configure(
        registry, &(promlet_registry_opts){.prefix = "app_", .const_labels = {{"zone", "a"}}});
    promlet_gauge_family_new(
        registry, &(promlet_opts){.name = "depth", .labels = {"x"}, .const_labels = {{"y", "b"}}});
    expect_descriptions(registry, PROMLET_ESCAPING_NONE_ASKED, "gauge app_depth{x}  \"\"\n");
    promlet_registry_free(registry);
}

static void describe_gives_names_as_they_are_asked_for(void **state)
{
    (void)state;
    promlet_registry *registry = new_registry();
    promlet_registry_configure(registry, &(promlet_registry_opts){.utf8_names = true});
    promlet_gauge_family_new(registry, &(promlet_opts){.name = "a.b", .labels = {"x.y", "plain"}});
    expect_descriptions(registry, PROMLET_ESCAPING_NONE_ASKED, "gauge a_b{x_y,plain}  \"\"\n");
    expect_descriptions(registry, PROMLET_ESCAPING_UNDERSCORES, "gauge a_b{x_y,plain}  \"\"\n");
    expect_descriptions(registry, PROMLET_ESCAPING_DOTS, "gauge a_dot_b{x_dot_y,plain}  \"\"\n");
    expect_descriptions(registry, PROMLET_ESCAPING_VALUES,
                        "gauge U__a_2E_b{U__x_2E_y,plain}  \"\"\n");
    expect_descriptions(registry, PROMLET_ESCAPING_ALLOW_UTF8, "gauge a.b{x.y,plain}  \"\"\n");
    promlet_registry_free(registry);
}

static void describe_finds_metrics_at_file_scope_before_the_first_scrape(void **state)
{
    (void)state;
    promlet_gauge_set(at_file_scope, 1);
    heard[0] = '\0';
    assert_int_equal(promlet_registry_describe(NULL, PROMLET_ESCAPING_NONE_ASKED, hear, NULL),
                     PROMLET_OK);
    assert_non_null(strstr(heard, "gauge describe_static_depth{}  \"A gauge at file scope.\"\n"));
}

/* ---- callbacks and collectors ---------------------------------------------------------------- */

static double one(void *ctx)
{
    (void)ctx;
    return 1;
}

static promlet_status busy_status;

static promlet_status collect(promlet_emitter *emitter, void *ctx)
{
    static const double bounds[] = {1};
    static const uint64_t counts[] = {1, 2};
    busy_status = promlet_registry_describe(ctx, PROMLET_ESCAPING_NONE_ASKED, hear, NULL);
    promlet_emit_family(emitter, &(promlet_emit_opts){.name = "e_taken"});
    promlet_emit_family(
        emitter, &(promlet_emit_opts){
                     .name = "d_new", .help = "D.", .type = PROMLET_TYPE_COUNTER, .labels = {"x"}});
    promlet_emit_value(emitter, 1, "a");
    promlet_emit_family(
        emitter, &(promlet_emit_opts){.name = "a_new", .type = PROMLET_TYPE_GAUGE_HISTOGRAM});
    promlet_emit_histogram(emitter, &(promlet_emit_histogram_data){
                                        .bounds = bounds, .bound_count = 1, .counts = counts});
    return promlet_emit_family(emitter,
                               &(promlet_emit_opts){.name = "b_new", .type = PROMLET_TYPE_SUMMARY});
}

static void describe_tells_of_what_is_collected_among_the_others(void **state)
{
    (void)state;
    promlet_registry *registry = new_registry();
    promlet_registry_configure(registry, &(promlet_registry_opts){.hide_self_metrics = true});
    promlet_gauge_new(registry, &(promlet_opts){.name = "e_taken"});
    promlet_gauge_callback_new(registry, &(promlet_opts){.name = "c_asked"}, one, NULL);
    promlet_collector_new(registry, &(promlet_collector_opts){
                                        .name = "of a test", .collect = collect, .ctx = registry});
    expect_descriptions(registry, PROMLET_ESCAPING_NONE_ASKED,
                        "gaugehistogram a_new{}  \"\" classic\n"
                        "summary b_new{}  \"\" quantiles\n"
                        "gauge c_asked{}  \"\"\n"
                        "counter d_new_total{x}  \"D.\"\n"
                        "gauge e_taken{}  \"\"\n");
    assert_int_equal(busy_status, PROMLET_ERROR_BUSY);
    promlet_registry_free(registry);
}

static promlet_status collect_nothing(promlet_emitter *emitter, void *ctx)
{
    (void)emitter;
    (void)ctx;
    return PROMLET_OK;
}

static void describe_leaves_out_what_has_never_happened(void **state)
{
    (void)state;
    promlet_registry *registry = new_registry();
    promlet_collector_new(registry,
                          &(promlet_collector_opts){.name = "well", .collect = collect_nothing});
    expect_descriptions(registry, PROMLET_ESCAPING_NONE_ASKED,
                        "gauge promlet_collector_duration_seconds{collector} seconds "
                        "\"How long the collector took in this scrape.\"\n"
                        "gauge promlet_collector_success{collector}  "
                        "\"Whether the collector worked in this scrape.\"\n");
    promlet_registry_free(registry);
}

/* What the function may do: declare, unregister, scrape, describe. */
static void use_registry(const promlet_description *description, void *ctx)
{
    static bool is_within;
    if (!is_within) {
        is_within = true;
        promlet_gauge_new(ctx, &(promlet_opts){.name = "added"});
        (void)promlet_registry_unregister(ctx, "b");
        assert_int_equal(
            promlet_registry_describe(ctx, PROMLET_ESCAPING_NONE_ASKED, use_registry, ctx),
            PROMLET_OK);
        (void)scraped_value(ctx, "a");
        is_within = false;
    }
    hear(description, NULL);
}

static void describe_function_may_use_the_registry(void **state)
{
    (void)state;
    promlet_registry *registry = new_registry();
    promlet_gauge_new(registry, &(promlet_opts){.name = "a"});
    promlet_gauge_new(registry, &(promlet_opts){.name = "b"});
    heard[0] = '\0';
    assert_int_equal(
        promlet_registry_describe(registry, PROMLET_ESCAPING_NONE_ASKED, use_registry, registry),
        PROMLET_OK);
    assert_non_null(strstr(heard, "gauge a{}"));
    promlet_registry_free(registry);
}

static void describe_of_an_empty_registry_tells_nothing(void **state)
{
    (void)state;
    promlet_registry *registry = new_registry();
    expect_descriptions(registry, PROMLET_ESCAPING_NONE_ASKED, "");
    promlet_registry_free(registry);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(describe_tells_of_each_kind_without_series),
        cmocka_unit_test(describe_tells_of_prefix_but_not_of_constant_labels),
        cmocka_unit_test(describe_gives_names_as_they_are_asked_for),
        cmocka_unit_test(describe_finds_metrics_at_file_scope_before_the_first_scrape),
        cmocka_unit_test(describe_tells_of_what_is_collected_among_the_others),
        cmocka_unit_test(describe_leaves_out_what_has_never_happened),
        cmocka_unit_test(describe_function_may_use_the_registry),
        cmocka_unit_test(describe_of_an_empty_registry_tells_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
