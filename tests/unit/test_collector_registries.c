/* SPDX-License-Identifier: Apache-2.0 */
/* Tests of one collector's function in several registries, and of registries without it. */
#include "support/expect.h"
#include "support/strict_text.h"

static promlet_status emit_depth(promlet_emitter *emitter, void *ctx)
{
    promlet_emit_family(emitter, &(promlet_emit_opts){.name = "depth",
                                                      .help = "Depth of the queue.",
                                                      .type = PROMLET_TYPE_GAUGE});
    return promlet_emit_value(emitter, *(const double *)ctx);
}

/* -1: it is not shown. */
static long double depth_in(promlet_registry *registry)
{
    char *text = promlet_registry_get_metrics(registry);
    assert_non_null(text);
    long double value = strict_value(text, "depth");
    promlet_free(text);
    return value;
}

static promlet_collector *collect_in(promlet_registry *registry, double *depth)
{
    return promlet_collector_new(
        registry, &(promlet_collector_opts){.name = "queue", .collect = emit_depth, .ctx = depth});
}

static void one_function_collects_for_several_registries(void **state)
{
    (void)state;
    promlet_registry *first = new_registry();
    promlet_registry *second = new_registry();
    double depth = 3;
    promlet_collector *in_first = collect_in(first, &depth);
    promlet_collector *in_second = collect_in(second, &depth);
    assert_true(depth_in(first) == 3 && depth_in(second) == 3);
    assert_true(depth_in(NULL) == -1); /* the default registry has nothing to do with it */
    depth = 4;
    promlet_collector_free(in_first);
    assert_true(depth_in(first) == -1 && depth_in(second) == 4);
    promlet_collector_free(in_second);
    promlet_registry_free(first);
    promlet_registry_free(second);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(one_function_collects_for_several_registries),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
