/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Tests of the shared library: the program and an object that it links both link libpromlet.so, so
 * there is one default registry. A module of dlopen() that links it as well comes and goes.
 */
#include "modules/open_plugin.h"

PLUGIN_METRICS(program);

static void shared_library_sees_metrics_of_all_modules(void **state)
{
    (void)state;
    struct plugin linked = linked_metrics();
    struct open_plugin a = open_plugin(PLUGIN_A);
    promlet_counter_add_u64(jobs, 1);
    promlet_counter_add_u64(linked.jobs, 2);
    promlet_counter_add_u64(a.metrics.jobs, 4);
    promlet_counter_inc(own_jobs);
    promlet_gauge_set(depth, 3);
    promlet_gauge_set(a.metrics.depth, 5);
    promlet_histogram_observe(seconds, 1);
    promlet_histogram_observe(linked.seconds, 20);
    static const char expected[] = "# HELP everywhere_depth Depth of all modules.\n"
                                   "# TYPE everywhere_depth gauge\n"
                                   "everywhere_depth 8\n"
                                   "# HELP everywhere_jobs_total Jobs of all modules.\n"
                                   "# TYPE everywhere_jobs_total counter\n"
                                   "everywhere_jobs_total 7\n"
                                   "# HELP everywhere_seconds Time of all modules.\n"
                                   "# TYPE everywhere_seconds histogram\n"
                                   "everywhere_seconds_bucket{le=\"1.0\"} 1\n"
                                   "everywhere_seconds_bucket{le=\"10.0\"} 1\n"
                                   "everywhere_seconds_bucket{le=\"+Inf\"} 2\n"
                                   "everywhere_seconds_sum 21\n"
                                   "everywhere_seconds_count 2\n"
                                   "# HELP linked_jobs_total Jobs of one module.\n"
                                   "# TYPE linked_jobs_total counter\n"
                                   "linked_jobs_total 0\n"
                                   "# HELP parts_total Parts of modules in C.\n"
                                   "# TYPE parts_total counter\n"
                                   "parts_total 0\n"
                                   "# HELP plugin_a_jobs_total Jobs of one module.\n"
                                   "# TYPE plugin_a_jobs_total counter\n"
                                   "plugin_a_jobs_total 0\n"
                                   "# HELP program_jobs_total Jobs of one module.\n"
                                   "# TYPE program_jobs_total counter\n"
                                   "program_jobs_total 1\n"
                                   "# EOF\n";
    expect_metrics(NULL, "shared_library", NULL, expected);
    close_module(a.module, PLUGIN_A);
    assert_int_equal((int)scraped_value(NULL, EVERYWHERE_JOBS), 7);
    assert_int_equal((int)scraped_value(NULL, EVERYWHERE_DEPTH), 3);
    expect_status(NULL, PROMLET_OK, "");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(shared_library_sees_metrics_of_all_modules),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
