/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The metrics of the process while each request for memory is refused in turn, once and from there
 * on. Each time nothing is left over, and what follows is whole.
 */
#include "support/allocations.h"
#include "support/process.h"

#define MOST_FAULT_POINTS 10000

static const promlet_process_opts options = {
    .context_switches = true,
    .page_faults = true,
    .io = true,
    .peak_memory = true,
    .pressure = true,
    .cgroup = true,
    .allocator = true,
    .version = "1",
    .revision = "2",
    .service_name = "shop",
    .resource_attributes = "a.b=1,a_b=2,c=%20",
};

/* This program's allocator is not glibc's. */
static bool is_whole(const char *text)
{
    return strstr(text, "heap") == NULL && strstr(text, "malloc_") == NULL &&
           is_shown(text, "process_cpu_seconds_total") && is_shown(text, "process_threads") &&
           is_shown(text, "build_info{version=\"1\",revision=\"2\"}") &&
           is_shown(text, "target_info{a_b=\"1;2\",c=\" \",service_name=\"shop\"}");
}

/* True when everything was done with no request refused. */
static bool is_through_with(long n, bool on)
{
    long alive = atomic_load(&allocations_alive);
    int before = count_open();
    promlet_process_opts from_env = options;
    promlet_registry *registry = new_registry();
    allocations_refuse(n, on);
    promlet_status environment = promlet_process_options_from_env(&from_env);
    promlet_status status = promlet_process_metrics_register(registry, &options);
    char *text = promlet_registry_get_metrics(registry);
    bool was_refused = atomic_load(&allocations_asked) >= n;
    allocations_refuse(0, false);
    assert_true(status == PROMLET_OK || (was_refused && status == PROMLET_ERROR_MEMORY));
    assert_true(environment == PROMLET_OK || (was_refused && environment == PROMLET_ERROR_MEMORY));
    assert_true(was_refused || (text != NULL && is_whole(text)));
    promlet_free(text);
    assert_int_equal(promlet_process_metrics_register(registry, &options), PROMLET_OK);
    text = text_of(registry);
    assert_true(is_whole(text));
    promlet_free(text);
    promlet_registry_free(registry);
    assert_int_equal(atomic_load(&allocations_alive), alive);
    assert_int_equal(count_open(), before);
    return !was_refused;
}

static void process_without_memory_loses_nothing(void **state)
{
    (void)state;
    assert_int_equal(setenv("OTEL_RESOURCE_ATTRIBUTES", "a=b", 1), 0);
    for (int on = 0; on < 2; on++) {
        long n = 1;
        while (!is_through_with(n, on == 1)) {
            n++;
            assert_true(n < MOST_FAULT_POINTS);
        }
        print_message("%ld requests\n", n - 1);
    }
}

int main(void)
{
    make_what_lasts();
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(process_without_memory_loses_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
