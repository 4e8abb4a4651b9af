/* SPDX-License-Identifier: Apache-2.0 */
/* What samples of one family must be to each other: each rule, kept and broken. */
#include "support/expect.h"
#include "support/parsed.h"

/* The error that a document ends with, without its name; "" for none. To be freed. */
static char *error_of(promlet_parser_opts options, const char *document)
{
    char *text = parsed_text(options, document, strlen(document), 0);
    char *error = strstr(text, "error ");
    char *end = error != NULL ? strchr(error, '\n') : NULL;
    if (end != NULL) {
        *end = '\0';
    }
    char *copy = strdup(error != NULL ? error + strlen("error ") : "");
    free(text);
    return copy;
}

struct broken {
    const char *document;
    const char *error; /* "" where the rule is kept */
};

static void expect_errors(promlet_parse_format format, const struct broken *cases, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        char document[600];
        (void)snprintf(document, sizeof document, "%s%s", cases[i].document,
                       format == PROMLET_PARSE_TEXT ? "" : "# EOF\n");
        keep_any(format, document, strlen(document));
        char *error = error_of((promlet_parser_opts){.format = format}, document);
        assert_string_equal(error, cases[i].error);
        free(error);
        error = error_of((promlet_parser_opts){.format = format, .is_lenient = true}, document);
        assert_string_equal(error, "");
        free(error);
    }
}

#define H "# TYPE a histogram\n"
#define S "# TYPE a summary\n"
#define G "# TYPE a gaugehistogram\n"

static void text_samples_fit_each_other(void **state)
{
    (void)state;
    static const struct broken cases[] = {
        {"a 1\na 1\n", "2:0 syntax: a stands twice with the same labels"},
        {"a{b=\"1\",c=\"2\"} 1 1\na{c=\"2\",b=\"1\"} 1 2\n",
         "2:0 syntax: a stands twice with the same labels"},
        {"a{b=\"\"} 1\na 1\n", "2:0 syntax: a stands twice with the same labels"},
        {"a{b=\"1\"} 1\na{c=\"1\"} 1\na{b=\"1\",c=\"1\"} 1\n", ""},
        {H "a_bucket{le=\"1\"} 1\na_bucket{le=\"+Inf\"} 2\na_sum 1\na_count 2\n", ""},
        {H "a_count{b=\"1\"} 2\na_bucket{le=\"+Inf\"} 2\na_bucket{b=\"1\",le=\"1\"} 1\na_count 2\n"
           "a_bucket{le=\"+Inf\",b=\"1\"} 2\n",
         ""},
        {H "a_bucket 1\n", "2:0 syntax: a_bucket has no label le"},
        {H "a_bucket{le=\"x\"} 1\n", "2:0 syntax: the label le=\"x\" is no number"},
        {H "a_bucket{le=\"NaN\"} 1\n", "2:0 syntax: the label le=\"NaN\" is no number"},
        {H "a_bucket{le=\"Inf\"} 1\n", "2:0 syntax: the label le=\"Inf\" is spelt +Inf"},
        {H "a_bucket{le=\"2\"} 1\na_bucket{le=\"1\"} 1\n",
         "3:0 syntax: the bounds of a_bucket do not rise"},
        {H "a_bucket{le=\"1\"} 1\na_bucket{le=\"1.0\"} 1\n",
         "3:0 syntax: the bounds of a_bucket do not rise"},
        {H "a_bucket{le=\"1\"} 18446744073709551615\na_bucket{le=\"2\"} 18446744073709551614\n",
         "3:0 syntax: a_bucket is below the bucket before"},
        {H "a_bucket{le=\"1\"} NaN\n", "2:0 syntax: a_bucket is below the bucket before"},
        {H "a_bucket{le=\"1\"} 1\na_sum 1\na_count 1\n",
         "2:0 syntax: the histogram a that begins here has no bucket +Inf"},
        {H "a_bucket{le=\"+Inf\"} 1\na_bucket{b=\"1\",le=\"+Inf\"} 1\na_count 1\nc 1\n",
         "3:0 syntax: the histogram a that begins here has no _count"},
        {H "a_bucket{le=\"+Inf\"} 1\na_count 2\n",
         "3:0 syntax: the count of the histogram a is not that of its bucket +Inf"},
        {H "a_bucket{le=\"+Inf\"} 1\na_count 1\na_count 1\n",
         "4:0 syntax: a_count stands twice with the same labels"},
        {S "a{quantile=\"0.5\"} -1\na{quantile=\"1\"} 1\na_sum -1\na_count 1\n", ""},
        {S "a 1\n", "2:0 syntax: a has no label quantile"},
        {S "a{quantile=\"0.5\"} 1\na{quantile=\"0.50\"} 1\n",
         "3:0 syntax: the quantiles of a do not rise"},
        {S "a_sum 1\na_sum 1\n", "3:0 syntax: a_sum stands twice with the same labels"},
    };
    expect_errors(PROMLET_PARSE_TEXT, cases, COUNT_OF(cases));
}

static void openmetrics_samples_fit_their_type(void **state)
{
    (void)state;
    static const struct broken cases[] = {
        {"# TYPE a counter\na_total -1\n",
         "2:0 syntax: the value of the counter a_total is negative"},
        {"# TYPE a counter\na_total NaN\n", "2:0 syntax: the value of the counter a_total is NaN"},
        {"# TYPE a counter\na_created -1\n",
         "2:0 syntax: the counter a that begins here has no _total"},
        {"# TYPE a counter\na_total +Inf\na_created -1\n", ""},
        {"# TYPE a gauge\na -1\n", ""},
        {"# TYPE a info\na_info 2\n", "2:0 syntax: the value of the info a_info is not 1"},
        {"# TYPE a info\n# UNIT a a\n", "1:0 syntax: the info a has a unit"},
        {"# TYPE a_b stateset\n# UNIT a_b b\n", "1:0 syntax: the stateset a_b has a unit"},
        {"# TYPE a info\n# UNIT a \n", ""},
        {"# TYPE a_seconds gauge\n# UNIT a_seconds seconds\n", ""},
        {"# TYPE a_seconds gauge\n# UNIT a_seconds econds\n",
         "1:0 syntax: the gauge a_seconds does not end in its unit"},
        {"# TYPE a stateset\na{a=\"x\"} 1\na{a=\"y\"} 0\n", ""},
        {"# TYPE a stateset\na{a=\"x\"} 2\n",
         "2:0 syntax: the value of the stateset a is neither 0 nor 1"},
        {"# TYPE a stateset\na{b=\"x\"} 1\n",
         "2:0 syntax: the state of a is not in a label of that name"},
        {"# TYPE a stateset\na{a=\"x\"} 1\na{a=\"x\"} 0\n",
         "3:0 syntax: a stands twice with the same labels"},
        {S "a{quantile=\"1.1\"} 1\n", "2:0 syntax: the quantile of a is not between 0 and 1"},
        {S "a{quantile=\"1.0\"} -1\n", "2:0 syntax: the value of the summary a is negative"},
        {S "a{quantile=\"1.0\"} NaN\na{quantile=\"0.5\"} 1\n", ""},
        {S "a{quantile=\"1.0\"} NaN\na{quantile=\"1.0\"} 1\n",
         "3:0 syntax: a stands twice with the same labels"},
        {S "a_sum -1.0\n", "2:0 syntax: the value of the summary a_sum is negative"},
        {S "a_count 1.5\n", "2:0 syntax: the value of the summary a_count is no integer from 0 on"},
        {S "a_count{quantile=\"1\"} 1\n",
         "2:0 syntax: a_count has a label quantile, which it must not"},
    };
    expect_errors(PROMLET_PARSE_OPENMETRICS, cases, COUNT_OF(cases));
}

static void openmetrics_histograms_are_whole(void **state)
{
    (void)state;
    static const struct broken cases[] = {
        {H "a_bucket{le=\"+Inf\"} 1\n", ""},
        {H "a_bucket{le=\"+Inf\"} 1.5\n",
         "2:0 syntax: the value of the histogram a_bucket is no integer from 0 on"},
        {H "a_bucket{le=\"+Inf\"} 1\na_sum 1\n",
         "2:0 syntax: the histogram a that begins here has a sum, but no count"},
        {H "a_bucket{le=\"+Inf\"} 1\na_count 1\n",
         "2:0 syntax: the histogram a that begins here has a count, but no sum"},
        {H "a_bucket{le=\"-1\"} 1\na_bucket{le=\"+Inf\"} 1\na_sum 1\na_count 1\n",
         "2:0 syntax: the histogram a that begins here has a negative bound, and a sum"},
        {H "a_bucket{le=\"+Inf\"} 1\na_sum NaN\n",
         "3:0 syntax: the value of the histogram a_sum is NaN"},
        {H "a_bucket{le=\"+Inf\"} 1\na_sum{le=\"1\"} 1\n",
         "3:0 syntax: a_sum has a label le, which it must not"},
        {H "a_bucket{le=\"1.0\"} 1\na_bucket{b=\"1\",le=\"+Inf\"} 1\n",
         "2:0 syntax: the histogram a that begins here has no bucket +Inf"},
        {G "a_bucket{le=\"+Inf\"} 1\na_gsum -1\na_gcount 1\n",
         "2:0 syntax: the gaugehistogram a that begins here has a negative sum, but no negative "
         "bound"},
        {G "a_bucket{le=\"-1.0\"} 1\na_bucket{le=\"+Inf\"} 1\na_gsum -1\na_gcount 1\n", ""},
        {H "a_bucket{le=\"1.0\"} 1 # {} 1\na_bucket{le=\"+Inf\"} 1 # {} 5\n", ""},
        {H "a_bucket{le=\"1.0\"} 1 # {} 1.5\na_bucket{le=\"+Inf\"} 1\n",
         "2:0 syntax: the exemplar of a_bucket is beyond its bucket"},
        {H "a_bucket{le=\"+Inf\"} 1\na_count 1 # {} 1\n",
         "3:0 syntax: a_count has an exemplar, which only counters and buckets may"},
        {"# TYPE a gauge\na 1 # {} 1\n",
         "2:0 syntax: a has an exemplar, which only counters and buckets may"},
    };
    expect_errors(PROMLET_PARSE_OPENMETRICS, cases, COUNT_OF(cases));
}

static void openmetrics_metrics_stand_in_one_piece(void **state)
{
    (void)state;
    static const struct broken cases[] = {
        {"a{b=\"1\"} 1\na 1\na{b=\"1\"} 1\n",
         "3:0 syntax: a stands twice with the same labels, or not in one piece"},
        {"a 1\na 1\n", "2:0 syntax: a stands twice with the same labels"},
        {"a 1 1\na 1 2.5\na 1 2.75\n", ""},
        {"a 1 1\na 1 1\n", "2:0 syntax: a stands twice with the same labels"},
        {"a 1 1\na 1 0.5\n", "2:0 syntax: the time of a goes back"},
        {"a 1 1\na 1\n", "2:0 syntax: some samples of a have a time, and some have none"},
        {"a 1 1\na{b=\"1\"} 1\n", ""},
        {H "a_bucket{le=\"+Inf\"} 1 1\na_sum 1 1\na_count 1 1\na_bucket{le=\"+Inf\"} 2 2\n", ""},
        {H "a_bucket{le=\"+Inf\"} 1 1\na_sum 1 1\na_bucket{le=\"+Inf\"} 2 2\n",
         "2:0 syntax: the histogram a that begins here has a sum, but no count"},
        {"# TYPE a stateset\na{a=\"x\"} 1 1\na{a=\"x\"} 0 2\n", ""},
        {H
         "a_bucket{b=\"1\",le=\"+Inf\"} 1\na_bucket{le=\"+Inf\"} 1\na_bucket{b=\"1\",le=\"1\"} 1\n",
         "4:0 syntax: a_bucket stands twice with the same labels, or not in one piece"},
    };
    expect_errors(PROMLET_PARSE_OPENMETRICS, cases, COUNT_OF(cases));
}

static void openmetrics2_values_fit_their_type(void **state)
{
    (void)state;
    static const struct broken cases[] = {
        {H "a 1\n", "2:0 syntax: the value of the histogram a has no fields"},
        {"# TYPE a gauge\na {count:1,sum:1,bucket:[+Inf:1]}\n",
         "2:0 syntax: the value of the gauge a has fields"},
        {"a {count:1,sum:1,bucket:[+Inf:1]}\n", ""},
        {H "a {gcount:1,gsum:1,bucket:[+Inf:1]}\n",
         "2:0 syntax: the value of the gaugehistogram a has the fields of another type"},
        {H "a {count:1,sum:1}\n", "2:0 syntax: the value of the histogram a has no buckets"},
        {H "a {count:1,sum:1,bucket:[1:1]}\n",
         "2:0 syntax: the value of the histogram a has no bucket +Inf"},
        {H "a {count:1,sum:1,bucket:[1:1,1.0:1,+Inf:1]}\n",
         "2:0 syntax: the value of the histogram a has bounds that do not rise"},
        {H "a {count:1,sum:1,bucket:[1:2,+Inf:1]}\n",
         "2:0 syntax: the value of the histogram a has a bucket below the one before"},
        {H "a {count:2,sum:1,bucket:[1:1,+Inf:1]}\n",
         "2:0 syntax: the value of the histogram a has a count that is not that of the bucket "
         "+Inf"},
        {H "a {count:3,sum:1,schema:0,zero_threshold:0,zero_count:1,positive_spans:[0:1],"
           "positive_buckets:[1]}\n",
         "2:0 syntax: the value of the histogram a has a count that is not that of its buckets"},
        {H "a {count:3,sum:NaN,schema:0,zero_threshold:0,zero_count:1,positive_spans:[0:1],"
           "positive_buckets:[1]}\n",
         ""},
        {H "a {count:1,sum:1,schema:0,zero_threshold:-1,zero_count:1}\n",
         "2:0 syntax: the value of the histogram a has a negative zero_threshold"},
        {S "a {count:1,sum:1,quantile:[0.5:1,0.25:1]}\n",
         "2:0 syntax: the value of the summary a has quantiles that do not rise"},
        {S "a {count:1,sum:1,quantile:[2:1]}\n",
         "2:0 syntax: the value of the summary a has a quantile that is not between 0 and 1"},
        {S "a {count:1,sum:1,quantile:[1:-1]}\n",
         "2:0 syntax: the value of the summary a has a negative value at a quantile"},
        {S "a {count:1.5,sum:1,quantile:[]}\n",
         "2:0 syntax: the value of the summary a has a count that is no integer from 0 on"},
        {"# TYPE a counter\na 1 # {} 1\n", "2:0 syntax: an exemplar of a has no time"},
        {"# TYPE a info\na 1\n", "1:0 syntax: the info a does not end in _info"},
        {H "a{le=\"1\"} {count:1,sum:1,bucket:[+Inf:1]}\n",
         "2:0 syntax: a has a label le, which it must not"},
        {H "a {count:1,sum:1,bucket:[+Inf:1]}\na {count:1,sum:1,bucket:[+Inf:1]}\n",
         "3:0 syntax: a stands twice with the same labels"},
    };
    expect_errors(PROMLET_PARSE_OPENMETRICS2, cases, COUNT_OF(cases));
}

static void exemplars_of_openmetrics1_are_short(void **state)
{
    (void)state;
    char label[130];
    char document[300];
    for (size_t size = 127; size <= 128; size++) {
        memset(label, 'x', size);
        label[size] = '\0';
        (void)snprintf(document, sizeof document,
                       "# TYPE a counter\na_total 1 # {e=\"%s\xc3\xa4\"} 1\n# EOF\n", label + 1);
        char *error =
            error_of((promlet_parser_opts){.format = PROMLET_PARSE_OPENMETRICS}, document);
        assert_string_equal(error, size == 127 ? ""
                                               : "2:0 syntax: the labels of an exemplar have more "
                                                 "than 128 characters");
        free(error);
    }
}

static void series_of_a_family_have_a_limit(void **state)
{
    (void)state;
    expect_parsed((promlet_parser_opts){.max_family_series = 2, .goes_on = true},
                  "a{b=\"1\"} 1\na{b=\"2\"} 1\na{b=\"3\"} 1\na{b=\"3\"} 1\nc 1\n",
                  "family a\nvalue a{b=\"1\"} 1\nvalue a{b=\"2\"} 1\n"
                  "error 3:0 limit: the family has more than 2 series\n"
                  "error 4:0 limit: the family has more than 2 series\n"
                  "family c\nvalue c 1\n");
    expect_parsed(
        (promlet_parser_opts){.max_family_series = 1, .format = PROMLET_PARSE_OPENMETRICS},
        H "a_bucket{le=\"1.0\"} 1\na_bucket{le=\"+Inf\"} 1\n# EOF\n",
        "family a histogram\nbucket a_bucket{le=\"1.0\"} 1\n"
        "bucket a_bucket{le=\"+Inf\"} 1\n");
}

/* More than a table begins with, and one of them twice. */
static void series_of_large_families_are_remembered(void **state)
{
    (void)state;
    static const char *const formats[] = {"# TYPE a gauge\n", "# TYPE a histogram\n"};
    for (size_t i = 0; i < COUNT_OF(formats); i++) {
        char *document = NULL;
        size_t size;
        FILE *to = open_memstream(&document, &size);
        (void)fputs(formats[i], to);
        for (int k = 0; k <= 5000; k++) {
            const char *suffix = i == 0 ? "" : "_count";
            (void)fprintf(to, "a%s{b=\"%d\",c=\"x\"} %d\n", suffix, k < 5000 ? k : 1234, k);
        }
        (void)fclose(to);
        char *error = error_of((promlet_parser_opts){.format = PROMLET_PARSE_TEXT}, document);
        assert_string_equal(error,
                            i == 0 ? "5002:0 syntax: a stands twice with the same labels"
                                   : "5002:0 syntax: a_count stands twice with the same labels");
        free(error);
        free(document);
    }
}

static void samples_that_break_a_rule_are_left_out_if_asked(void **state)
{
    (void)state;
    expect_parsed((promlet_parser_opts){.format = PROMLET_PARSE_OPENMETRICS, .goes_on = true},
                  H "a_bucket{le=\"+Inf\"} 1\na_count 2\na_sum -1\n"
                    "a_bucket{b=\"1\",le=\"1\"} -1\na_bucket{b=\"1\",le=\"+Inf\"} 1\n# EOF\n",
                  "family a histogram\nbucket a_bucket{le=\"+Inf\"} 1\ncount a_count 2\n"
                  "error 4:0 syntax: the value of the histogram a_sum is negative\n"
                  "error 2:0 syntax: the histogram a that begins here has a count, but no sum\n"
                  "error 5:0 syntax: the value of the histogram a_bucket is no integer from 0 on\n"
                  "bucket a_bucket{b=\"1\",le=\"+Inf\"} 1\n");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(text_samples_fit_each_other),
        cmocka_unit_test(openmetrics_samples_fit_their_type),
        cmocka_unit_test(openmetrics_histograms_are_whole),
        cmocka_unit_test(openmetrics_metrics_stand_in_one_piece),
        cmocka_unit_test(openmetrics2_values_fit_their_type),
        cmocka_unit_test(exemplars_of_openmetrics1_are_short),
        cmocka_unit_test(series_of_a_family_have_a_limit),
        cmocka_unit_test(series_of_large_families_are_remembered),
        cmocka_unit_test(samples_that_break_a_rule_are_left_out_if_asked),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
