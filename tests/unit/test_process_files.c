/* SPDX-License-Identifier: Apache-2.0 */
/* Tests of what is read of /proc and of cgroups, with a folder in their place, where files say what
   no test could make a kernel say. */
#include "support/heard_log.h"
#include "support/process.h"

#include "collect/process_start.h"

#include <math.h>

/* ---- status ---------------------------------------------------------------------------------- */

static void without_proc_the_rest_is_shown(void **state)
{
    (void)state;
    struct heard_log heard;
    start_to_hear(&heard);
    int before = count_open();
    promlet_registry *registry =
        registry_with_process(&(promlet_process_opts){.context_switches = true,
                                                      .io = true,
                                                      .peak_memory = true,
                                                      .pressure = true,
                                                      .cgroup = true});
    for (int i = 0; i < 3; i++) {
        char *text = text_of(registry);
        keep_document("process_without_proc", text, NULL);
        assert_true(is_shown(text, "process_cpu_seconds_total"));
        assert_true(is_shown(text, "process_max_fds"));
        assert_true(is_shown(text, "process_context_switches_total{type=\"voluntary\"}"));
        static const char *const missing[] = {"open_fds",
                                              "virtual_memory_bytes",
                                              "resident",
                                              "start_time",
                                              "process_threads",
                                              "peak",
                                              "io_",
                                              "pressure",
                                              "cgroup",
                                              "promlet_",
                                              "nan",
                                              "NaN"};
        for (size_t j = 0; j < COUNT_OF(missing); j++) {
            assert_null(strstr(text, missing[j]));
        }
        promlet_free(text);
    }
    assert_int_equal(heard.count, 0);
    expect_status(registry, PROMLET_OK, "");
    stop_to_hear();
    promlet_registry_free(registry);
    assert_int_equal(count_open(), before);
}

static void status_is_read_however_long_its_lines_are(void **state)
{
    (void)state;
    static const size_t sizes[] = {0, 1, 4070, 4085, 4086, 4087, 4095, 4096, 4097, 8192, 100000};
    for (size_t i = 0; i < COUNT_OF(sizes); i++) {
        char *text = malloc(sizes[i] + 200);
        assert_non_null(text);
        size_t size = (size_t)sprintf(text, "FDSize:\t64\nGroups:\t");
        memset(text + size, '7', sizes[i]);
        (void)strcpy(text + size + sizes[i], "\nVmSize:\t    12 kB\nVmRSS:\t8 kB\nThreads:\t3");
        put("self/status", text);
        free(text);
        promlet_registry *registry = registry_with_process(NULL);
        assert_true(shown_value(registry, "process_virtual_memory_bytes") == 12 * 1024);
        assert_true(shown_value(registry, "process_resident_memory_bytes") == 8 * 1024);
        assert_true(shown_value(registry, "process_threads") == 3);
        promlet_registry_free(registry);
    }
}

static void values_that_are_no_numbers_are_left_out(void **state)
{
    (void)state;
    put("self/status", "VmSize:\t\nVmRSS:\t-1 kB\nThreads\t3\nThreads:\t99999999999999999999\n"
                       "VmRSSS:\t5 kB\nXVmSize:\t5 kB\nFDSize:\tx\n:\n\n \n");
    put("self/stat", "7 (a) R 1 2 3\n");
    put("self/io", "rchar: 5\nwchar: x\n");
    promlet_registry *registry = registry_with_process(&(promlet_process_opts){.io = true});
    char *text = text_of(registry);
    static const char *const missing[] = {"open_fds",   "virtual_memory_bytes", "resident",
                                          "start_time", "process_threads",      "io_"};
    for (size_t i = 0; i < COUNT_OF(missing); i++) {
        assert_null(strstr(text, missing[i]));
    }
    promlet_free(text);
    promlet_registry_free(registry);
}

/* ---- start ----------------------------------------------------------------------------------- */

static void start_is_found_behind_the_last_parenthesis(void **state)
{
    (void)state;
    static const char *const texts[] = {
        "7 (a) R 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 4217 20 21\n",
        "7 (a b) c) S (d) R 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 4217 20 21\n",
        "7 () R 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 4217",
        /* a line end in the name, from an old kernel */
        "7 (a) R 1 2 3 4 5 6 7 8 9\nb) R 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 4217 20\n",
    };
    double seconds_after_boot = 4217 / (double)sysconf(_SC_CLK_TCK);
    for (size_t i = 0; i < COUNT_OF(texts); i++) {
        put("self/stat", texts[i]);
        pml_process_start start = {.boot_seconds = 0};
        double seconds;
        assert_true(pml_process_start_seconds(&start, &seconds));
        assert_true(fabs(start.after_boot - seconds_after_boot) < 1e-9);
        assert_true(fabs(seconds - start.boot_seconds - seconds_after_boot) < 0.001);
    }
}

static void start_follows_a_clock_that_was_set_but_no_small_steps(void **state)
{
    (void)state;
    put("self/stat", "7 (a) R 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 4200 20 21\n");
    pml_process_start start = {.boot_seconds = 0};
    double first;
    double second;
    assert_true(pml_process_start_seconds(&start, &first));
    start.boot_seconds -= 59; /* as if the clock had been set since then */
    assert_true(pml_process_start_seconds(&start, &second));
    assert_true(fabs(second - (first - 59)) < 0.002);
    start.boot_seconds -= 1e9;
    assert_true(pml_process_start_seconds(&start, &second));
    assert_true(fabs(second - first) < 0.5);
}

/* ---- cgroups --------------------------------------------------------------------------------- */

static promlet_registry *registry_with_cgroup(void)
{
    return registry_with_process(&(promlet_process_opts){.cgroup = true, .pressure = true});
}

static void put_mounts(const char *format)
{
    char text[4096];
    char *at = text;
    for (const char *from = format; *from != '\0'; from++) {
        if (*from == '@') {
            at += sprintf(at, "%s", place);
        } else {
            *at++ = *from;
        }
    }
    *at = '\0';
    put("self/mountinfo", text);
}

static void limits_of_v2_are_the_least_on_the_way_up(void **state)
{
    (void)state;
    put_mounts("22 1 0:21 / /proc rw shared:1 - proc proc rw\n"
               "30 1 0:30 / @/cg\\040roup rw,nosuid shared:4 master:5 - cgroup2 cgroup2 rw\n"
               "31 1 0:30 / @/other rw - cgroup2 cgroup2 rw\n");
    put("self/cgroup", "0::/shop.slice/web.service/main\n");
    put("cg roup/shop.slice/web.service/main/memory.max", "max\n");
    put("cg roup/shop.slice/web.service/main/memory.current", "12345\n");
    put("cg roup/shop.slice/web.service/main/cpu.max", "max 100000\n");
    put("cg roup/shop.slice/web.service/main/cpu.stat",
        "usage_usec 5\nnr_throttled 2\nthrottled_usec 2500000\n");
    put("cg roup/shop.slice/web.service/main/pids.max", "max\n");
    put("cg roup/shop.slice/web.service/main/cpu.pressure",
        "some avg10=1.50 avg60=0.00 avg300=0.00 total=1500000\n"
        "full avg10=0.00 avg60=0.00 avg300=0.00 total=250000\n");
    put("cg roup/shop.slice/web.service/memory.max", "9000000\n");
    put("cg roup/shop.slice/web.service/cpu.max", "150000 100000\n");
    put("cg roup/shop.slice/memory.max", "8000000\n");
    put("cg roup/shop.slice/cpu.max", "200000 100000\n");
    put("pressure/io", "some avg10=0.00 avg60=0.00 avg300=0.00 total=7\n");
    promlet_registry *registry = registry_with_cgroup();
    char *text = text_of(registry);
    keep_document("process_cgroup", text, NULL);
    assert_true(sample_value(text, "process_cgroup_memory_max_bytes") == 8000000);
    assert_true(sample_value(text, "process_cgroup_memory_bytes") == 12345);
    assert_true(sample_value(text, "process_cgroup_max_cpus") == 1.5);
    assert_true(sample_value(text, "process_cgroup_cpu_throttled_seconds_total") == 2.5);
    assert_null(strstr(text, "process_cgroup_max_threads"));
    static const char *const pressures[] = {
        "waiting_seconds_total{scope=\"cgroup\",resource=\"cpu\"} 1.5\n",
        "stalled_seconds_total{scope=\"cgroup\",resource=\"cpu\"} 0.25\n",
        "waiting_seconds_total{scope=\"machine\",resource=\"io\"} 7e-06\n",
    };
    for (size_t i = 0; i < COUNT_OF(pressures); i++) {
        assert_non_null(strstr(text, pressures[i]));
    }
    assert_null(strstr(text, "resource=\"memory\""));
    promlet_free(text);
    /* It is moved. */
    put("self/cgroup", "0::/\n");
    put("cg roup/pids.max", "77\n");
    text = text_of(registry);
    assert_true(sample_value(text, "process_cgroup_max_threads") == 77);
    assert_false(is_shown(text, "process_cgroup_memory_max_bytes"));
    promlet_free(text);
    promlet_registry_free(registry);
}

static void limits_of_v1_are_found_by_controller(void **state)
{
    (void)state;
    put_mounts("30 1 0:30 /docker/7 @/v1/memory rw - cgroup cgroup rw,memory\n"
               "31 1 0:31 /docker/7 @/v1/cpu rw - cgroup cgroup rw,cpu,cpuacct\n"
               "32 1 0:32 / @/v1/pids rw - cgroup cgroup rw,pids\n"
               "33 1 0:33 / @/v1/systemd rw - cgroup cgroup rw,name=systemd\n");
    put("self/cgroup", "4:memory:/docker/7/sub\n3:cpuset:/\n2:cpu,cpuacct:/docker/7\n"
                       "1:pids:/a:b\n0::/docker/7\n");
    put("v1/memory/sub/memory.limit_in_bytes", "9223372036854771712\n");
    put("v1/memory/sub/memory.usage_in_bytes", "4096\n");
    put("v1/memory/memory.limit_in_bytes", "65536\n");
    put("v1/cpu/cpu.cfs_quota_us", "50000\n");
    put("v1/cpu/cpu.cfs_period_us", "100000\n");
    put("v1/cpu/cpu.stat", "nr_periods 4\nnr_throttled 2\nthrottled_time 1500000000\n");
    put("v1/pids/a:b/pids.max", "100\n");
    promlet_registry *registry = registry_with_cgroup();
    char *text = text_of(registry);
    assert_true(sample_value(text, "process_cgroup_memory_max_bytes") == 65536);
    assert_true(sample_value(text, "process_cgroup_memory_bytes") == 4096);
    assert_true(sample_value(text, "process_cgroup_max_cpus") == 0.5);
    assert_true(sample_value(text, "process_cgroup_cpu_throttled_seconds_total") == 1.5);
    assert_true(sample_value(text, "process_cgroup_max_threads") == 100);
    promlet_free(text);
    put("v1/cpu/cpu.cfs_quota_us", "-1\n");
    text = text_of(registry);
    assert_null(strstr(text, "max_cpus"));
    promlet_free(text);
    promlet_registry_free(registry);
}

static void controllers_of_both_versions_are_found_side_by_side(void **state)
{
    (void)state;
    put_mounts("30 1 0:30 / @/memory rw - cgroup cgroup rw,memory\n"
               "31 1 0:31 / @/unified rw - cgroup2 cgroup2 rw\n");
    put("self/cgroup", "4:memory:/a\n0::/b\n");
    put("memory/a/memory.limit_in_bytes", "65536\n");
    put("unified/b/memory.max", "1\n");
    put("unified/b/cpu.max", "100000 100000\n");
    promlet_registry *registry = registry_with_cgroup();
    char *text = text_of(registry);
    assert_true(sample_value(text, "process_cgroup_memory_max_bytes") == 65536);
    assert_true(sample_value(text, "process_cgroup_max_cpus") == 1);
    promlet_free(text);
    promlet_registry_free(registry);
}

/* As the kernel writes it for a process that is not below the root of its cgroup namespace. */
static void limits_of_cgroups_that_are_not_its_own_are_left_out(void **state)
{
    (void)state;
    put_mounts("31 1 0:31 / @/cgroup rw - cgroup2 cgroup2 rw\n");
    put("cgroup/memory.max", "65536\n");
    put("cgroup/pids.max", "7\n");
    put("cgroup/cpu.pressure", "some avg10=0.00 avg60=0.00 avg300=0.00 total=7\n");
    static const char *const outside[] = {"0::/..\n", "0::/../other\n", "0::/../../other\n"};
    for (size_t i = 0; i < COUNT_OF(outside); i++) {
        put("self/cgroup", outside[i]);
        promlet_registry *registry = registry_with_cgroup();
        char *text = text_of(registry);
        assert_null(strstr(text, "cgroup"));
        promlet_free(text);
        promlet_registry_free(registry);
    }
    put("self/cgroup", "0::/..name\n"); /* one that only begins so */
    promlet_registry *registry = registry_with_cgroup();
    assert_true(shown_value(registry, "process_cgroup_max_threads") == 7);
    promlet_registry_free(registry);
}

static void odd_mounts_and_cgroups_are_survived(void **state)
{
    (void)state;
    static const char *const mounts[] = {
        "",
        "\n",
        "1\n",
        "- - - - - - - - - -\n",
        "1 2 3 / @/x\n",
        "1 2 3 / @/x rw -\n",
        "1 2 3 / @/x rw - cgroup2\n",
        "1 2 3 / @/x rw - cgroup2 a\n",
        "1 2 3 / \\0 rw - cgroup2 a b\n",
        "1 2 3 /q @/x rw - cgroup2 a b\n",
        "1 2 3 / @/x rw - cgroup2 a b",
    };
    static const char *const cgroups[] = {"",     "\n",    "0\n",  "0:\n",        "0::\n",
                                          "::\n", ":::\n", "0::/", "0::/../..\n", "4:memory\n"};
    for (size_t i = 0; i < COUNT_OF(mounts); i++) {
        put_mounts(mounts[i]);
        for (size_t j = 0; j < COUNT_OF(cgroups); j++) {
            put("self/cgroup", cgroups[j]);
            promlet_registry *registry = registry_with_cgroup();
            char *text = text_of(registry);
            assert_null(strstr(text, "cgroup_"));
            promlet_free(text);
            promlet_registry_free(registry);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(without_proc_the_rest_is_shown, make_place, remove_place),
        cmocka_unit_test_setup_teardown(status_is_read_however_long_its_lines_are, make_place,
                                        remove_place),
        cmocka_unit_test_setup_teardown(values_that_are_no_numbers_are_left_out, make_place,
                                        remove_place),
        cmocka_unit_test_setup_teardown(start_is_found_behind_the_last_parenthesis, make_place,
                                        remove_place),
        cmocka_unit_test_setup_teardown(start_follows_a_clock_that_was_set_but_no_small_steps,
                                        make_place, remove_place),
        cmocka_unit_test_setup_teardown(limits_of_v2_are_the_least_on_the_way_up, make_place,
                                        remove_place),
        cmocka_unit_test_setup_teardown(limits_of_v1_are_found_by_controller, make_place,
                                        remove_place),
        cmocka_unit_test_setup_teardown(controllers_of_both_versions_are_found_side_by_side,
                                        make_place, remove_place),
        cmocka_unit_test_setup_teardown(limits_of_cgroups_that_are_not_its_own_are_left_out,
                                        make_place, remove_place),
        cmocka_unit_test_setup_teardown(odd_mounts_and_cgroups_are_survived, make_place,
                                        remove_place),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
