/* SPDX-License-Identifier: Apache-2.0 */
/* Release, removal, revival at zero, unregistering and expiry of summaries, infos, state sets and
   unknowns: each case does the same to all of them. Counters have tests of their own. */
#include "support/heard_log.h"
#include "support/lifetime.h"

#include <math.h>

/* What the cases need to know of a kind, whose families have the label "key". */
struct kind {
    const char *sample; /* of the series with the key "a" */
    uint64_t at_start;
    uint64_t once_recorded;
    promlet_family *(*declare)(const promlet_opts *options);
    void *(*ask)(promlet_family *family, const char *key);
    void (*record)(void *handle);
    void (*record_by)(promlet_family *family, const char *key);
    void (*release)(void *handle);
    promlet_opts options;
};

static promlet_registry *registry;

static int begin(void **state)
{
    (void)state;
    registry = new_registry();
    return 0;
}

static int end(void **state)
{
    (void)state;
    promlet_registry_free(registry);
    return 0;
}

/* ---- the kinds ------------------------------------------------------------------------------- */

/* The calls of one kind, without their types. How to record is written behind it. */
#define KIND_CALLS(instrument)                                                                     \
    static promlet_family *declare_##instrument(const promlet_opts *options)                       \
    {                                                                                              \
        return promlet_family_of(promlet_##instrument##_family_new(registry, options));            \
    }                                                                                              \
    static void *ask_##instrument(promlet_family *family, const char *key)                         \
    {                                                                                              \
        return promlet_##instrument##_with((promlet_##instrument##_family *)family, key);          \
    }                                                                                              \
    static void release_##instrument(void *handle)                                                 \
    {                                                                                              \
        promlet_##instrument##_release(handle);                                                    \
    }

KIND_CALLS(summary)
KIND_CALLS(info)
KIND_CALLS(state_set)
KIND_CALLS(unknown)

static void record_summary(void *handle)
{
    promlet_summary_observe(handle, 3);
}

static void record_summary_by(promlet_family *family, const char *key)
{
    promlet_summary_observe_by((promlet_summary_family *)family, 3, key);
}

static void record_info(void *handle)
{
    (void)handle; /* that it is there says all */
}

static void record_info_by(promlet_family *family, const char *key)
{
    release_info(ask_info(family, key));
}

static void record_state_set(void *handle)
{
    promlet_state_set_select(handle, 1);
}

static void record_state_set_by(promlet_family *family, const char *key)
{
    promlet_state_set_select_by((promlet_state_set_family *)family, 1, key);
}

static void record_unknown(void *handle)
{
    promlet_unknown_set(handle, 7);
}

static void record_unknown_by(promlet_family *family, const char *key)
{
    promlet_unknown_set_by((promlet_unknown_family *)family, 7, key);
}

#define KIND(instrument, sample, at_start, once_recorded, ...)                                     \
    {                                                                                              \
        sample, at_start, once_recorded, declare_##instrument, ask_##instrument,                   \
            record_##instrument, record_##instrument##_by, release_##instrument,                   \
        {                                                                                          \
            .help = "Help.", .labels = {"key"}, __VA_ARGS__                                        \
        }                                                                                          \
    }

static const double median[] = {0.5};
static const char *const states[] = {"shut", "open"};

static const struct kind kinds[] = {
    KIND(summary, "plain_count{key=\"a\"}", 0, 1, .name = "plain"),
    KIND(summary, "split_count{key=\"a\"}", 0, 1, .name = "split", .cells = PROMLET_CELLS_PER_CPU),
    KIND(summary, "sketched_count{key=\"a\"}", 0, 1, .name = "sketched", .quantiles = median,
         .quantile_count = 1),
    KIND(info, "build_info{key=\"a\"}", 1, 1, .name = "build_info"),
    KIND(state_set, "door{key=\"a\",door=\"open\"}", 0, 1, .name = "door", .states = states,
         .state_count = 2),
    KIND(unknown, "old{key=\"a\"}", 0, 7, .name = "old"),
};

#define FOR_EACH_KIND(item)                                                                        \
    for (const struct kind *item = kinds; item < kinds + COUNT_OF(kinds); item++)

static promlet_family *declare(const struct kind *kind)
{
    return kind->declare(&kind->options);
}

static promlet_family *declare_expiring(const struct kind *kind)
{
    promlet_opts options = kind->options;
    options.idle_seconds = IDLE_SECONDS;
    return kind->declare(&options);
}

/* ---- releasing and removing ------------------------------------------------------------------ */

static void series_released_is_shown_until_it_is_removed(void **state)
{
    (void)state;
    FOR_EACH_KIND(kind)
    {
        promlet_family *family = declare(kind);
        size_t memory = 0;
        for (int round = 0; round < 3; round++) {
            void *handle = kind->ask(family, "a");
            assert_value(registry, kind->sample, kind->at_start);
            kind->record(handle);
            kind->release(handle);
            scrape_until_free(registry);
            assert_value(registry, kind->sample, kind->once_recorded);
            assert_int_equal(promlet_family_remove(family, "a"), PROMLET_OK);
            assert_false(is_shown(registry, kind->sample));
            scrape_until_free(registry);
            assert_int_equal(family_of(family)->hidden_count, 0);
            assert_int_equal(promlet_registry_cell_bytes(registry), 0);
            assert_int_equal(promlet_family_remove(family, "a"), PROMLET_ERROR_NOT_FOUND);
            /* The first round leaves the family an array of its series. */
            assert_true(round == 0 || memory_of(registry) == memory);
            memory = memory_of(registry);
        }
    }
    expect_status(registry, PROMLET_OK, "");
}

static void release_without_pin_is_reported(void **state)
{
    (void)state;
    FOR_EACH_KIND(kind)
    {
        void *handle = kind->ask(declare(kind), "a");
        kind->release(handle);
        struct heard_log heard;
        start_to_hear(&heard);
        kind->release(NULL);
        kind->release(handle);
        stop_to_hear();
        assert_int_equal(heard.count, 1);
        assert_value(registry, kind->sample, kind->at_start);
    }
}

static void series_removed_is_not_shown_and_revived_at_zero(void **state)
{
    (void)state;
    FOR_EACH_KIND(kind)
    {
        promlet_family *family = declare(kind);
        void *handle = kind->ask(family, "a");
        kind->record(handle);
        assert_value(registry, kind->sample, kind->once_recorded);
        assert_int_equal(promlet_family_remove(family, "a"), PROMLET_OK);
        kind->record(handle); /* late, and harmless */
        assert_false(is_shown(registry, kind->sample));
        assert_ptr_equal(kind->ask(family, "a"), handle);
        assert_value(registry, kind->sample, kind->at_start);
        kind->record(handle);
        assert_value(registry, kind->sample, kind->once_recorded);
    }
}

static void series_removed_is_revived_by_values(void **state)
{
    (void)state;
    FOR_EACH_KIND(kind)
    {
        promlet_family *family = declare(kind);
        void *handle = kind->ask(family, "a");
        kind->record(handle);
        assert_int_equal(promlet_family_clear(family), PROMLET_OK);
        kind->record(handle);
        kind->record_by(family, "a");
        assert_value(registry, kind->sample, kind->once_recorded);
    }
}

/* ---- quantiles ------------------------------------------------------------------------------- */

static void quantiles_of_a_removed_series_are_forgotten(void **state)
{
    (void)state;
    static const promlet_cells cells[] = {PROMLET_CELLS_SHARED, PROMLET_CELLS_PER_CPU};
    for (size_t i = 0; i < COUNT_OF(cells); i++) {
        const promlet_opts options = {.name = i == 0 ? "shared" : "split",
                                      .help = "Help.",
                                      .labels = {"key"},
                                      .cells = cells[i],
                                      .quantiles = median,
                                      .quantile_count = 1};
        promlet_summary_family *family = promlet_summary_family_new(registry, &options);
        promlet_summary *summary = promlet_summary_with(family, "a");
        assert_true((summary->spread != NULL) == (cells[i] == PROMLET_CELLS_PER_CPU));
        promlet_summary_observe(summary, 100);
        assert_int_equal(promlet_family_remove(family, "a"), PROMLET_OK);
        promlet_summary_observe(summary, 1000);
        assert_ptr_equal(promlet_summary_with(family, "a"), summary);
        assert_int_equal(promlet_summary_count(summary), 0);
        assert_true(isnan(promlet_summary_quantile(summary, 0.5)));
        promlet_summary_observe(summary, 1);
        promlet_summary_observe(summary, 1);
        assert_int_equal(promlet_summary_count(summary), 2);
        assert_true(promlet_summary_sum(summary) > 1.5 && promlet_summary_sum(summary) < 2.5);
        assert_true(promlet_summary_quantile(summary, 1) < 1.02);
    }
}

/* ---- unregistering --------------------------------------------------------------------------- */

static void family_unregistered_comes_back_without_its_series(void **state)
{
    (void)state;
    FOR_EACH_KIND(kind)
    {
        promlet_family *family = declare(kind);
        void *handle = kind->ask(family, "a");
        kind->record(handle);
        assert_int_equal(promlet_registry_unregister(registry, kind->options.name), PROMLET_OK);
        kind->record(handle);
        kind->record_by(family, "b");
        expect_metrics(registry, "unregistered_kind", NULL, "# EOF\n");
        assert_ptr_equal(declare(kind), family);
        assert_false(is_shown(registry, kind->sample));
        assert_ptr_equal(kind->ask(family, "a"), handle);
        assert_value(registry, kind->sample, kind->at_start);
        assert_int_equal(promlet_family_unregister(family), PROMLET_OK);
    }
    expect_status(registry, PROMLET_OK, "");
}

static void names_of_an_unregistered_kind_are_free_for_each_other_kind(void **state)
{
    (void)state;
    FOR_EACH_KIND(first)
    FOR_EACH_KIND(second)
    {
        const struct kind *const both[] = {first, second};
        for (size_t i = 0; i < 2; i++) {
            promlet_opts options = both[i]->options;
            options.name = "name_info";
            promlet_family *family = both[i]->declare(&options);
            both[i]->record_by(family, "a");
            expect_status(registry, PROMLET_OK, "");
            assert_int_equal(promlet_family_unregister(family), PROMLET_OK);
        }
    }
}

/* A metric of each kind, without labels. */
static void declare_whole(void *handles[4])
{
    const promlet_opts door = {.name = "d", .states = states, .state_count = 2};
    const promlet_opts wait = {.name = "s", .quantiles = median, .quantile_count = 1};
    handles[0] = promlet_state_set_new(registry, &door);
    handles[1] = promlet_info_new(registry, &(promlet_opts){.name = "i_info"});
    handles[2] = promlet_summary_new(registry, &wait);
    handles[3] = promlet_unknown_new(registry, &(promlet_opts){.name = "u"});
}

static void metric_without_labels_comes_back_at_zero(void **state)
{
    (void)state;
    static const char *const names[] = {"d", "i_info", "s", "u"};
    void *handles[4];
    void *again[4];
    declare_whole(handles);
    promlet_state_set_set(handles[0], 0, true);
    promlet_state_set_set(handles[0], 1, true);
    promlet_summary_observe(handles[2], 3);
    promlet_unknown_set(handles[3], 7);
    for (size_t i = 0; i < COUNT_OF(names); i++) {
        assert_int_equal(promlet_registry_unregister(registry, names[i]), PROMLET_OK);
    }
    expect_metrics(registry, "unregistered_kinds", NULL, "# EOF\n");
    declare_whole(again);
    assert_memory_equal(again, handles, sizeof handles);
    char *text = promlet_registry_get_metrics(registry);
    assert_string_equal(text, "# TYPE d gauge\n"
                              "d{d=\"shut\"} 0\n"
                              "d{d=\"open\"} 0\n"
                              "# TYPE i_info gauge\n"
                              "i_info 1\n"
                              "# TYPE s summary\n"
                              "s{quantile=\"0.5\"} NaN\n"
                              "s_sum 0\n"
                              "s_count 0\n"
                              "# TYPE u untyped\n"
                              "u 0\n"
                              "# EOF\n");
    promlet_free(text);
}

/* ---- expiry ---------------------------------------------------------------------------------- */

static void series_idle_for_long_is_shown_once_more_and_gone(void **state)
{
    (void)state;
    FOR_EACH_KIND(kind)
    {
        promlet_family *family = declare_expiring(kind);
        kind->record_by(family, "a");
        assert_value(registry, kind->sample, kind->once_recorded);
        let_idle_time_pass(family);
        assert_value(registry, kind->sample, kind->once_recorded);
        assert_false(is_shown(registry, kind->sample));
        scrape_until_free(registry);
        assert_int_equal(family_of(family)->sorted_count, 0);
        void *handle = kind->ask(family, "a");
        assert_value(registry, kind->sample, kind->at_start);
        kind->record(handle);
        assert_value(registry, kind->sample, kind->once_recorded);
    }
}

static void series_asked_for_or_held_does_not_expire(void **state)
{
    (void)state;
    FOR_EACH_KIND(kind)
    {
        promlet_family *family = declare_expiring(kind);
        kind->record_by(family, "a");
        for (int i = 0; i < 5; i++) {
            scrape(registry);
            let_idle_time_pass(family);
            kind->record_by(family, "a");
        }
        void *handle = kind->ask(family, "a");
        for (int i = 0; i < 5; i++) {
            scrape(registry);
            let_idle_time_pass(family);
        }
        assert_true(is_shown(registry, kind->sample));
        kind->release(handle);
        scrape(registry);
        let_idle_time_pass(family);
        scrape(registry);
        assert_false(is_shown(registry, kind->sample));
    }
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, begin, end)

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(series_released_is_shown_until_it_is_removed),
        CASE(release_without_pin_is_reported),
        CASE(series_removed_is_not_shown_and_revived_at_zero),
        CASE(series_removed_is_revived_by_values),
        CASE(quantiles_of_a_removed_series_are_forgotten),
        CASE(family_unregistered_comes_back_without_its_series),
        CASE(names_of_an_unregistered_kind_are_free_for_each_other_kind),
        CASE(metric_without_labels_comes_back_at_zero),
        CASE(series_idle_for_long_is_shown_once_more_and_gone),
        CASE(series_asked_for_or_held_does_not_expire),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
