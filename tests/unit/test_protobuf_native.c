/* SPDX-License-Identifier: Apache-2.0 */
/* Tests of native buckets in encode/protobuf_values.c, with histograms made by hand. */
#include "support/protobuf.h"

#include <float.h>
#include <math.h>

/* Both sides, spans that begin below 0 and leave gaps, and counts that rise and fall. */
static const pml_native_span positive_spans[] = {{-3, 2}, {0, 1}, {7, 3}};
static const uint64_t positive_counts[] = {1, 4, 2, 0, UINT64_C(1) << 40, 3};
static const pml_native_span negative_spans[] = {{2, 2}};
static const uint64_t negative_counts[] = {5, 1};

#define BOTH_SIDES                                                                                 \
    {                                                                                              \
        .schema = 3, .zero_threshold = 0x1p-128, .zero_count = 6,                                  \
        .positive = {positive_spans, COUNT_OF(positive_spans), positive_counts,                    \
                     COUNT_OF(positive_counts)},                                                   \
        .negative = {negative_spans, COUNT_OF(negative_spans), negative_counts,                    \
                     COUNT_OF(negative_counts)},                                                   \
    }

static const pml_text name = MADE_WORD("x_seconds");
static const pml_text help = MADE_WORD("X.");
static const pml_text unit = MADE_WORD("seconds");

static pml_snapshot_family family_of(pml_snapshot_series *series, size_t count, pml_native *natives)
{
    return (pml_snapshot_family){.name = &name,
                                 .help = &help,
                                 .unit = &unit,
                                 .type = "histogram",
                                 .shape = PML_SHAPE_HISTOGRAM,
                                 .series = series,
                                 .series_count = count,
                                 .natives = natives};
}

/* The head, and the classic buckets with their exemplars. */
static const char both_sides_classic[] = "name: \"x_seconds\"\n"
                                         "help: \"X.\"\n"
                                         "type: HISTOGRAM\n"
                                         "metric {\n"
                                         "  label {\n"
                                         "    name: \"a\"\n"
                                         "    value: \"b\"\n"
                                         "  }\n"
                                         "  histogram {\n"
                                         "    sample_count: 1099511627798\n"
                                         "    sample_sum: 5\n"
                                         "    bucket {\n"
                                         "      cumulative_count: 12\n"
                                         "      upper_bound: 0\n"
                                         "      exemplar {\n"
                                         "        label {\n"
                                         "          name: \"span_id\"\n"
                                         "          value: \"1\"\n"
                                         "        }\n"
                                         "        value: -1\n"
                                         "        timestamp {\n"
                                         "          seconds: 1\n"
                                         "          nanos: 7\n"
                                         "        }\n"
                                         "      }\n"
                                         "    }\n"
                                         "    bucket {\n"
                                         "      cumulative_count: 1099511627795\n"
                                         "      upper_bound: 10\n"
                                         "      exemplar {\n"
                                         "        label {\n"
                                         "          name: \"span_id\"\n"
                                         "          value: \"2\"\n"
                                         "        }\n"
                                         "        value: 3\n"
                                         "      }\n"
                                         "    }\n";

/* The spans of each side, and the differences of their counts. */
static const char both_sides_native[] = "    schema: 3\n"
                                        "    zero_threshold: 2.9387358770557188e-39\n"
                                        "    zero_count: 6\n"
                                        "    negative_span {\n"
                                        "      offset: 2\n"
                                        "      length: 2\n"
                                        "    }\n"
                                        "    negative_delta: 5\n"
                                        "    negative_delta: -4\n"
                                        "    positive_span {\n"
                                        "      offset: -3\n"
                                        "      length: 2\n"
                                        "    }\n"
                                        "    positive_span {\n"
                                        "      offset: 0\n"
                                        "      length: 1\n"
                                        "    }\n"
                                        "    positive_span {\n"
                                        "      offset: 7\n"
                                        "      length: 3\n"
                                        "    }\n"
                                        "    positive_delta: 1\n"
                                        "    positive_delta: 3\n"
                                        "    positive_delta: -2\n"
                                        "    positive_delta: -2\n"
                                        "    positive_delta: 1099511627776\n"
                                        "    positive_delta: -1099511627773\n";

/* The start, and the exemplars once more, as those of the native buckets. */
static const char both_sides_end[] = "    start_timestamp {\n"
                                     "      seconds: 2\n"
                                     "      nanos: 0\n"
                                     "    }\n"
                                     "    exemplars {\n"
                                     "      label {\n"
                                     "        name: \"span_id\"\n"
                                     "        value: \"1\"\n"
                                     "      }\n"
                                     "      value: -1\n"
                                     "      timestamp {\n"
                                     "        seconds: 1\n"
                                     "        nanos: 7\n"
                                     "      }\n"
                                     "    }\n"
                                     "  }\n"
                                     "}\n"
                                     "unit: \"seconds\"\n";

static void native_of_both_signs_is_golden(void **state)
{
    (void)state;
    const double bounds[] = {0, 10};
    const uint64_t counts[] = {12, (UINT64_C(1) << 40) + 7, 3};
    pml_exemplar exemplars[] = {{MADE_LABELS("span_id=\"1\""), .value = -1, .time_ns = 1000000007},
                                {MADE_LABELS("span_id=\"2\""), .value = 3},
                                {.labels = NULL}};
    pml_native natives[] = {BOTH_SIDES};
    pml_snapshot_series series = {MADE_LABELS("a=\"b\""),
                                  .as.histogram = {.sum = 5, .counts = counts}};
    pml_snapshot_family family = family_of(&series, 1, natives);
    family.bound_values = bounds;
    family.bound_count = COUNT_OF(bounds);
    family.exemplars = exemplars;
    family.exemplars_a_series = COUNT_OF(exemplars);
    family.starts = &(int64_t){2000000000};
    char expected[sizeof both_sides_classic + sizeof both_sides_native + sizeof both_sides_end];
    (void)snprintf(expected, sizeof expected, "%s%s%s", both_sides_classic, both_sides_native,
                   both_sides_end);
    expect_family(&family, "protobuf_native", expected);
}

/* Readers must see that it is native, though it has nothing yet. */
static void native_without_observations_has_an_empty_span(void **state)
{
    (void)state;
    const uint64_t none[] = {0};
    const uint64_t zeros[] = {9};
    pml_native natives[] = {{.schema = -4, .zero_threshold = 0.001},
                            {.schema = 8, .zero_threshold = 0.001, .zero_count = 9}};
    pml_snapshot_series series[] = {{MADE_LABELS("a=\"1\""), .as.histogram = {.counts = none}},
                                    {MADE_LABELS("a=\"2\""), .as.histogram = {.counts = zeros}}};
    pml_snapshot_family family = family_of(series, COUNT_OF(series), natives);
    expect_family(&family, "protobuf_native_empty",
                  "name: \"x_seconds\"\n"
                  "help: \"X.\"\n"
                  "type: HISTOGRAM\n"
                  "metric {\n"
                  "  label {\n"
                  "    name: \"a\"\n"
                  "    value: \"1\"\n"
                  "  }\n"
                  "  histogram {\n"
                  "    sample_count: 0\n"
                  "    sample_sum: 0\n"
                  "    schema: -4\n"
                  "    zero_threshold: 0.001\n"
                  "    zero_count: 0\n"
                  "    positive_span {\n"
                  "      offset: 0\n"
                  "      length: 0\n"
                  "    }\n"
                  "  }\n"
                  "}\n"
                  "metric {\n"
                  "  label {\n"
                  "    name: \"a\"\n"
                  "    value: \"2\"\n"
                  "  }\n"
                  "  histogram {\n"
                  "    sample_count: 9\n"
                  "    sample_sum: 0\n"
                  "    schema: 8\n"
                  "    zero_threshold: 0.001\n"
                  "    zero_count: 9\n"
                  "    positive_span {\n"
                  "      offset: 0\n"
                  "      length: 0\n"
                  "    }\n"
                  "  }\n"
                  "}\n"
                  "unit: \"seconds\"\n");
}

/* As it is where only one of two merged registries has native buckets. */
static void native_beside_a_series_without_any_is_that_one_alone(void **state)
{
    (void)state;
    const uint64_t one[] = {1};
    pml_native natives[] = {{.zero_threshold = 0},
                            {.schema = 1, .zero_threshold = 0.001, .zero_count = 1}};
    pml_snapshot_series series[] = {{MADE_LABELS("a=\"1\""), .as.histogram = {.counts = one}},
                                    {MADE_LABELS("a=\"2\""), .as.histogram = {.counts = one}}};
    pml_snapshot_family family = family_of(series, COUNT_OF(series), natives);
    expect_family(&family, "protobuf_native_beside",
                  "name: \"x_seconds\"\n"
                  "help: \"X.\"\n"
                  "type: HISTOGRAM\n"
                  "metric {\n"
                  "  label {\n"
                  "    name: \"a\"\n"
                  "    value: \"1\"\n"
                  "  }\n"
                  "  histogram {\n"
                  "    sample_count: 1\n"
                  "    sample_sum: 0\n"
                  "  }\n"
                  "}\n"
                  "metric {\n"
                  "  label {\n"
                  "    name: \"a\"\n"
                  "    value: \"2\"\n"
                  "  }\n"
                  "  histogram {\n"
                  "    sample_count: 1\n"
                  "    sample_sum: 0\n"
                  "    schema: 1\n"
                  "    zero_threshold: 0.001\n"
                  "    zero_count: 1\n"
                  "    positive_span {\n"
                  "      offset: 0\n"
                  "      length: 0\n"
                  "    }\n"
                  "  }\n"
                  "}\n"
                  "unit: \"seconds\"\n");
}

/* Deltas of each size that a varint has, up and down. */
static void native_counts_of_each_size_are_read_back(void **state)
{
    (void)state;
    uint64_t counts[112];
    uint64_t total = 0;
    for (unsigned i = 0; i < COUNT_OF(counts); i++) {
        counts[i] = i % 2 == 0 ? (UINT64_C(1) << i / 2) - 1 : 0;
        total += counts[i];
    }
    const pml_native_span span = {INT32_MIN, COUNT_OF(counts)};
    pml_native natives[] = {
        {.schema = 0, .zero_threshold = DBL_MIN, .negative = {&span, 1, counts, COUNT_OF(counts)}}};
    pml_snapshot_series series = {.labels = "", .as.histogram = {.sum = NAN, .counts = &total}};
    pml_snapshot_family family = family_of(&series, 1, natives);
    promlet_snapshot snapshot = {.families = &family, .family_count = 1};
    size_t size;
    char *bytes = promlet_snapshot_string(&snapshot, PROMLET_FORMAT_PROTOBUF, &size);
    strict_protobuf read;
    assert_true(strict_protobuf_read(&read, bytes, size));
    const char *at = strstr(read.reading.text, "negative_delta");
    for (unsigned i = 0; i < COUNT_OF(counts); i++) {
        char line[60];
        (void)snprintf(line, sizeof line, "negative_delta: %lld\n",
                       (long long)(counts[i] - (i > 0 ? counts[i - 1] : 0)));
        assert_int_equal(strncmp(at, line, strlen(line)), 0);
        at += strlen(line) + strspn(at + strlen(line), " ");
    }
    assert_non_null(strstr(read.reading.text, "offset: -2147483648\n"));
    strict_protobuf_free(&read);
    promlet_free(bytes);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(native_of_both_signs_is_golden),
        cmocka_unit_test(native_without_observations_has_an_empty_span),
        cmocka_unit_test(native_beside_a_series_without_any_is_that_one_alone),
        cmocka_unit_test(native_counts_of_each_size_are_read_back),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
