/* SPDX-License-Identifier: Apache-2.0 */
/* The text format, line by line: what is read, and what is wrong where. */
#include "support/expect.h"
#include "support/parsed.h"

static const promlet_parser_opts strict = {.format = PROMLET_PARSE_TEXT};
static const promlet_parser_opts lenient = {.format = PROMLET_PARSE_TEXT, .is_lenient = true};

static void text_of_each_type_is_read(void **state)
{
    (void)state;
    expect_parsed(strict,
                  "# HELP jobs_total Jobs\\n\\\\ \"done\".\n"
                  "# TYPE jobs_total counter\n"
                  "jobs_total{queue=\"mail\",note=\"a\\\"b\\\\c\\nd\"} 3\n"
                  "jobs_total{queue=\"post\"} 18446744073709551615 1767225600123\n"
                  "# TYPE depth gauge\n"
                  "depth -1.5e-3 -1500\n"
                  "# TYPE wait histogram\n"
                  "wait_bucket{le=\"0.5\"} 1\n"
                  "wait_bucket{le=\"+Inf\"} 2\n"
                  "wait_sum 2.25\n"
                  "wait_count 2\n"
                  "# TYPE size summary\n"
                  "size{quantile=\"0.5\"} NaN\n"
                  "size_sum +Inf\n"
                  "size_count 0\n"
                  "# HELP empty\n"
                  "# TYPE nothing untyped\n"
                  "alone 0x\n",
                  "family jobs_total counter help \"Jobs\\n\\\\ \\\"done\\\".\"\n"
                  "value jobs_total{queue=\"mail\",note=\"a\\\"b\\\\c\\nd\"} 3\n"
                  "value jobs_total{queue=\"post\"} 18446744073709551615 @1767225600.123000000\n"
                  "family depth gauge\n"
                  "value depth -0.0015 @-2.500000000\n"
                  "family wait histogram\n"
                  "bucket wait_bucket{le=\"0.5\"} 1\n"
                  "bucket wait_bucket{le=\"+Inf\"} 2\n"
                  "sum wait_sum 2.25\n"
                  "count wait_count 2\n"
                  "family size summary\n"
                  "quantile size{quantile=\"0.5\"} nan\n"
                  "sum size_sum inf\n"
                  "count size_count 0\n"
                  "family empty help \"\"\n"
                  "error 18:7 syntax: the value \"0x\" is no number\n"
                  "not in the format\n");
}

static void text_with_spaces_and_comments_is_read(void **state)
{
    (void)state;
    expect_parsed(strict,
                  "\n \t\n# a comment\n#\n# EOF\n"
                  "  # \tTYPE\t a   gauge \n"
                  "\ta { x = \"1\" , y=\"2\", } \t 1  2 \n"
                  "b 1\n",
                  "family a gauge\n"
                  "value a{x=\"1\",y=\"2\"} 1 @0.002000000\n"
                  "family b\n"
                  "value b 1\n");
}

static void text_with_quoted_names_is_read(void **state)
{
    (void)state;
    expect_parsed(strict,
                  "# TYPE \"my.dotted\" histogram\n"
                  "{\"my.dotted_bucket\",le=\"+Inf\",\"a \\\"b\\\"\"=\"x\"} 1\n"
                  "{\"my.dotted_sum\",\"a \\\"b\\\"\"=\"x\"} 1\n"
                  "{\"my.dotted_count\",\"a \\\"b\\\"\"=\"x\",} 1\n",
                  "family my.dotted histogram\n"
                  "bucket my.dotted_bucket{le=\"+Inf\",a \"b\"=\"x\"} 1\n"
                  "sum my.dotted_sum{a \"b\"=\"x\"} 1\n"
                  "count my.dotted_count{a \"b\"=\"x\"} 1\n");
}

/* Each is the only line of a document. */
static void text_that_is_wrong_says_where(void **state)
{
    (void)state;
    static const char *const cases[][2] = {
        {"a", "1:2 syntax: there is no space before the value"},
        {"a ", "1:3 syntax: the value is missing"},
        {"1a 1", "1:1 syntax: a metric's name begins with a letter or _"},
        {"a{ 1", "1:4 syntax: a label's name begins with a letter or _"},
        {"a{b} 1", "1:4 syntax: there is no = behind the label's name b"},
        {"a{b=1} 1", "1:5 syntax: a label's value is not in quotes"},
        {"a{b=\"1} 1", "1:5 syntax: a label's value has no closing quote"},
        {"a{b=\"\\t\"} 1", "1:6 syntax: a backslash stands before \\, \" or n only"},
        {"a{b=\"\\", "1:6 syntax: a backslash stands before \\, \" or n only"},
        {"a{b=\"1\" c=\"2\"} 1", "1:9 syntax: behind a label there is a comma or }"},
        {"a{b=\"1\",b=\"2\"} 1", "1:9 syntax: the label b stands twice"},
        {"a{__name__=\"1\"} 1", "1:3 syntax: __name__ is the metric's name and no label"},
        {"{} 1", "1:2 syntax: there is no metric's name"},
        {"{\"\"} 1", "1:2 syntax: a metric's name is empty"},
        {"{\"a.b\"=\"c\"} 1", "1:7 syntax: behind a name in quotes there is a comma or }"},
        {"\"a.b\" 1", "1:1 syntax: a metric's name in quotes stands within the braces"},
        {"a 1_0", "1:3 syntax: the value \"1_0\" is no number"},
        {"a 0x1p3", "1:3 syntax: the value \"0x1p3\" is no number"},
        {"a -nan", "1:3 syntax: the value \"-nan\" is no number"},
        {"a 1,5", "1:3 syntax: the value \"1,5\" is no number"},
        {"a 1e999", "1:3 syntax: the value \"1e999\" is too large"},
        {"a 1\r", "1:3 syntax: the value \"1?\" is no number"},
        {"a 1 1.5", "1:5 syntax: the time \"1.5\" is no number"},
        {"a 1 9223372036854775808", "1:5 syntax: the time \"9223372036854775808\" is too large"},
        {"a 1 2 3", "1:7 syntax: nothing may stand here"},
        {"a 1 # {} 1", "1:5 syntax: the time \"#\" is no number"},
        {"# TYPE a", "1:9 syntax: there is no space before the text"},
        {"# TYPE a info", "1:10 syntax: the type \"info\" is none that the format has"},
        {"# TYPE a gauge 1", "1:16 syntax: nothing may stand here"},
        {"# HELP", "1:7 syntax: there is no space before the metric's name"},
        {"# HELP a \\\"", "1:10 syntax: a backslash stands before \\ or n only"},
        {"a 1 \xff", "1:5 syntax: the line is not UTF-8 from here on"},
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        char document[100];
        char expected[200];
        (void)snprintf(document, sizeof document, "%s\n", cases[i][0]);
        (void)snprintf(expected, sizeof expected, "error %s\nnot in the format\n", cases[i][1]);
        expect_parsed(strict, document, expected);
    }
}

static void text_without_order_is_refused(void **state)
{
    (void)state;
    static const char *const cases[][2] = {
        {"# TYPE a gauge\n# TYPE a gauge\n",
         "error 2:0 syntax: # TYPE of a stands twice\nnot in the format\n"},
        {"# HELP a\n# HELP a\n", "error 2:0 syntax: # HELP of a stands twice\nnot in the format\n"},
        {"a 1\n# TYPE a gauge\n",
         "family a\nvalue a 1\n"
         "error 2:0 syntax: # TYPE of a stands behind its samples\nnot in the format\n"},
        {"a 1\nb 1\na{x=\"1\"} 1\n",
         "family a\nvalue a 1\nfamily b\nvalue b 1\n"
         "error 3:0 syntax: a belongs to a family before, which stands in one piece\n"
         "not in the format\n"},
        {"a_sum 1\n# TYPE a summary\n",
         "family a_sum\nvalue a_sum 1\n"
         "error 3:0 syntax: a_sum belongs to a family before, which stands in one piece\n"
         "not in the format\n"},
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        expect_parsed(strict, cases[i][0], cases[i][1]);
    }
}

static void text_without_last_line_feed_is_refused(void **state)
{
    (void)state;
    expect_parsed(strict, "a 1",
                  "family a\nvalue a 1\n"
                  "error 1:0 syntax: the last line does not end in a line feed\n"
                  "not in the format\n");
}

static void lenient_text_is_read_but_for_bad_lines(void **state)
{
    (void)state;
    expect_parsed(lenient,
                  "# TYPE a gauge\r\n"
                  "a 1\r\n"
                  "what is this?\r\n"
                  "# TYPE a counter\r\n"
                  "b{x=\"\\t\"} 2\r\n"
                  "a{x=\"1\"} 1\r\n"
                  "# HELP c \\\"",
                  "family a gauge\n"
                  "value a 1\n"
                  "error 3:6 syntax: the value \"is\" is no number\n"
                  "family b\n"
                  "value b{x=\"\\\\t\"} 2\n"
                  "family a\n"
                  "value a{x=\"1\"} 1\n"
                  "family c help \"\\\\\\\"\"\n");
}

/* The format allows all but a line feed in it. */
static void help_that_ends_with_a_carriage_return_loses_it_if_lenient(void **state)
{
    (void)state;
    expect_parsed(strict, "# HELP a b\r\n", "family a help \"b\r\"\n");
    expect_parsed(lenient, "# HELP a b\r\n", "family a help \"b\"\n");
}

static void text_goes_on_behind_errors_if_asked(void **state)
{
    (void)state;
    promlet_parser_opts options = strict;
    options.goes_on = true;
    expect_parsed(options, "a\nb 1\nc x\nd 2",
                  "error 1:2 syntax: there is no space before the value\n"
                  "family b\nvalue b 1\n"
                  "error 3:3 syntax: the value \"x\" is no number\n"
                  "family d\nvalue d 2\n"
                  "error 4:0 syntax: the last line does not end in a line feed\n");
}

static void text_beyond_limits_is_refused(void **state)
{
    (void)state;
    promlet_parser_opts options = {
        .max_line_bytes = 12, .max_labels = 1, .max_families = 2, .goes_on = true};
    expect_parsed(options, "a{b=\"123\"} 1\nabcdefghijkl 1\na{b=\"\",c=\"\"} 1\nb 1\nc 1\n",
                  "family a\nvalue a{b=\"123\"} 1\n"
                  "error 2:0 limit: the line is longer than the limit\n"
                  "error 3:0 limit: the line is longer than the limit\n"
                  "family b\nvalue b 1\n"
                  "error 5:0 limit: there are more than 2 families\n"
                  "family c\nvalue c 1\n");
    expect_parsed((promlet_parser_opts){.max_labels = 1}, "a{b=\"\",c=\"\"} 1\n",
                  "error 1:8 limit: there are more than 1 labels\nbeyond a limit\n");
    expect_parsed((promlet_parser_opts){.max_document_bytes = 3}, "a 1",
                  "family a\nvalue a 1\n"
                  "error 1:0 syntax: the last line does not end in a line feed\n"
                  "not in the format\n");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(text_of_each_type_is_read),
        cmocka_unit_test(text_with_spaces_and_comments_is_read),
        cmocka_unit_test(text_with_quoted_names_is_read),
        cmocka_unit_test(text_that_is_wrong_says_where),
        cmocka_unit_test(text_without_order_is_refused),
        cmocka_unit_test(text_without_last_line_feed_is_refused),
        cmocka_unit_test(lenient_text_is_read_but_for_bad_lines),
        cmocka_unit_test(help_that_ends_with_a_carriage_return_loses_it_if_lenient),
        cmocka_unit_test(text_goes_on_behind_errors_if_asked),
        cmocka_unit_test(text_beyond_limits_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
