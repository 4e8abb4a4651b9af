/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Tests of encode/protobuf_values.c with families made by hand: numbers at their limits, start
 * times, exemplars and native buckets.
 */
#include "support/protobuf.h"

#include <fenv.h>
#include <math.h>

#define SECOND INT64_C(1000000000)
#define START (INT64_C(1520430000) * SECOND + 123000000)

static const pml_text name = MADE_WORD("x");
static const pml_text nothing = MADE_WORD("");

/* A family of one series without labels. */
static pml_snapshot_family family_of(const char *type, pml_shape shape, pml_snapshot_series *series)
{
    return (pml_snapshot_family){.name = &name,
                                 .help = &nothing,
                                 .unit = &nothing,
                                 .type = type,
                                 .shape = shape,
                                 .series = series,
                                 .series_count = 1};
}

/* ---- numbers --------------------------------------------------------------------------------- */

/* The value of the only series, as it stands in the document. */
static double number_of(const char *type, pml_number number)
{
    pml_snapshot_series series = {.labels = "", .as.number = number};
    pml_snapshot_family family = family_of(type, PML_SHAPE_NUMBER, &series);
    promlet_snapshot snapshot = {.families = &family, .family_count = 1};
    size_t size;
    char *bytes = promlet_snapshot_string(&snapshot, PROMLET_FORMAT_PROTOBUF, &size);
    double value;
    memcpy(&value, bytes + size - sizeof value, sizeof value);
    promlet_free(bytes);
    return value;
}

static void expect_bits(double value, uint64_t expected)
{
    uint64_t bits;
    memcpy(&bits, &value, sizeof bits);
    assert_true(bits == expected);
}

static double whole(uint64_t value)
{
    return number_of("counter", (pml_number){.is_whole = true, .as.whole = value});
}

static double real(double value)
{
    return number_of("gauge", (pml_number){.is_whole = false, .as.real = value});
}

#define TWO_TO_53 (UINT64_C(1) << 53)

static void number_beyond_two_to_53_is_the_nearest_double(void **state)
{
    (void)state;
    static const struct {
        uint64_t value;
        double expected;
    } rows[] = {{0, 0},
                {1, 1},
                {TWO_TO_53 - 1, 0x1.fffffffffffffp+52},
                {TWO_TO_53, 0x1p+53},
                {TWO_TO_53 + 1, 0x1p+53}, /* halfway: to the even one */
                {TWO_TO_53 + 2, 0x1.0000000000001p+53},
                {TWO_TO_53 + 3, 0x1.0000000000002p+53},
                {(TWO_TO_53 << 2) + 5, 0x1.0000000000001p+55},
                {(TWO_TO_53 << 2) + 4, 0x1p+55},
                {(TWO_TO_53 << 2) + 12, 0x1.0000000000002p+55},
                {UINT64_MAX - 1024, 0x1.fffffffffffffp+63},
                {UINT64_MAX - 1023, 0x1p+64},
                {UINT64_MAX, 0x1p+64}};
    static const int modes[] = {FE_TONEAREST, FE_DOWNWARD, FE_UPWARD, FE_TOWARDZERO};
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        uint64_t expected;
        memcpy(&expected, &rows[i].expected, sizeof expected);
        for (size_t j = 0; j < COUNT_OF(modes); j++) {
            fesetround(modes[j]);
            double value = whole(rows[i].value);
            fesetround(FE_TONEAREST);
            expect_bits(value, expected);
        }
    }
}

static void number_that_grows_never_falls(void **state)
{
    (void)state;
    for (unsigned shift = 1; shift < 12; shift++) {
        uint64_t from = (TWO_TO_53 << shift) - 3;
        double before = 0;
        for (uint64_t value = from; value < from + (UINT64_C(8) << shift); value++) {
            double shown = whole(value);
            assert_true(shown >= before);
            before = shown;
        }
    }
}

static void number_of_each_kind_is_kept_to_the_bit(void **state)
{
    (void)state;
    static const uint64_t bits[] = {UINT64_C(0x8000000000000000), 1,
                                    UINT64_C(0x7ff0000000000000), UINT64_C(0xfff0000000000000),
                                    UINT64_C(0x7fefffffffffffff), UINT64_C(0x3fb999999999999a)};
    for (size_t i = 0; i < COUNT_OF(bits); i++) {
        double value;
        memcpy(&value, &bits[i], sizeof value);
        expect_bits(real(value), bits[i]);
    }
}

/* Prometheus takes 0x7ff0000000000002 for the end of a series. */
static void number_of_each_nan_is_the_usual_one(void **state)
{
    (void)state;
    static const uint64_t bits[] = {UINT64_C(0x7ff0000000000002), UINT64_C(0xfff8000000000000),
                                    UINT64_C(0x7fffffffffffffff)};
    for (size_t i = 0; i < COUNT_OF(bits); i++) {
        pml_number number = {.is_whole = false};
        memcpy(&number.as.real, &bits[i], sizeof number.as.real);
        expect_bits(number_of("gauge", number), UINT64_C(0x7ff8000000000001));
    }
}

/* ---- counters -------------------------------------------------------------------------------- */

static const char counter_parts[] = "name: \"x\"\n"
                                    "type: COUNTER\n"
                                    "metric {\n"
                                    "  label {\n"
                                    "    name: \"a\"\n"
                                    "    value: \"1\"\n"
                                    "  }\n"
                                    "  counter {\n"
                                    "    value: 17\n"
                                    "    exemplar {\n"
                                    "      label {\n"
                                    "        name: \"trace_id\"\n"
                                    "        value: \"KOO5S4vxi0o\"\n"
                                    "      }\n"
                                    "      label {\n"
                                    "        name: \"q\"\n"
                                    "        value: \"\\\"\"\n"
                                    "      }\n"
                                    "      value: 0.67\n"
                                    "      timestamp {\n"
                                    "        seconds: 1520430000\n"
                                    "        nanos: 123000001\n"
                                    "      }\n"
                                    "    }\n"
                                    "    start_timestamp {\n"
                                    "      seconds: 1520430000\n"
                                    "      nanos: 123000000\n"
                                    "    }\n"
                                    "  }\n"
                                    "}\n"
                                    "metric {\n"
                                    "  label {\n"
                                    "    name: \"a\"\n"
                                    "    value: \"2\"\n"
                                    "  }\n"
                                    "  counter {\n"
                                    "    value: 18\n"
                                    "  }\n"
                                    "}\n"
                                    "metric {\n"
                                    "  label {\n"
                                    "    name: \"a\"\n"
                                    "    value: \"3\"\n"
                                    "  }\n"
                                    "  counter {\n"
                                    "    value: 19\n"
                                    "    exemplar {\n"
                                    "      value: nan\n"
                                    "    }\n"
                                    "  }\n"
                                    "}\n";

static void counter_has_exemplar_and_start(void **state)
{
    (void)state;
    pml_snapshot_series series[] = {
        {MADE_LABELS("a=\"1\""), .as.number = {.is_whole = true, .as.whole = 17}},
        {MADE_LABELS("a=\"2\""), .as.number = {.is_whole = true, .as.whole = 18}},
        {MADE_LABELS("a=\"3\""), .as.number = {.is_whole = true, .as.whole = 19}},
    };
    int64_t starts[] = {START, 0, -1}; /* before 1970 is not known, as in other formats */
    pml_exemplar exemplars[] = {
        {MADE_LABELS("trace_id=\"KOO5S4vxi0o\",q=\"\\\"\""), .value = 0.67, .time_ns = START + 1},
        {.labels = NULL},
        {.labels = "", .value = NAN}};
    pml_snapshot_family family = family_of("counter", PML_SHAPE_NUMBER, series);
    family.series_count = COUNT_OF(series);
    family.starts = starts;
    family.exemplars = exemplars;
    family.exemplars_a_series = 1;
    expect_family(&family, "protobuf_counter_parts", counter_parts);
}

/* What can be reset has a start; nothing else. */
static void start_is_shown_where_it_means_something(void **state)
{
    (void)state;
    uint64_t counts[] = {2};
    int64_t starts[] = {5 * SECOND};
    pml_snapshot_series number = {.labels = "", .as.number = {.is_whole = true, .as.whole = 4}};
    pml_snapshot_family gauge = family_of("gauge", PML_SHAPE_NUMBER, &number);
    gauge.starts = starts;
    expect_family(&gauge, NULL,
                  "name: \"x\"\ntype: GAUGE\nmetric {\n  gauge {\n    value: 4\n  }\n}\n");
    pml_snapshot_series sizes = {.labels = "",
                                 .as.summary = &(const pml_summary){.sum = 3, .count = 2}};
    pml_snapshot_family summary = family_of("summary", PML_SHAPE_SUMMARY, &sizes);
    summary.starts = starts;
    expect_family(&summary, "protobuf_summary_start",
                  "name: \"x\"\n"
                  "type: SUMMARY\n"
                  "metric {\n"
                  "  summary {\n"
                  "    sample_count: 2\n"
                  "    sample_sum: 3\n"
                  "    start_timestamp {\n"
                  "      seconds: 5\n"
                  "      nanos: 0\n"
                  "    }\n"
                  "  }\n"
                  "}\n");
    pml_snapshot_series waits = {.labels = "", .as.histogram = {.sum = 3, .counts = counts}};
    pml_snapshot_family histogram = family_of("histogram", PML_SHAPE_HISTOGRAM, &waits);
    histogram.starts = starts;
    expect_family(&histogram, "protobuf_histogram_start",
                  "name: \"x\"\n"
                  "type: HISTOGRAM\n"
                  "metric {\n"
                  "  histogram {\n"
                  "    sample_count: 2\n"
                  "    sample_sum: 3\n"
                  "    start_timestamp {\n"
                  "      seconds: 5\n"
                  "      nanos: 0\n"
                  "    }\n"
                  "  }\n"
                  "}\n");
}

/* ---- histograms ------------------------------------------------------------------------------ */

static void histogram_shows_plus_inf_for_its_exemplar_alone(void **state)
{
    (void)state;
    const double bounds[] = {-1, 0.5};
    uint64_t counts[] = {1, 0, 2};
    pml_exemplar exemplars[] = {{.labels = "", .value = -1},
                                {.labels = NULL},
                                {MADE_LABELS("a=\"b\""), .value = 7, .time_ns = 1}};
    pml_snapshot_series series = {.labels = "", .as.histogram = {.sum = 14.5, .counts = counts}};
    pml_snapshot_family family = family_of("histogram", PML_SHAPE_HISTOGRAM, &series);
    family.bound_values = bounds;
    family.bound_count = COUNT_OF(bounds);
    family.exemplars = exemplars;
    family.exemplars_a_series = COUNT_OF(exemplars);
    expect_family(&family, "protobuf_histogram_exemplars",
                  "name: \"x\"\n"
                  "type: HISTOGRAM\n"
                  "metric {\n"
                  "  histogram {\n"
                  "    sample_count: 3\n"
                  "    sample_sum: 14.5\n"
                  "    bucket {\n"
                  "      cumulative_count: 1\n"
                  "      upper_bound: -1\n"
                  "      exemplar {\n"
                  "        value: -1\n"
                  "      }\n"
                  "    }\n"
                  "    bucket {\n"
                  "      cumulative_count: 1\n"
                  "      upper_bound: 0.5\n"
                  "    }\n"
                  "    bucket {\n"
                  "      cumulative_count: 3\n"
                  "      upper_bound: inf\n"
                  "      exemplar {\n"
                  "        label {\n"
                  "          name: \"a\"\n"
                  "          value: \"b\"\n"
                  "        }\n"
                  "        value: 7\n"
                  "        timestamp {\n"
                  "          seconds: 0\n"
                  "          nanos: 1\n"
                  "        }\n"
                  "      }\n"
                  "    }\n"
                  "  }\n"
                  "}\n");
}

static void histogram_of_a_gauge_has_a_type_of_its_own(void **state)
{
    (void)state;
    uint64_t counts[] = {2};
    pml_snapshot_series series = {.labels = "", .as.histogram = {.sum = 3, .counts = counts}};
    pml_snapshot_family family = family_of("gaugehistogram", PML_SHAPE_HISTOGRAM, &series);
    expect_family(&family, "protobuf_gauge_histogram",
                  "name: \"x\"\n"
                  "type: GAUGE_HISTOGRAM\n"
                  "metric {\n"
                  "  histogram {\n"
                  "    sample_count: 2\n"
                  "    sample_sum: 3\n"
                  "  }\n"
                  "}\n");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(number_beyond_two_to_53_is_the_nearest_double),
        cmocka_unit_test(number_that_grows_never_falls),
        cmocka_unit_test(number_of_each_kind_is_kept_to_the_bit),
        cmocka_unit_test(number_of_each_nan_is_the_usual_one),
        cmocka_unit_test(counter_has_exemplar_and_start),
        cmocka_unit_test(start_is_shown_where_it_means_something),
        cmocka_unit_test(histogram_shows_plus_inf_for_its_exemplar_alone),
        cmocka_unit_test(histogram_of_a_gauge_has_a_type_of_its_own),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
