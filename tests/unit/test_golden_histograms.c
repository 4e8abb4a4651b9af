/* SPDX-License-Identifier: Apache-2.0 */
/* Golden documents of histograms, classic, native and gauge, and of summaries and exemplars. */
#include "support/golden.h"

#include <math.h>

/* ---- histograms ------------------------------------------------------------------------------ */

static void golden_histograms(void **state)
{
    (void)state;
    int64_t starts[] = {1520430000 * SECOND + 5000000, 1520430001 * SECOND};
    pml_exemplar exemplars[] = {
        {0},
        MADE_EXEMPLAR("", 0.054, 1520879607 * SECOND + 700000000),
        MADE_EXEMPLAR("trace_id=\"a\",span_id=\"b\"", 1, 1520879602 * SECOND),
        MADE_EXEMPLAR("trace_id=\"c\"", 2e6, 0),
        {0},
        {0},
        {0},
        {0},
    };
    CHECK_MADE("histogram",
               {
                   .name = MADE_TEXT("request_duration_seconds"),
                   .help = MADE_TEXT("Time to answer."),
                   .unit = MADE_TEXT("seconds"),
                   .type = "histogram",
                   .shape = PML_SHAPE_HISTOGRAM,
                   .starts = starts,
                   .exemplars = exemplars,
                   .exemplars_a_series = 4,
                   MADE_BOUNDS(MADE_WORD("1e-05"), MADE_WORD("0.25"), MADE_WORD("1.0")),
                   MADE_SERIES({MADE_LABELS("method=\"GET\""), MADE_HISTOGRAM(3000000, 0, 1, 1, 1)},
                               {MADE_LABELS("method=\"PUT\""), MADE_HISTOGRAM(0.0, 0, 0, 0, 0)}),
               },
               {
                   .name = MADE_TEXT("without_bounds"),
                   .help = MADE_TEXT("Sum and count."),
                   .unit = MADE_TEXT(""),
                   .type = "histogram",
                   .shape = PML_SHAPE_HISTOGRAM,
                   MADE_SERIES({.labels = "", MADE_HISTOGRAM(4.5, 9)}),
               });
}

/* Of any text, on whatever can have one, and where none may be. */
static void golden_exemplars(void **state)
{
    (void)state;
    pml_exemplar odd[] = {
        MADE_EXEMPLAR("a=\"\\\"} # {\\n\\\\\",b=\"\"", INFINITY, INT64_C(1)),
        MADE_EXEMPLAR("c=\"\xf0\x9f\x98\x80 , }\"", 1e21, INT64_MAX),
    };
    pml_exemplar gauge[] = {MADE_EXEMPLAR("trace_id=\"x\"", 1, SECOND)};
    CHECK_MADE("exemplars",
               {
                   .name = MADE_TEXT("gauge"),
                   .help = MADE_TEXT("May not have one."),
                   .unit = MADE_TEXT(""),
                   .type = "gauge",
                   .exemplars = gauge,
                   .exemplars_a_series = 1,
                   MADE_SERIES({.labels = "", MADE_REAL(1)}),
               },
               {
                   .name = MADE_TEXT("odd_total"),
                   .help = MADE_TEXT("Odd texts."),
                   .unit = MADE_TEXT(""),
                   .type = "counter",
                   .exemplars = odd,
                   .exemplars_a_series = 1,
                   MADE_SERIES({MADE_LABELS("x=\"} # {\""), MADE_WHOLE(1)},
                               {MADE_LABELS("y=\"\""), MADE_WHOLE(2)}),
               });
}

/* What OpenMetrics 1.0.0 can't say is left out of it. */
static void golden_negative_histograms(void **state)
{
    (void)state;
    CHECK_MADE("histogram_negative",
               {
                   .name = MADE_TEXT("negative_bounds"),
                   .help = MADE_TEXT("Bounds below 0."),
                   .unit = MADE_TEXT(""),
                   .type = "histogram",
                   .shape = PML_SHAPE_HISTOGRAM,
                   MADE_BOUNDS(MADE_WORD("-1.0"), MADE_WORD("0.0")),
                   MADE_SERIES({.labels = "", MADE_HISTOGRAM(3, 1, 0, 2)}),
               },
               {
                   .name = MADE_TEXT("negative_sums"),
                   .help = MADE_TEXT("Values below 0."),
                   .unit = MADE_TEXT(""),
                   .type = "histogram",
                   .shape = PML_SHAPE_HISTOGRAM,
                   MADE_BOUNDS(MADE_WORD("1.0")),
                   MADE_SERIES({MADE_LABELS("x=\"a\""), MADE_HISTOGRAM(-3, 1, 0)},
                               {MADE_LABELS("x=\"b\""), MADE_HISTOGRAM(NAN, 1, 0)},
                               {MADE_LABELS("x=\"c\""), MADE_HISTOGRAM(INFINITY, 1, 1)}),
               });
}

static void golden_native_histograms(void **state)
{
    (void)state;
    static const pml_native_span positive_spans[] = {{-1, 2}, {3, 4}};
    static const pml_native_span negative_spans[] = {{1, 2}};
    static const uint64_t positive[] = {5, 7, 10, 9, 8, 8};
    static const uint64_t negative[] = {5, 7};
    int64_t starts[] = {1520430000 * SECOND + 123000000, 1520430000 * SECOND, 1520430000 * SECOND};
    pml_native natives[] = {
        {7, 1e-4, 2, MADE_SIDE(positive_spans, 2, positive, 6),
         MADE_SIDE(negative_spans, 1, negative, 2)},
        {3, 0x1p-128, 0, MADE_SIDE(NULL, 0, NULL, 0), MADE_SIDE(NULL, 0, NULL, 0)},
        {.schema = 0},
    };
    pml_native only[] = {
        {-4, 1, 1, MADE_SIDE(negative_spans, 1, negative, 2), MADE_SIDE(NULL, 0, NULL, 0)}};
    CHECK_MADE("native",
               {
                   .name = MADE_TEXT("both_seconds"),
                   .help = MADE_TEXT("Native and classic buckets."),
                   .unit = MADE_TEXT("seconds"),
                   .type = "histogram",
                   .shape = PML_SHAPE_HISTOGRAM,
                   .natives = natives,
                   .starts = starts,
                   MADE_BOUNDS(MADE_WORD("0.5")),
                   MADE_SERIES({MADE_LABELS("x=\"a\""), MADE_HISTOGRAM(120, 20, 41)},
                               {MADE_LABELS("x=\"b\""), MADE_HISTOGRAM(0, 0, 0)},
                               {MADE_LABELS("x=\"c\""), MADE_HISTOGRAM(1, 0, 1)}),
               },
               {
                   .name = MADE_TEXT("only"),
                   .help = MADE_TEXT("No classic buckets."),
                   .unit = MADE_TEXT(""),
                   .type = "histogram",
                   .shape = PML_SHAPE_HISTOGRAM,
                   .natives = only,
                   MADE_SERIES({.labels = "", MADE_HISTOGRAM(99.5, 13)}),
               });
}

static void golden_gauge_histograms(void **state)
{
    (void)state;
    CHECK_MADE("gaugehistogram",
               {
                   .name = MADE_TEXT("queue_bytes"),
                   .help = MADE_TEXT("Sizes of what waits."),
                   .unit = MADE_TEXT("bytes"),
                   .type = "gaugehistogram",
                   .shape = PML_SHAPE_HISTOGRAM,
                   MADE_BOUNDS(MADE_WORD("10.0"), MADE_WORD("1e+06")),
                   MADE_SERIES({MADE_LABELS("queue=\"a\""), MADE_HISTOGRAM(3289.3, 20, 14, 8)},
                               {MADE_LABELS("queue=\"b\""), MADE_HISTOGRAM(-1, 1, 0, 0)},
                               {MADE_LABELS("queue=\"c\""), MADE_HISTOGRAM(NAN, 1, 0, 0)}),
               },
               {
                   .name = MADE_TEXT("shift"),
                   .help = MADE_TEXT(""),
                   .unit = MADE_TEXT(""),
                   .type = "gaugehistogram",
                   .shape = PML_SHAPE_HISTOGRAM,
                   MADE_BOUNDS(MADE_WORD("-1.0")),
                   MADE_SERIES({.labels = "", MADE_HISTOGRAM(-2.5, 1, 0)}),
               });
}

/* ---- summaries ------------------------------------------------------------------------------- */

static void golden_summaries(void **state)
{
    (void)state;
    int64_t starts[] = {1520430000 * SECOND, 0, 0};
    CHECK_MADE("summary",
               {
                   .name = MADE_TEXT("size_bytes"),
                   .help = MADE_TEXT("Size."),
                   .unit = MADE_TEXT("bytes"),
                   .type = "summary",
                   .shape = PML_SHAPE_SUMMARY,
                   .starts = starts,
                   MADE_BOUNDS(MADE_WORD("0.5"), MADE_WORD("1.0")),
                   MADE_SERIES({MADE_LABELS("x=\"a\""), MADE_SUMMARY(27, 9, 3, NAN)},
                               {MADE_LABELS("x=\"b\""), MADE_SUMMARY(-27, 9, -3, 2.5)},
                               {MADE_LABELS("x=\"c\""), MADE_SUMMARY(NAN, 0, -3, -2)}),
               },
               {
                   .name = MADE_TEXT("without_quantiles"),
                   .help = MADE_TEXT("Sum and count."),
                   .unit = MADE_TEXT(""),
                   .type = "summary",
                   .shape = PML_SHAPE_SUMMARY,
                   MADE_SERIES({.labels = "", .as.summary = (const pml_summary[]){{0.5, 2, NULL}}}),
               });
}

/* ---- what is shown by choice ----------------------------------------------------------------- */

/* Takes out the lines of the suffix. */
static void drop_lines(char *text, const char *suffix)
{
    char *to = text;
    for (char *line = text; *line != '\0';) {
        size_t size = (size_t)(strchr(line, '\n') + 1 - line);
        char *found = strstr(line, suffix);
        if (found == NULL || found >= line + size) {
            memmove(to, line, size);
            to += size;
        }
        line += size;
    }
    *to = '\0';
}

static void created_is_shown_only_if_asked_for(void **state)
{
    (void)state;
    int64_t starts[] = {SECOND};
    pml_snapshot_family families[] = {{
        .name = MADE_TEXT("wait_seconds"),
        .help = MADE_TEXT("Wait."),
        .unit = MADE_TEXT(""),
        .type = "histogram",
        .shape = PML_SHAPE_HISTOGRAM,
        .starts = starts,
        MADE_SERIES({.labels = "", MADE_HISTOGRAM(4.5, 9)}),
    }};
    promlet_snapshot snapshot = {.families = families, .family_count = 1};
    promlet_encoding encoding = {.format = PROMLET_FORMAT_OPENMETRICS_1_0_0, .with_created = true};
    char *with = promlet_snapshot_string_as(&snapshot, &encoding, NULL);
    encoding.with_created = false;
    char *without = promlet_snapshot_string_as(&snapshot, &encoding, NULL);
    assert_non_null(strstr(with, "wait_seconds_count 9\nwait_seconds_created 1.000\n"));
    drop_lines(with, "_created");
    assert_string_equal(with, without);
    promlet_free(with);
    promlet_free(without);
}

/* ---- again ----------------------------------------------------------------------------------- */

static void all_again(void **state)
{
    golden_histograms(state);
    golden_exemplars(state);
    golden_negative_histograms(state);
    golden_native_histograms(state);
    golden_gauge_histograms(state);
    golden_summaries(state);
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
        cmocka_unit_test(golden_histograms),
        cmocka_unit_test(golden_exemplars),
        cmocka_unit_test(golden_negative_histograms),
        cmocka_unit_test(golden_native_histograms),
        cmocka_unit_test(golden_gauge_histograms),
        cmocka_unit_test(golden_summaries),
        cmocka_unit_test(created_is_shown_only_if_asked_for),
        cmocka_unit_test(golden_in_every_rounding_mode),
        cmocka_unit_test(golden_in_a_locale_with_comma),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
