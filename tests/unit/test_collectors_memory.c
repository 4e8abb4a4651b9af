/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Callbacks, collectors, filters and merging while each request for memory is refused in turn, once
 * and from there on. Each time nothing is left over, and the next scrape is whole.
 */
#include "support/allocations.h"
#include "support/expect.h"
#include "support/strict_text.h"

#define MOST_FAULT_POINTS 10000

static double give_one(void *ctx)
{
    (void)ctx;
    return 1;
}

static promlet_status emit_all(promlet_emitter *emitter, void *ctx)
{
    const char *prefix = ctx;
    char name[32];
    (void)snprintf(name, sizeof name, "%s_values", prefix);
    promlet_emit_family(
        emitter, &(promlet_emit_opts){
                     .name = name, .help = "V\xff.", .type = PROMLET_TYPE_GAUGE, .labels = {"l"}});
    for (char value[] = "z"; value[0] > 'n'; value[0]--) {
        promlet_emit_value_at(emitter, 1, 5, value);
    }
    promlet_emit_value(emitter, 2, "\xff");
    const double bounds[] = {0.5, 1};
    const uint64_t counts[] = {1, 2, 3};
    (void)snprintf(name, sizeof name, "%s_histogram", prefix);
    promlet_emit_family(emitter,
                        &(promlet_emit_opts){.name = name, .type = PROMLET_TYPE_HISTOGRAM});
    promlet_emit_histogram(emitter,
                           &(promlet_emit_histogram_data){
                               .bounds = bounds, .bound_count = 2, .counts = counts, .sum = 4});
    (void)snprintf(name, sizeof name, "%s_summary", prefix);
    promlet_emit_family(emitter, &(promlet_emit_opts){.name = name, .type = PROMLET_TYPE_SUMMARY});
    return promlet_emit_summary(
        emitter, &(promlet_emit_summary_data){
                     .quantiles = bounds, .values = bounds, .quantile_count = 2, .count = 1});
}

static void register_all(promlet_registry *registry, promlet_collector **handles)
{
    static char here[] = "here";
    static char apart[] = "apart";
    const char *const families[] = {"here_values", "here_histogram"};
    static char help[PROMLET_MAX_HELP_BYTES + 2];
    memset(help, 'h', sizeof help - 1);
    handles[0] = promlet_gauge_callback_new(
        registry, &(promlet_opts){.name = "asked", .help = help}, give_one, NULL);
    handles[1] = promlet_collector_new(registry, &(promlet_collector_opts){.name = "here",
                                                                           .collect = emit_all,
                                                                           .ctx = here,
                                                                           .families = families,
                                                                           .family_count = 2});
    handles[2] = promlet_collector_new(
        registry,
        &(promlet_collector_opts){
            .name = "apart", .collect = emit_all, .ctx = apart, .deadline_seconds = 3600});
    handles[3] = promlet_counter_callback_new(
        registry, &(promlet_opts){.name = "awaited", .deadline_seconds = 3600}, give_one, NULL);
}

/* The document of two registries, filtered; NULL when some call had no memory. */
static char *scrape(promlet_registry *first, promlet_registry *second)
{
    const char *const prefixes[] = {"here", "apart", "asked", "awaited", "promlet", "depth"};
    const promlet_filter filter = {.allow_prefixes = prefixes, .allow_count = 6};
    promlet_snapshot *parts[2] = {promlet_snapshot_take_filtered(first, &filter),
                                  promlet_snapshot_take(second)};
    promlet_snapshot *merged =
        parts[0] != NULL && parts[1] != NULL ? promlet_snapshot_merge(parts, 2) : NULL;
    char *text = merged != NULL
                     ? promlet_snapshot_string(merged, PROMLET_FORMAT_TEXT_0_0_4_EOF, NULL)
                     : NULL;
    promlet_snapshot_release(merged);
    promlet_snapshot_release(parts[0]);
    promlet_snapshot_release(parts[1]);
    return text;
}

static void set_depth(promlet_registry *registry, const char *value)
{
    promlet_gauge_family *family =
        promlet_gauge_family_new(registry, &(promlet_opts){.name = "depth", .labels = {"queue"}});
    promlet_gauge_set(promlet_gauge_with(family, value), 1);
}

/* Whether a document shows all that there is, and no failure but those of before. */
static bool is_whole(const char *text)
{
    return strstr(text, "\nasked 1\n") != NULL && strstr(text, "\nawaited_total 1\n") != NULL &&
           strstr(text, "here_values{l=\"o\"} 1 5\n") != NULL &&
           strstr(text, "here_summary_count 1\n") != NULL &&
           strstr(text, "apart_histogram_count 6\n") != NULL &&
           strstr(text, "depth{queue=\"a\"} 1\ndepth{queue=\"b\"} 1\n") != NULL &&
           strstr(text, "promlet_help_texts_cut_total{family=\"asked\"} 1\n") != NULL &&
           strstr(text, "promlet_collector_success{collector=\"apart\"} 1\n") != NULL &&
           strstr(text, "promlet_collector_success{collector=\"awaited_total\"} 1\n") != NULL &&
           strstr(text, "promlet_collector_success{collector=\"here\"} 1\n") != NULL;
}

/* True when everything was done with no request refused. */
static bool is_through_with(long n, bool on)
{
    long alive = atomic_load(&allocations_alive);
    promlet_registry *first = new_registry();
    promlet_registry *second = new_registry();
    set_depth(first, "b");
    set_depth(second, "a");
    promlet_collector *handles[4];
    allocations_refuse(n, on);
    register_all(first, handles);
    char *text = scrape(first, second);
    bool was_refused = atomic_load(&allocations_asked) >= n;
    allocations_refuse(0, false);
    assert_true(was_refused || (text != NULL && is_whole(text)));
    promlet_free(text);
    for (int i = 0; i < 4; i++) {
        promlet_collector_free(handles[i]);
    }
    register_all(first, handles);
    text = scrape(first, second);
    assert_non_null(text);
    assert_true(is_whole(text));
    promlet_free(text);
    promlet_registry_free(first);
    promlet_registry_free(second);
    assert_int_equal(atomic_load(&allocations_alive), alive);
    return !was_refused;
}

static void collecting_without_memory_loses_nothing(void **state)
{
    (void)state;
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
        cmocka_unit_test(collecting_without_memory_loses_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
