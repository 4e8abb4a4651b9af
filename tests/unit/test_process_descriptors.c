/* SPDX-License-Identifier: Apache-2.0 */
/* Tests of the descriptors that the metrics of the process keep: whose they are, and what becomes
   of them when the program closes descriptors, forks or runs another one. */
#include "support/process.h"

#include <stdlib.h>
#include <sys/resource.h>

/* ---- descriptors that the program closes ----------------------------------------------------- */

/* As a daemon does at its start, and then opens files of its own. */
static int close_all_and_go_on(void *ctx)
{
    (void)ctx;
    const promlet_process_opts options = {.io = true};
    promlet_registry *registry = registry_with_process(&options);
    promlet_registry *other = registry_with_process(NULL);
    double start = shown_value(registry, "process_start_time_seconds");
    for (int fd = 0; fd < 256; fd++) {
        (void)close(fd);
    }
    char name[] = "/tmp/promlet-process-own-XXXXXX";
    int own[8];
    own[0] = mkstemp(name);
    if (own[0] < 0 || unlink(name) != 0 || write(own[0], "Threads:\t77\n", 12) != 12) {
        return 2;
    }
    for (int i = 1; i < 8; i++) {
        own[i] = dup(own[0]);
    }
    promlet_free(text_of(registry));
    char *text = text_of(registry);
    bool is_right = is_shown(text, "process_threads") &&
                    sample_value(text, "process_threads") < 77 &&
                    is_shown(text, "process_resident_memory_bytes") &&
                    sample_value(text, "process_start_time_seconds") == start &&
                    are_open(sample_value(text, "process_open_fds")) && count_open() == 10;
    promlet_registry_free(registry);
    promlet_registry_free(other);
    /* Ours are closed, and the program's are not. */
    is_right = is_right && count_open() == 8 && lseek(own[0], 0, SEEK_CUR) == 12;
    for (int i = 0; i < 8; i++) {
        is_right = is_right && fcntl(own[i], F_GETFD) >= 0;
    }
    return is_right ? 0 : 1;
}

static void descriptors_closed_by_the_program_are_opened_anew(void **state)
{
    (void)state;
    expect_in_child(close_all_and_go_on, NULL);
}

static int register_without_standard_streams(void *ctx)
{
    (void)ctx;
    for (int fd = 0; fd < 3; fd++) {
        (void)close(fd);
    }
    promlet_registry *registry = registry_with_process(&(promlet_process_opts){.io = true});
    promlet_free(promlet_registry_get_metrics(registry));
    for (int fd = 0; fd < 3; fd++) {
        if (fcntl(fd, F_GETFD) >= 0) {
            return 1;
        }
    }
    promlet_registry_free(registry);
    return 0;
}

static void standard_streams_are_not_taken(void **state)
{
    (void)state;
    expect_in_child(register_without_standard_streams, NULL);
}

static void descriptors_are_not_inherited_by_programs(void **state)
{
    (void)state;
    int before = count_open();
    promlet_registry *registry = registry_with_process(&(promlet_process_opts){.io = true});
    int kept = 0;
    for (int fd = 3; fd < 4096; fd++) {
        int flags = fcntl(fd, F_GETFD);
        kept += flags >= 0 && (flags & FD_CLOEXEC) != 0;
    }
    assert_int_equal(count_open(), before + 2);
    assert_true(kept >= 2);
    promlet_registry_free(registry);
}

/* ---- forks ----------------------------------------------------------------------------------- */

static double virtual_of_status(void)
{
    double kilobytes = 0;
    char line[256];
    FILE *file = fopen("/proc/self/status", "r");
    while (file != NULL && fgets(line, sizeof line, file) != NULL) {
        (void)sscanf(line, "VmSize: %lf", &kilobytes);
    }
    if (file != NULL) {
        (void)fclose(file);
    }
    return kilobytes * 1024;
}

/* It maps memory of its own, so that no value could be its parent's. */
static int scrape_as_child(void *ctx)
{
    promlet_registry *registry = ctx;
    char *block = malloc((size_t)128 << 20);
    if (block == NULL) {
        return 2;
    }
    char *text = text_of(registry);
    double size = sample_value(text, "process_virtual_memory_bytes");
    double own = virtual_of_status();
    bool is_right = size > own - (1 << 22) && size < own + (1 << 22) &&
                    sample_value(text, "process_cpu_seconds_total") < 5 &&
                    are_open(sample_value(text, "process_open_fds"));
    promlet_free(text);
    free(block);
    return is_right ? 0 : 1;
}

static void forked_child_shows_its_own_values(void **state)
{
    (void)state;
    promlet_registry *registry = registry_with_process(&(promlet_process_opts){.io = true});
    double before = shown_value(registry, "process_virtual_memory_bytes");
    expect_in_child(scrape_as_child, registry);
    assert_true(shown_value(registry, "process_virtual_memory_bytes") < before + (64 << 20));
    promlet_registry_free(registry);
}

/* What it has inherited is closed first, which makes room. */
static int scrape_as_child_without_descriptors(void *ctx)
{
    promlet_registry *registry = ctx;
    if (limit_descriptors(64) != 0) {
        return 2;
    }
    while (dup(2) >= 0) {
    }
    char *text = text_of(registry);
    return is_shown(text, "process_resident_memory_bytes") ? 0 : 1;
}

static void forked_child_without_free_descriptors_shows_its_memory(void **state)
{
    (void)state;
    promlet_registry *registry = registry_with_process(NULL);
    promlet_free(promlet_registry_get_metrics(registry));
    expect_in_child(scrape_as_child_without_descriptors, registry);
    promlet_registry_free(registry);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(descriptors_closed_by_the_program_are_opened_anew),
        cmocka_unit_test(standard_streams_are_not_taken),
        cmocka_unit_test(descriptors_are_not_inherited_by_programs),
        cmocka_unit_test(forked_child_shows_its_own_values),
        cmocka_unit_test(forked_child_without_free_descriptors_shows_its_memory),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
