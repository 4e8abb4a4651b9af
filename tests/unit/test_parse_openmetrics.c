/* SPDX-License-Identifier: Apache-2.0 */
/* OpenMetrics 1.0 and 2.0: what is read, and what is wrong where. */
#include "support/expect.h"
#include "support/parsed.h"

static const promlet_parser_opts strict = {.format = PROMLET_PARSE_OPENMETRICS};
static const promlet_parser_opts lenient = {.format = PROMLET_PARSE_OPENMETRICS,
                                            .is_lenient = true};
static const promlet_parser_opts strict2 = {.format = PROMLET_PARSE_OPENMETRICS2};

static void openmetrics_of_each_type_is_read(void **state)
{
    (void)state;
    expect_parsed(
        strict,
        "# TYPE jobs_seconds counter\n"
        "# UNIT jobs_seconds seconds\n"
        "# HELP jobs_seconds Time \\\"of\\\" jobs.\n"
        "jobs_seconds_total{queue=\"mail\"} 3.5 1520879607.789 # {id=\"x\"} 0.5 1520879606.1\n"
        "jobs_seconds_created{queue=\"mail\"} 1520430000.123 1520879607.789\n"
        "# TYPE wait histogram\n"
        "wait_bucket{le=\"1.0\"} 1 # {} 0.5\n"
        "wait_bucket{le=\"+Inf\"} 2\n"
        "wait_sum 2.25\n"
        "wait_count 2\n"
        "wait_created 1e9\n"
        "# TYPE held gaugehistogram\n"
        "held_bucket{le=\"+Inf\"} 2\n"
        "held_gsum 1.0\n"
        "held_gcount 2\n"
        "# TYPE size summary\n"
        "size{quantile=\"0.5\"} 1\n"
        "size_sum 2.0\n"
        "size_count 2\n"
        "size_created 0.5\n"
        "# TYPE build info\n"
        "build_info{version=\"1\"} 1\n"
        "# TYPE door stateset\n"
        "door{door=\"open\"} 1\n"
        "# TYPE what unknown\n"
        "what -Inf -0.5\n"
        "alone 1.\n"
        "# EOF\n",
        "family jobs_seconds counter unit \"seconds\" help \"Time \\\"of\\\" jobs.\"\n"
        "value jobs_seconds_total{queue=\"mail\"} 3.5 @1520879607.789000000 "
        "# {id=\"x\"} 0.5 @1520879606.100000000\n"
        "created jobs_seconds_created{queue=\"mail\"} 1520430000.1229999 "
        "@1520879607.789000000\n"
        "family wait histogram\n"
        "bucket wait_bucket{le=\"1.0\"} 1 #  0.5\n"
        "bucket wait_bucket{le=\"+Inf\"} 2\n"
        "sum wait_sum 2.25\n"
        "count wait_count 2\n"
        "created wait_created 1000000000\n"
        "family held gaugehistogram\n"
        "bucket held_bucket{le=\"+Inf\"} 2\n"
        "sum held_gsum 1\n"
        "count held_gcount 2\n"
        "family size summary\n"
        "quantile size{quantile=\"0.5\"} 1\n"
        "sum size_sum 2\n"
        "count size_count 2\n"
        "created size_created 0.5\n"
        "family build info\n"
        "value build_info{version=\"1\"} 1\n"
        "family door stateset\n"
        "state door{door=\"open\"} 1\n"
        "family what unknown\n"
        "value what -inf @-1.500000000\n"
        "family alone\n"
        "value alone 1\n");
}

static void openmetrics_that_is_wrong_says_where(void **state)
{
    (void)state;
    static const char *const cases[][2] = {
        {"", "1:0 syntax: OpenMetrics has no empty lines"},
        {"a  1", "1:3 syntax: the value is missing"},
        {"a\t1", "1:2 syntax: there is no space before the value"},
        {" a 1", "1:1 syntax: a metric's name begins with a letter or _"},
        {"a 1 ", "1:5 syntax: the time is missing"},
        {"a{b=\"1\",} 1", "1:9 syntax: a label's name begins with a letter or _"},
        {"a{b=\"1\", c=\"2\"} 1", "1:9 syntax: a label's name begins with a letter or _"},
        {"a{ b=\"1\"} 1", "1:3 syntax: a label's name begins with a letter or _"},
        {"a 1 NaN", "1:5 syntax: the time \"NaN\" is no number"},
        {"a 1 1 #", "1:8 syntax: there is no space before an exemplar's labels"},
        {"a 1 # 1", "1:7 syntax: an exemplar begins with {"},
        {"a 1 # {}", "1:9 syntax: there is no space before an exemplar's value"},
        {"a 1 # {} 1 ", "1:12 syntax: an exemplar's time is missing"},
        {"a 1 # {} 1 1 1", "1:14 syntax: nothing may stand here"},
        {"a 1 # {} 1 1 # {} 1 1", "1:14 syntax: a second exemplar needs OpenMetrics 2.0"},
        {"# a comment", "1:1 syntax: OpenMetrics has no comments"},
        {"# TYPE a untyped", "1:10 syntax: the type \"untyped\" is none that the format has"},
        {"# HELP a", "1:9 syntax: there is no space before the text"},
        {"# HELP a \"b\"", "1:10 syntax: a quote in a help text has a backslash before it"},
        {"#  EOF", "1:1 syntax: OpenMetrics has no comments"},
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        char document[100];
        char expected[200];
        (void)snprintf(document, sizeof document, "%s\n# EOF\n", cases[i][0]);
        (void)snprintf(expected, sizeof expected, "error %s\nnot in the format\n", cases[i][1]);
        expect_parsed(strict, document, expected);
    }
}

static void openmetrics_without_its_end_is_refused(void **state)
{
    (void)state;
    expect_parsed(strict, "", "error 1:0 syntax: the last line is not # EOF\nnot in the format\n");
    expect_parsed(strict, "# EOF\n\n",
                  "error 2:0 syntax: there is a line behind # EOF\nnot in the format\n");
    expect_parsed(strict, "# EOF", "");
}

static void lenient_openmetrics_takes_what_servers_would_not(void **state)
{
    (void)state;
    expect_parsed(lenient,
                  "# a comment\r\n\r\n"
                  "# HELP a \"b\" \\c\n"
                  "# TYPE a counter\n"
                  " a  {  x=\"1\" , } 1\n"
                  "a_total 2",
                  "family a counter help \"\\\"b\\\" \\\\c\"\n"
                  "value a{x=\"1\"} 1\n"
                  "value a_total 2\n");
}

static void openmetrics2_values_of_fields_are_read(void **state)
{
    (void)state;
    expect_parsed(
        strict2,
        "# TYPE wait histogram\n"
        "wait{x=\"a\"} {count:17,sum:-3.5,bucket:[0.1:8,+Inf:17]} 5 st@1520430000.123 # {} 1 2.5 "
        "# {a=\"b\",c=\"d\"} 0.5 0\n"
        "wait{x=\"b\"} {count:24,sum:NaN,schema:-4,zero_threshold:1e-04,zero_count:2,"
        "negative_spans:[-1:2],negative_buckets:[5,7],positive_spans:[1:1,3:1],"
        "positive_buckets:[4,6],bucket:[+Inf:24]}\n"
        "# TYPE held gaugehistogram\n"
        "held {gcount:2,gsum:1,bucket:[+Inf:2]}\n"
        "# TYPE size summary\n"
        "size {count:2,sum:1,quantile:[0.5:NaN,1.0:3]}\n"
        "size{x=\"a\"} {count:0,sum:0,quantile:[]} st@0\n"
        "# TYPE jobs_total counter\n"
        "jobs_total 1 st@1\n"
        "# EOF\n",
        "family wait histogram\n"
        "composite wait{x=\"a\"} count 17 sum -3.5 0.10000000000000001:8 inf:17 @5.000000000 "
        "since 1520430000.123000000 #  1 @2.500000000 # {a=\"b\",c=\"d\"} 0.5 @0.000000000\n"
        "composite wait{x=\"b\"} count 24 sum nan schema -4 zero 0.0001 2 negative -1:2 5,7 "
        "positive 1:1 3:1 4,6 inf:24\n"
        "family held gaugehistogram\n"
        "composite held count 2 sum 1 inf:2\n"
        "family size summary\n"
        "composite size count 2 sum 1 0.5:nan 1:3\n"
        "composite size{x=\"a\"} count 0 sum 0 since 0.000000000\n"
        "family jobs_total counter\n"
        "value jobs_total 1 since 1.000000000\n");
}

static void openmetrics2_that_is_wrong_says_where(void **state)
{
    (void)state;
    static const char *const cases[][2] = {
        {"a {}", "1:3 syntax: the value goes on with {count: here"},
        {"a {count:1}", "1:11 syntax: the value goes on with ,sum: here"},
        {"a {count:1,gsum:1}", "1:11 syntax: the value goes on with ,sum: here"},
        {"a {count:1,sum:x}", "1:16 syntax: a number in the value \"x\" is no number"},
        {"a {count:1,sum:1,bucket:[1:1", "1:29 syntax: the value goes on with ] here"},
        {"a {count:1,sum:1,bucket:[1:1,]}", "1:30 syntax: a number in the value is missing"},
        {"a {count:1,sum:1,bucket:[1]}", "1:27 syntax: the value goes on with : here"},
        {"a {count:1,sum:1,schema:9,", "1:25 syntax: here is an integer from -4 to 8"},
        {"a {count:1,sum:1,schema:0,zero_threshold:0,zero_count:0,positive_spans:[0:2],"
         "positive_buckets:[1]}",
         "1:56 syntax: the spans have 2 buckets, but 1 are counted"},
        {"a {count:1,sum:1,schema:0,zero_threshold:0,zero_count:0,positive_spans:[0:1,-1:2]",
         "1:77 syntax: here is an integer from 0 to 2147483647"},
        {"a 1 st@x", "1:8 syntax: the start time \"x\" is no number"},
        {"a 1 st@1 st@1", "1:10 syntax: st@ stands once, and before exemplars"},
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        char document[200];
        char expected[200];
        (void)snprintf(document, sizeof document, "%s\n# EOF\n", cases[i][0]);
        (void)snprintf(expected, sizeof expected, "error %s\nnot in the format\n", cases[i][1]);
        expect_parsed(strict2, document, expected);
    }
}

static void parse_format_of_content_types(void **state)
{
    (void)state;
    static const struct {
        const char *content_type;
        promlet_parse_format format;
        promlet_status status;
    } cases[] = {
        {"text/plain; version=0.0.4; charset=utf-8", PROMLET_PARSE_TEXT, PROMLET_OK},
        {"Text/Plain", PROMLET_PARSE_TEXT, PROMLET_OK},
        {"application/openmetrics-text; version=1.0.0; charset=utf-8", PROMLET_PARSE_OPENMETRICS,
         PROMLET_OK},
        {"application/openmetrics-text", PROMLET_PARSE_OPENMETRICS, PROMLET_OK},
        {" application/openmetrics-text ; charset=utf-8; Version = \"2.0.0\"",
         PROMLET_PARSE_OPENMETRICS2, PROMLET_OK},
        {"application/openmetrics-text; version=20.0", PROMLET_PARSE_OPENMETRICS, PROMLET_OK},
        {"text/html", PROMLET_PARSE_TEXT, PROMLET_ERROR_NOT_FOUND},
        {"text/plainer", PROMLET_PARSE_TEXT, PROMLET_ERROR_NOT_FOUND},
        {"", PROMLET_PARSE_TEXT, PROMLET_ERROR_NOT_FOUND},
        {NULL, PROMLET_PARSE_TEXT, PROMLET_ERROR_NOT_FOUND},
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        promlet_parse_format format = PROMLET_PARSE_OPENMETRICS2;
        assert_int_equal(promlet_parse_format_of(cases[i].content_type, &format), cases[i].status);
        assert_int_equal(format, cases[i].format);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(openmetrics_of_each_type_is_read),
        cmocka_unit_test(openmetrics_that_is_wrong_says_where),
        cmocka_unit_test(openmetrics_without_its_end_is_refused),
        cmocka_unit_test(lenient_openmetrics_takes_what_servers_would_not),
        cmocka_unit_test(openmetrics2_values_of_fields_are_read),
        cmocka_unit_test(openmetrics2_that_is_wrong_says_where),
        cmocka_unit_test(parse_format_of_content_types),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
