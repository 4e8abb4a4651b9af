/* SPDX-License-Identifier: Apache-2.0 */
/* Tests of names that change hands while a scrape runs: each is shown once at most. */
#include "support/expect.h"

/* A callback that makes room for others. */
struct leaving {
    promlet_registry *registry;
    promlet_collector *self;
};

static double answer_and_leave(void *ctx)
{
    struct leaving *leaving = ctx;
    promlet_collector_free(leaving->self);
    return 1;
}

static void add_leaving(struct leaving *leaving, promlet_registry *registry, const char *name)
{
    leaving->registry = registry;
    leaving->self = promlet_gauge_callback_new(
        registry, &(promlet_opts){.name = name, .help = "Old."}, answer_and_leave, leaving);
}

static promlet_status declare_depth(promlet_emitter *emitter, void *ctx)
{
    (void)emitter;
    promlet_registry *registry = ctx;
    promlet_gauge_set(promlet_gauge_new(registry, &(promlet_opts){.name = "depth", .help = "New."}),
                      2);
    return promlet_registry_status(registry, NULL);
}

static promlet_status emit_depth(promlet_emitter *emitter, void *ctx)
{
    (void)ctx;
    (void)promlet_emit_family(
        emitter, &(promlet_emit_opts){.name = "depth", .help = "New.", .type = PROMLET_TYPE_GAUGE});
    return promlet_emit_value(emitter, 2);
}

static size_t count_of(const char *text, const char *wanted)
{
    size_t count = 0;
    for (; (text = strstr(text, wanted)) != NULL; text++) {
        count++;
    }
    return count;
}

static void expect_one_depth(promlet_registry *registry, double value)
{
    char *text = promlet_registry_get_metrics(registry);
    assert_int_equal(count_of(text, "# TYPE depth gauge\n"), 1);
    assert_int_equal(count_of(text, "\ndepth "), 1);
    assert_true(sample_value(text, "depth") == value);
    promlet_free(text);
}

static void declare_with_name_of_callback_that_just_left_shows_once(void **state)
{
    (void)state;
    promlet_registry *registry = new_registry();
    struct leaving leaving;
    add_leaving(&leaving, registry, "depth");
    promlet_collector_new(registry, &(promlet_collector_opts){
                                        .name = "late", .collect = declare_depth, .ctx = registry});
    expect_one_depth(registry, 2);
    expect_one_depth(registry, 2);
    promlet_registry_free(registry);
}

static void emit_with_name_of_callback_that_just_left_shows_once(void **state)
{
    (void)state;
    promlet_registry *registry = new_registry();
    struct leaving leaving;
    add_leaving(&leaving, registry, "depth");
    promlet_collector_new(registry,
                          &(promlet_collector_opts){.name = "late", .collect = emit_depth});
    expect_one_depth(registry, 2);
    expect_one_depth(registry, 2);
    promlet_registry_free(registry);
}

static double free_registry(void *ctx)
{
    promlet_registry_free(ctx);
    return 1;
}

static void free_of_registry_in_its_own_callback_is_refused(void **state)
{
    (void)state;
    promlet_registry *registry = new_registry();
    promlet_gauge_callback_new(registry, &(promlet_opts){.name = "depth", .help = "Depth."},
                               free_registry, registry);
    expect_one_depth(registry, 1);
    assert_string_equal(promlet_last_error(),
                        "a registry can't be freed in a callback or collector of its own");
    promlet_registry_free(registry);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(declare_with_name_of_callback_that_just_left_shows_once),
        cmocka_unit_test(emit_with_name_of_callback_that_just_left_shows_once),
        cmocka_unit_test(free_of_registry_in_its_own_callback_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
