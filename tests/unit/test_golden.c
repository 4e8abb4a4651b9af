/* SPDX-License-Identifier: Apache-2.0 */
/* Golden documents of what has one value a sample, of texts, and of families without series. */
#include "base/clock.h"
#include "support/golden.h"

#include <float.h>
#include <math.h>

/* ---- numbers --------------------------------------------------------------------------------- */

static void golden_counters(void **state)
{
    (void)state;
    int64_t starts[] = {1520430000 * SECOND + 123456789, 0, 1520430000 * SECOND};
    pml_exemplar exemplars[] = {
        MADE_EXEMPLAR("trace_id=\"KOO5S4vxi0o\"", 0.67, 1520879606 * SECOND + 123456789),
        {0},
        MADE_EXEMPLAR("", 1, 0),
    };
    CHECK_MADE("counter",
               {
                   .name = MADE_TEXT("cpu_seconds_total"),
                   .help = MADE_TEXT("Time on the processor."),
                   .unit = MADE_TEXT("seconds"),
                   .type = "counter",
                   .starts = starts,
                   .exemplars = exemplars,
                   .exemplars_a_series = 1,
                   MADE_SERIES({MADE_LABELS("mode=\"a\""), MADE_REAL(12.625)},
                               {MADE_LABELS("mode=\"b\""), MADE_REAL(3)},
                               {MADE_LABELS("mode=\"c\""), MADE_WHOLE(7)}),
               },
               {
                   .name = MADE_TEXT("requests_total"),
                   .help = MADE_TEXT("Requests."),
                   .unit = MADE_TEXT(""),
                   .type = "counter",
                   MADE_SERIES({.labels = "", MADE_WHOLE(UINT64_MAX)}),
               });
}

static void golden_special_numbers(void **state)
{
    (void)state;
    pml_snapshot_series series[] = {
        {MADE_LABELS("x=\"00\""), MADE_REAL(NAN)},
        {MADE_LABELS("x=\"01\""), MADE_REAL(-NAN)},
        {MADE_LABELS("x=\"02\""), MADE_REAL(INFINITY)},
        {MADE_LABELS("x=\"03\""), MADE_REAL(-INFINITY)},
        {MADE_LABELS("x=\"04\""), MADE_REAL(0.0)},
        {MADE_LABELS("x=\"05\""), MADE_REAL(-0.0)},
        {MADE_LABELS("x=\"06\""), MADE_REAL(0x1p-1074)},
        {MADE_LABELS("x=\"07\""), MADE_REAL(DBL_MIN)},
        {MADE_LABELS("x=\"08\""), MADE_REAL(DBL_MAX)},
        {MADE_LABELS("x=\"09\""), MADE_REAL(-DBL_MAX)},
        {MADE_LABELS("x=\"10\""), MADE_REAL(0.1)},
        {MADE_LABELS("x=\"11\""), MADE_REAL(-3.5)},
        {MADE_LABELS("x=\"12\""), MADE_REAL(1000000)},
        {MADE_LABELS("x=\"13\""), MADE_REAL(-1)},
        {MADE_LABELS("x=\"14\""), MADE_REAL(0x1p53 - 1)},
        {MADE_LABELS("x=\"15\""), MADE_REAL(0x1p53)},
        {MADE_LABELS("x=\"16\""), MADE_REAL(0x1p64)},
        {MADE_LABELS("x=\"17\""), MADE_REAL(1e21)},
        {MADE_LABELS("x=\"18\""), MADE_REAL(1e22)},
        {MADE_LABELS("x=\"19\""), MADE_REAL(1e-5)},
        {MADE_LABELS("x=\"20\""), MADE_REAL(123456.789)},
        {MADE_LABELS("x=\"21\""), MADE_WHOLE(0)},
        {MADE_LABELS("x=\"22\""), MADE_WHOLE(UINT64_MAX)},
    };
    CHECK_MADE("numbers", {
                              .name = MADE_TEXT("number"),
                              .help = MADE_TEXT("Numbers."),
                              .unit = MADE_TEXT(""),
                              .type = "gauge",
                              .series = series,
                              .series_count = COUNT_OF(series),
                          });
}

static void golden_timestamps(void **state)
{
    (void)state;
    int64_t timestamps[] = {1767225600123, PML_NO_TIMESTAMP, 0, -1500, 7};
    int64_t histogram_timestamps[] = {1767225600123};
    CHECK_MADE("timestamps",
               {
                   .name = MADE_TEXT("temperature_celsius"),
                   .help = MADE_TEXT("Temperature."),
                   .unit = MADE_TEXT("celsius"),
                   .type = "gauge",
                   .timestamps = timestamps,
                   MADE_SERIES({MADE_LABELS("x=\"a\""), MADE_REAL(21.5)},
                               {MADE_LABELS("x=\"b\""), MADE_REAL(21)},
                               {MADE_LABELS("x=\"c\""), MADE_REAL(20)},
                               {MADE_LABELS("x=\"d\""), MADE_REAL(19)},
                               {MADE_LABELS("x=\"e\""), MADE_REAL(18)}),
               },
               {
                   .name = MADE_TEXT("wait_seconds"),
                   .help = MADE_TEXT("Wait."),
                   .unit = MADE_TEXT(""),
                   .type = "histogram",
                   .shape = PML_SHAPE_HISTOGRAM,
                   .timestamps = histogram_timestamps,
                   MADE_BOUNDS(MADE_WORD("0.5")),
                   MADE_SERIES({.labels = "", MADE_HISTOGRAM(0.75, 1, 1)}),
               });
}

static void golden_unknowns_and_infos(void **state)
{
    (void)state;
    CHECK_MADE("info",
               {
                   .name = MADE_TEXT("build_info"),
                   .help = MADE_TEXT("What runs."),
                   .unit = MADE_TEXT(""),
                   .type = "info",
                   MADE_SERIES({MADE_LABELS("version=\"1.2\",compiler=\"gcc\""), MADE_WHOLE(1)}),
               },
               {
                   .name = MADE_TEXT("from_elsewhere"),
                   .help = MADE_TEXT("Nobody knows."),
                   .unit = MADE_TEXT(""),
                   .type = "unknown",
                   MADE_SERIES({.labels = "", MADE_REAL(42.23)}),
               },
               {
                   .name = MADE_TEXT("target_info"),
                   .help = MADE_TEXT("Where it runs."),
                   .unit = MADE_TEXT(""),
                   .type = "info",
                   MADE_SERIES({MADE_LABELS("host=\"h1\""), MADE_WHOLE(1)}),
               });
}

static void golden_state_sets(void **state)
{
    (void)state;
    CHECK_MADE(
        "stateset",
        {
            .name = MADE_TEXT("connection_state"),
            .help = MADE_TEXT("State of the connection."),
            .unit = MADE_TEXT(""),
            .type = "stateset",
            .shape = PML_SHAPE_STATES,
            MADE_BOUNDS(MADE_WORD("closed"), MADE_WORD("half \\\"open\\\""), MADE_WORD("open")),
            MADE_SERIES({MADE_LABELS("peer=\"a\""), .as.states = 2},
                        {MADE_LABELS("peer=\"b\""), .as.states = 5}),
        },
        {
            .name = MADE_TEXT("switch"),
            .help = MADE_TEXT(""),
            .unit = MADE_TEXT(""),
            .type = "stateset",
            .shape = PML_SHAPE_STATES,
            MADE_BOUNDS(MADE_WORD("on")),
            MADE_SERIES({.labels = "", .as.states = 0}),
        });
}

/* ---- texts and nothing ----------------------------------------------------------------------- */

static void golden_families_without_series(void **state)
{
    (void)state;
    static const char *const types[] = {"gauge",    "gaugehistogram", "histogram",
                                        "stateset", "summary",        "unknown"};
    const pml_text *help = MADE_TEXT("Nothing yet."); /* it must outlive the loop */
    const pml_text *none = MADE_TEXT("");
    pml_snapshot_family families[8];
    static pml_text names[8];
    size_t count = 0;
    for (size_t i = 0; i < COUNT_OF(types); i++) {
        names[i] = (pml_text){(char *)types[i], strlen(types[i])};
        families[count++] = (pml_snapshot_family){.name = &names[i],
                                                  .help = help,
                                                  .unit = none,
                                                  .type = types[i],
                                                  .shape = strstr(types[i], "histogram") != NULL
                                                               ? PML_SHAPE_HISTOGRAM
                                                               : PML_SHAPE_NUMBER};
    }
    families[count++] = (pml_snapshot_family){
        .name = MADE_TEXT("x_info"), .help = MADE_TEXT(""), .unit = MADE_TEXT(""), .type = "info"};
    families[count++] = (pml_snapshot_family){.name = MADE_TEXT("y_seconds_total"),
                                              .help = MADE_TEXT(""),
                                              .unit = MADE_TEXT("seconds"),
                                              .type = "counter"};
    check_made("empty_families", families, count);
    check_made("empty", families, 0);
}

/* Each control character, and what has a meaning in some format. */
static void golden_escapes(void **state)
{
    (void)state;
    char all[128];
    size_t size = 0;
    for (char c = 1; c < 32; c++) {
        all[size++] = c;
    }
    (void)snprintf(all + size, sizeof all - size,
                   "\x7f \\ \" {}=,# \xc3\xa9 \xe2\x80\xa8 \xf0\x9f\x98\x80 \\n \\\\");
    promlet_registry *registry = new_registry();
    promlet_gauge_family *family = promlet_gauge_family_new(
        registry, &(promlet_opts){.name = "escapes", .help = all, .labels = {"text", "other"}});
    promlet_gauge_set(promlet_gauge_with(family, all, ""), 1);
    promlet_gauge_set(promlet_gauge_with(family, "\"} 1\nevil 2 # {", "# EOF\n"), 2);
    promlet_gauge_set(promlet_gauge_with(family, "bad \xff utf-8 \xc3", "\\"), 3);
    promlet_snapshot *snapshot = promlet_snapshot_take(registry);
    check_golden("escapes", snapshot);
    promlet_snapshot_release(snapshot);
    promlet_registry_free(registry);
}

static void golden_32_labels(void **state)
{
    (void)state;
    char names[PROMLET_MAX_LABELS][8];
    const char *values[PROMLET_MAX_LABELS];
    promlet_opts options = {.name = "many_labels_total", .help = "Labels."};
    for (size_t i = 0; i < PROMLET_MAX_LABELS; i++) {
        (void)snprintf(names[i], sizeof names[i], "l%zu", i + 1);
        options.labels[i] = names[i];
        values[i] = i % 3 == 0 ? "" : i % 3 == 1 ? "value" : "a \"quoted\" one\n";
    }
    pml_clock_stop_at(UINT64_C(1520430000123000000));
    promlet_registry *registry = new_registry();
    promlet_counter_family *family = promlet_counter_family_new(registry, &options);
    promlet_counter_inc(promlet_counter_with_values(family, values, PROMLET_MAX_LABELS));
    promlet_snapshot *snapshot = promlet_snapshot_take(registry);
    check_golden("labels", snapshot);
    promlet_snapshot_release(snapshot);
    promlet_registry_free(registry);
    pml_clock_run();
}

/* ---- again ----------------------------------------------------------------------------------- */

static void all_again(void **state)
{
    golden_counters(state);
    golden_special_numbers(state);
    golden_timestamps(state);
    golden_unknowns_and_infos(state);
    golden_state_sets(state);
}

static void golden_in_every_rounding_mode(void **state)
{
    check_in_rounding_modes(all_again, state);
}

static void golden_in_a_locale_with_comma(void **state)
{
    check_in_comma_locale(all_again, state);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(golden_counters),
        cmocka_unit_test(golden_special_numbers),
        cmocka_unit_test(golden_timestamps),
        cmocka_unit_test(golden_unknowns_and_infos),
        cmocka_unit_test(golden_state_sets),
        cmocka_unit_test(golden_families_without_series),
        cmocka_unit_test(golden_escapes),
        cmocka_unit_test(golden_32_labels),
        cmocka_unit_test(golden_in_every_rounding_mode),
        cmocka_unit_test(golden_in_a_locale_with_comma),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
