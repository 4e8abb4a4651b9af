/* SPDX-License-Identifier: Apache-2.0 */
/* Tests of promlet's own metrics where two registries are one document. */
#include "support/expect.h"
#include "support/heard_log.h"

#include <promlet/collector.h>

#include <math.h>

/* Both as one document, of which the log hears nothing. */
static promlet_snapshot *merge(promlet_registry *const registries[2])
{
    promlet_snapshot *parts[] = {promlet_snapshot_take(registries[0]),
                                 promlet_snapshot_take(registries[1])};
    struct heard_log heard;
    start_to_hear(&heard);
    promlet_snapshot *merged = promlet_snapshot_merge(parts, COUNT_OF(parts));
    stop_to_hear();
    assert_non_null(merged);
    assert_string_equal(heard.last, "");
    promlet_snapshot_release(parts[0]);
    promlet_snapshot_release(parts[1]);
    return merged;
}

static char *merged_text(promlet_registry *const registries[2], const char *document)
{
    promlet_snapshot *merged = merge(registries);
    char *text = promlet_snapshot_string(merged, PROMLET_FORMAT_TEXT_0_0_4, NULL);
    assert_non_null(text);
    keep_document(document, text, NULL);
    expect_every_format(merged, document);
    promlet_snapshot_release(merged);
    return text;
}

static void drop(promlet_registry *registry, const char *name, double amount, int times)
{
    promlet_counter *counter =
        promlet_counter_new(registry, &(promlet_opts){.name = name, .help = "Some."});
    for (int i = 0; i < times; i++) {
        promlet_counter_add(counter, amount);
    }
}

static void merge_adds_up_what_was_dropped(void **state)
{
    (void)state;
    promlet_registry *registries[] = {new_registry(), new_registry()};
    drop(registries[0], "a_total", -1, 3);
    drop(registries[0], "b_total", (double)NAN, 1);
    drop(registries[1], "c_total", -1, 4);
    drop(registries[1], "d_total", (double)INFINITY, 2);
    char *text = merged_text(registries, "merge_dropped");
    assert_non_null(strstr(text,
                           "# HELP promlet_dropped_total Recordings that were refused, by reason.\n"
                           "# TYPE promlet_dropped_total counter\n"
                           "promlet_dropped_total{reason=\"infinite\"} 2\n"
                           "promlet_dropped_total{reason=\"nan\"} 1\n"
                           "promlet_dropped_total{reason=\"negative\"} 7\n"));
    promlet_free(text);
    promlet_registry_free(registries[0]);
    promlet_registry_free(registries[1]);
}

/* As of a registry's parts that were filtered: each says all that promlet has to say. */
static void merge_counts_a_registry_once(void **state)
{
    (void)state;
    promlet_registry *registry = new_registry();
    promlet_registry *other = new_registry();
    drop(registry, "a_total", -1, 3);
    drop(other, "b_total", -1, 4);
    promlet_filter filter = {.names = (const char *const[]){"promlet_dropped_total"},
                             .name_count = 1};
    promlet_snapshot *parts[] = {promlet_snapshot_take_filtered(registry, &filter),
                                 promlet_snapshot_take_filtered(other, &filter),
                                 promlet_snapshot_take_filtered(registry, &filter)};
    promlet_snapshot *merged = promlet_snapshot_merge(parts, COUNT_OF(parts));
    assert_non_null(merged);
    char *text = promlet_snapshot_string(merged, PROMLET_FORMAT_TEXT_0_0_4, NULL);
    assert_non_null(strstr(text, "promlet_dropped_total{reason=\"negative\"} 7\n"));
    promlet_free(text);
    promlet_snapshot_release(merged);
    for (size_t i = 0; i < COUNT_OF(parts); i++) {
        promlet_snapshot_release(parts[i]);
    }
    promlet_registry_free(registry);
    promlet_registry_free(other);
}

static void merge_adds_up_series_and_memory(void **state)
{
    (void)state;
    promlet_registry *registries[] = {new_registry(), new_registry()};
    double memory = 0;
    for (size_t i = 0; i < 2; i++) {
        assert_int_equal(
            promlet_registry_configure(registries[i], &(promlet_registry_opts){.show_usage = true}),
            PROMLET_OK);
        promlet_gauge_family *family = promlet_gauge_family_new(
            registries[i], &(promlet_opts){.name = "depth", .help = "D.", .labels = {"queue"}});
        (void)promlet_gauge_with(family, i == 0 ? "a" : "b");
        (void)promlet_gauge_with(family, i == 0 ? "c" : "d");
        memory += scraped_value(registries[i], "promlet_memory_bytes");
    }
    char *text = merged_text(registries, "merge_usage");
    assert_true(sample_value(text, "promlet_series{family=\"depth\"}") == 4);
    assert_true(sample_value(text, "promlet_memory_bytes") == memory);
    promlet_free(text);
    promlet_registry_free(registries[0]);
    promlet_registry_free(registries[1]);
}

static promlet_status collect(promlet_emitter *emitter, void *ctx)
{
    (void)emitter;
    const bool *works = ctx;
    return *works ? PROMLET_OK : PROMLET_ERROR_WRITER;
}

static void merge_shows_whether_a_collector_worked_for_all(void **state)
{
    (void)state;
    for (unsigned i = 0; i < 4; i++) {
        promlet_registry *registries[] = {new_registry(), new_registry()};
        bool works[] = {(i & 1) != 0, (i & 2) != 0};
        for (size_t j = 0; j < 2; j++) {
            (void)promlet_collector_new(
                registries[j],
                &(promlet_collector_opts){.name = "disks", .collect = collect, .ctx = &works[j]});
        }
        char *text = merged_text(registries, "merge_collectors");
        assert_true(sample_value(text, "promlet_collector_success{collector=\"disks\"}") ==
                    (works[0] && works[1] ? 1 : 0));
        assert_true(sample_value(text, "promlet_collector_failures_total{collector=\"disks\"}") ==
                    !works[0] + !works[1]);
        promlet_free(text);
        promlet_registry_free(registries[0]);
        promlet_registry_free(registries[1]);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(merge_adds_up_what_was_dropped),
        cmocka_unit_test(merge_counts_a_registry_once),
        cmocka_unit_test(merge_adds_up_series_and_memory),
        cmocka_unit_test(merge_shows_whether_a_collector_worked_for_all),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
