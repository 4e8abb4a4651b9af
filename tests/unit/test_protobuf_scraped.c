/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Makes the document that a real Prometheus scrapes (tests/peers/prometheus_protobuf, which knows
 * the values): one family of each type, made by hand, for native buckets and exemplars of chosen
 * values.
 */
#include "support/protobuf.h"

#include <math.h>

static const pml_text nothing = TEXT("");
static const pml_text help = TEXT("Of a test, \"quoted\".");

/* 2018-03-12, in the middle of a second. */
#define TIME INT64_C(1520879607789000000)
#define SECOND 1000000000

#define FAMILY(family_name, family_type, family_shape, family_series)                              \
    .name = &(family_name), .help = &help, .unit = &nothing, .type = (family_type),                \
    .shape = (family_shape), .series = (family_series), .series_count = COUNT_OF(family_series)

/* ---- numbers --------------------------------------------------------------------------------- */

static const pml_text counter_name = TEXT("t_counter_total");
static pml_snapshot_series counters[] = {
    {LABELS("path=\"/\\\"a\\\"\\n\\\\\",x=\"\xc3\xa9\""),
     .as.number = {.is_whole = true, .as.whole = (UINT64_C(1) << 53) + 1}},
    {LABELS("path=\"/b\",x=\"2\""), .as.number = {.is_whole = false, .as.real = 0.25}}};
static pml_exemplar counter_exemplars[] = {
    {LABELS("trace_id=\"aa\""), .value = 0.5, .time_ns = TIME}, {.labels = NULL}};
static int64_t counter_starts[] = {TIME, TIME};

static const pml_text gauge_name = TEXT("t_gauge");
static pml_snapshot_series gauges[] = {
    {LABELS("a=\"1\""), .as.number = {.is_whole = false, .as.real = -3.5}},
    {LABELS("a=\"2\""), .as.number = {.is_whole = false, .as.real = INFINITY}},
    {LABELS("a=\"3\""), .as.number = {.is_whole = false, .as.real = NAN}}};

static const pml_text info_name = TEXT("t_info");
static pml_snapshot_series infos[] = {
    {LABELS("version=\"1.2\""), .as.number = {.is_whole = true, .as.whole = 1}}};

static const pml_text unknown_name = TEXT("t_unknown");
static pml_snapshot_series unknowns[] = {
    {.labels = "", .as.number = {.is_whole = false, .as.real = 1e-300}}};

static const pml_text states_name = TEXT("t_states");
static const pml_text states[] = {TEXT("on"), TEXT("off")};
static pml_snapshot_series state_sets[] = {{.labels = "", .as.states = 2}};

/* ---- histograms and summaries ---------------------------------------------------------------- */

static const pml_text classic_name = TEXT("t_classic");
static const double bounds[] = {0.5, 1, 1000000};
static const uint64_t classic_counts[] = {10, 30, 50, 10};
static pml_snapshot_series classics[] = {
    {LABELS("a=\"1\""), .as.histogram = {.sum = 1234.5, .counts = classic_counts}}};
static pml_exemplar classic_exemplars[] = {
    {.labels = NULL},
    {LABELS("trace_id=\"bb\""), .value = 0.75, .time_ns = TIME},
    {.labels = NULL},
    {LABELS("trace_id=\"cc\""), .value = 2e6, .time_ns = TIME + SECOND}};

/* 20 around 0, and 10 in each eighth of the way from 1 to 2, and from -1 to -2 in the first. */
static const pml_text native_name = TEXT("t_native");
static const pml_native_span positive_span = {1, 8};
static const pml_native_span negative_span = {1, 1};
static const uint64_t eighths[] = {10, 10, 10, 10, 10, 10, 10, 10};
static const uint64_t native_counts[] = {30, 10, 70, 0};
static pml_snapshot_series native_series[] = {
    {LABELS("a=\"1\""), .as.histogram = {.sum = 117.5, .counts = native_counts}}};
static pml_native natives[] = {{.schema = 3,
                                .zero_threshold = 0x1p-128,
                                .zero_count = 20,
                                .positive = {&positive_span, 1, eighths, 8},
                                .negative = {&negative_span, 1, eighths, 1}}};

/* Far apart, in both directions, and each next to a gap. */
static const pml_text sparse_name = TEXT("t_sparse");
static const pml_native_span sparse_spans[] = {{-40, 1}, {79, 2}, {3, 1}};
static const uint64_t sparse_counts[] = {7, 1, 2, 5};
static const uint64_t sparse_total[] = {15};
static pml_snapshot_series sparse_series[] = {
    {.labels = "", .as.histogram = {.sum = -1, .counts = sparse_total}}};
static pml_native sparse_natives[] = {
    {.schema = 0, .zero_threshold = 0x1p-128, .positive = {sparse_spans, 3, sparse_counts, 4}}};

static const pml_text empty_name = TEXT("t_native_empty");
static const uint64_t no_counts[] = {0};
static pml_snapshot_series empty_series[] = {{.labels = "", .as.histogram = {.counts = no_counts}}};
static pml_native empty_natives[] = {{.schema = 3, .zero_threshold = 0x1p-128}};

static const pml_text summary_name = TEXT("t_summary");
static const double quantiles[] = {0.5, 1};
static const double quantile_values[] = {1.25, NAN};
static pml_snapshot_series summaries[] = {
    {.labels = "", .as.summary = {.sum = 6.5, .count = 4, .values = quantile_values}}};

/* In order of their names. */
static pml_snapshot_family families[] = {
    {FAMILY(classic_name, "histogram", PML_SHAPE_HISTOGRAM, classics), .bound_values = bounds,
     .bound_count = 3, .exemplars = classic_exemplars, .exemplars_a_series = 4,
     .starts = counter_starts},
    {FAMILY(counter_name, "counter", PML_SHAPE_NUMBER, counters), .exemplars = counter_exemplars,
     .exemplars_a_series = 1, .starts = counter_starts},
    {FAMILY(gauge_name, "gauge", PML_SHAPE_NUMBER, gauges)},
    {FAMILY(info_name, "info", PML_SHAPE_NUMBER, infos)},
    {FAMILY(native_name, "histogram", PML_SHAPE_HISTOGRAM, native_series), .bound_values = bounds,
     .bound_count = 3, .natives = natives, .exemplars = classic_exemplars, .exemplars_a_series = 4,
     .starts = counter_starts},
    {FAMILY(empty_name, "histogram", PML_SHAPE_HISTOGRAM, empty_series), .natives = empty_natives},
    {FAMILY(sparse_name, "histogram", PML_SHAPE_HISTOGRAM, sparse_series),
     .natives = sparse_natives},
    {FAMILY(states_name, "stateset", PML_SHAPE_STATES, state_sets), .bounds = states,
     .bound_count = 2},
    {FAMILY(summary_name, "summary", PML_SHAPE_SUMMARY, summaries), .bound_values = quantiles,
     .bound_count = 2},
    {FAMILY(unknown_name, "unknown", PML_SHAPE_NUMBER, unknowns)},
};

static void scraped_document_keeps_the_rules(void **state)
{
    (void)state;
    promlet_snapshot snapshot = {.families = families, .family_count = COUNT_OF(families)};
    size_t size;
    char *bytes = promlet_snapshot_string(&snapshot, PROMLET_FORMAT_PROTOBUF, &size);
    strict_protobuf read;
    if (!strict_protobuf_read(&read, bytes, size)) {
        fail_msg("%s", read.reading.why);
    }
    assert_int_equal(read.family_count, COUNT_OF(families));
    keep_protobuf("protobuf_scraped", bytes, size, read.reading.text);
    strict_protobuf_free(&read);
    promlet_free(bytes);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(scraped_document_keeps_the_rules),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
