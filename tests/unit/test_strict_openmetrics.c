/* SPDX-License-Identifier: Apache-2.0 */
/* Tests of the tests' own readers of OpenMetrics: each rule is broken once, and found broken. */
#include "support/expect.h"

typedef struct broken {
    const char *document; /* without # EOF */
    const char *why;      /* the beginning of what the reader says */
} broken;

typedef bool (*read_fn)(strict_document *document, const char *text);

static void expect_refused(read_fn read, const char *text, const char *why)
{
    strict_document document;
    bool is_read = read(&document, text);
    if (is_read || strncmp(document.why, why, strlen(why)) != 0) {
        fail_msg("\"%s\" is %s, not refused as \"%s\"", text, is_read ? "read" : document.why, why);
    }
    strict_document_free(&document);
}

static void expect_all_refused(read_fn read, const broken *all, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        char text[1000];
        (void)snprintf(text, sizeof text, "%s# EOF\n", all[i].document);
        expect_refused(read, text, all[i].why);
    }
}

/* What both versions share. */
static const broken broken_lines[] = {
    {"\n", "a sample without TYPE"},
    {"# TYPE a gauge\n\n", "not a sample"},
    {"# a comment\n", "a comment"},
    {"# EOF\n", "a line behind # EOF"},
    {"# TYPE a untyped\n", "an unknown type"},
    {"# TYPE  a gauge\n", "not a TYPE line"},
    {"# TYPE a gauge\n# TYPE a gauge\n", "the family stands twice"},
    {"# HELP a x\n# TYPE a gauge\n", "not where this line may stand"},
    {"# TYPE a gauge\n# HELP b x\n", "TYPE is of another family"},
    {"# TYPE a gauge\n# HELP a \n", "an empty help text or a wrong escape"},
    {"# TYPE a gauge\n# HELP a \"x\"\n", "an empty help text or a wrong escape"},
    {"# TYPE a gauge\n# HELP a \\t\n", "an empty help text or a wrong escape"},
    {"# TYPE a gauge\n# HELP a x\n# HELP a x\n", "not where this line may stand"},
    {"# TYPE a gauge\na 1\n# HELP a x\n", "not where this line may stand"},
    {"# TYPE a_s gauge\n# HELP a_s x\n# UNIT a_s s\n", "not where this line may stand"},
    {"# TYPE a_s gauge\n# UNIT a_s s\n# UNIT a_s s\n", "a unit where none may be"},
    {"# TYPE a_s stateset\n# UNIT a_s s\n", "a unit where none may be"},
    {"# TYPE a_m gauge\n# UNIT a_m s\n", "the name does not end in the unit"},
    {"# TYPE s gauge\n# UNIT s s\n", "the name does not end in the unit"},
    {"# TYPE a gauge\na\n", "not a sample"},
    {"# TYPE a gauge\na{} 1\n", "not a label"},
    {"# TYPE a gauge\na{b=\"1\",} 1\n", "not a label"},
    {"# TYPE a gauge\na{b=\"1\", c=\"2\"} 1\n", "not a label"},
    {"# TYPE a gauge\na{b=\"\\t\"} 1\n", "a label value with a wrong escape"},
    {"# TYPE a gauge\na{b=\"1\",b=\"2\"} 1\n", "a label stands twice"},
    {"# TYPE a gauge\na{b=\"1\"} 1\na{b=\"1\"} 2\n", "a series stands twice"},
    {"# TYPE a gauge\na{b=\"1\",c=\"2\"} 1\na{b=\"3\"} 2\na{c=\"2\",b=\"1\"} 3\n",
     "a series stands twice"},
    {"# TYPE a gauge\na{b=\"\"} 1\na{b=\"1\"} 2\na 3\n", "a series stands twice"},
    {"# TYPE a gauge\nb 1\n", "a sample of another family"},
    {"# TYPE a gauge\na{b=\"\xff\"} 1\n", "not UTF-8"},
};

static const broken broken_1[] = {
    {"# TYPE a gauge\na  1\n", "the value or time is no number"},
    {"# TYPE a gauge\na 1,5\n", "the value or time is no number"},
    {"# TYPE a gauge\na nan\n", "the value or time is no number"},
    {"# TYPE a gauge\na 1 1520879607\n", "the value or time is no number"},
    {"# TYPE a gauge\na 1 1.520879607e+09\n", "the value or time is no number"},
    {"# TYPE a gauge\na 1 # {} 1\n", "an exemplar where none may be"},
    {"# TYPE a counter\na_total 1 # {} 1 # {} 2\n", "an exemplar with a wrong value or time"},
    {"# TYPE a counter\na_total 1 # {} x\n", "an exemplar with a wrong value or time"},
    {"# TYPE a counter\na_total 1 # 1\n", "not an exemplar"},
    {"# TYPE a counter\na 1\n", "not a total"},
    {"# TYPE a counter\na_total -1\n", "not a total"},
    {"# TYPE a counter\na_total NaN\n", "not a total"},
    {"# TYPE a counter\na_created 1.000\n", "not a total"},
    {"# TYPE a counter\na_total 1\na_created 1e9\n", "a _created that is no time"},
    {"# TYPE a counter\na_total{b=\"1\"} 1\na_created{b=\"2\"} 1.000\n", "not a total"},
    {"# TYPE a info\na_info 2\n", "an info that is not 1"},
    {"# TYPE a info\na 1\n", "a sample of another family"},
    {"# TYPE a stateset\na{a=\"x\"} 2\n", "a state that is neither"},
    {"# TYPE a stateset\na{b=\"x\"} 1\n", "a state that is neither"},
    {"# TYPE a histogram\na_sum 1\na_count 1\n", "no bucket +Inf"},
    {"# TYPE a histogram\na_bucket{le=\"1.0\"} 1\n", "no bucket +Inf"},
    {"# TYPE a histogram\na_bucket{le=\"1\"} 1\n", "a bucket with a wrong bound or count"},
    {"# TYPE a histogram\na_bucket{le=\"+Inf\"} 1.5\n", "a bucket with a wrong bound or count"},
    {"# TYPE a histogram\na_bucket{le=\"1.0\"} 2\na_bucket{le=\"+Inf\"} 1\n", "buckets or their"},
    {"# TYPE a histogram\na_bucket{le=\"1.0\"} 1\na_bucket{le=\"0.5\"} 1\n", "buckets or their"},
    {"# TYPE a histogram\na_bucket{le=\"+Inf\"} 1\na_sum 1\n", "a sum without count"},
    {"# TYPE a histogram\na_bucket{le=\"+Inf\"} 1\na_count 1\n", "a sum without count"},
    {"# TYPE a histogram\na_bucket{le=\"+Inf\"} 1\na_sum 1\na_count 2\n", "the count differs"},
    {"# TYPE a histogram\na_bucket{le=\"+Inf\"} 1\na_sum -1\na_count 1\n", "a sum that is"},
    {"# TYPE a histogram\na_bucket{le=\"+Inf\"} 1\na_sum NaN\na_count 1\n", "a sum that is"},
    {"# TYPE a histogram\na_bucket{le=\"-1.0\"} 1\na_bucket{le=\"+Inf\"} 1\na_sum 1\na_count 1\n",
     "a sum that is"},
    {"# TYPE a histogram\na_bucket{le=\"+Inf\"} 1 1.000\na_sum 1\na_count 1\n", "no bucket +Inf"},
    {"# TYPE a histogram\na_bucket{le=\"1.0\"} 1 # {} 2\n", "an exemplar of another bucket"},
    {"# TYPE a histogram\na_bucket{le=\"1.0\"} 1\na_bucket{le=\"+Inf\"} 2 # {} 1\n",
     "an exemplar of another bucket"},
    {"# TYPE a gaugehistogram\na_bucket{le=\"+Inf\"} 1\na_gsum -1\na_gcount 1\n", "a sum that is"},
    {"# TYPE a gaugehistogram\na_bucket{le=\"+Inf\"} 1\na_created 1.000\n", "no bucket +Inf"},
    {"# TYPE a summary\na_sum 1\n", "a wrong sum, or no count"},
    {"# TYPE a summary\na_sum -1\na_count 1\n", "a wrong sum, or no count"},
    {"# TYPE a summary\na{quantile=\"1.5\"} 1\na_count 1\n", "a wrong quantile"},
    {"# TYPE a summary\na{quantile=\"0.5\"} -1\na_count 1\n", "a wrong quantile"},
    {"# TYPE a summary\na{quantile=\"1\"} 1\na_count 1\n", "a wrong quantile"},
};

static const broken broken_2[] = {
    {"# TYPE a_total counter\na_total -1\n", "a counter that is not 0 or more"},
    {"# TYPE a_total counter\na_total 1\na_created 1.000\n", "a sample of another family"},
    {"# TYPE a_total counter\na_total 1 st@1e9\n", "a time or start"},
    {"# TYPE a gauge\na 1 st@1.000\n", "a time or start"},
    {"# TYPE a gauge\na 1 # {} 1 1.000\n", "not an exemplar"},
    {"# TYPE a_total counter\na_total 1 # {} 1\n", "an exemplar with a wrong value"},
    {"# TYPE a_info info\na_info 0\n", "an info that is not 1"},
    {"# TYPE a stateset\na{b=\"x\"} 1\n", "a state without a name"},
    {"# TYPE a gauge\na {count:1,sum:1,quantile:[]}\n", "a wrong value"},
    {"# TYPE a histogram\na 1\n", "a wrong value"},
    {"# TYPE a histogram\na {count:1,sum:1.0}\n", "a wrong value"},
    {"# TYPE a histogram\na {sum:1.0,count:1,bucket:[+Inf:1]}\n", "a wrong value"},
    {"# TYPE a histogram\na {count:1, sum:1.0,bucket:[+Inf:1]}\n", "a wrong value"},
    {"# TYPE a histogram\na {count:1,sum:1.0,bucket:[]}\n", "a wrong value"},
    {"# TYPE a histogram\na {count:1,sum:1.0,bucket:[1.0:1]}\n", "a wrong value"},
    {"# TYPE a histogram\na {count:2,sum:1.0,bucket:[+Inf:1]}\n", "a wrong value"},
    {"# TYPE a histogram\na {count:1,sum:1.0,bucket:[1:1,+Inf:1]}\n", "a wrong value"},
    {"# TYPE a histogram\na {count:1,sum:1.0,bucket:[1.0:1,0.5:1,+Inf:1]}\n", "a wrong value"},
    {"# TYPE a histogram\na {count:1,sum:1.0,bucket:[1.0:2,+Inf:1]}\n", "a wrong value"},
    {"# TYPE a histogram\na {gcount:1,gsum:1.0,bucket:[+Inf:1]}\n", "a wrong value"},
    {"# TYPE a gaugehistogram\na {count:1,sum:1.0,bucket:[+Inf:1]}\n", "a wrong value"},
    {"# TYPE a histogram\na {count:1,sum:1.0,schema:9,zero_threshold:1.0,zero_count:1}\n",
     "a wrong value"},
    {"# TYPE a histogram\na {count:1,sum:1.0,schema:0,zero_threshold:0.0,zero_count:1}\n",
     "a wrong value"},
    {"# TYPE a histogram\na {count:2,sum:1.0,schema:0,zero_threshold:1.0,zero_count:1}\n",
     "a wrong value"},
    {"# TYPE a histogram\na {count:1,sum:1.0,schema:0,zero_threshold:1.0,zero_count:0,"
     "positive_spans:[0:2],positive_buckets:[1]}\n",
     "a wrong value"},
    {"# TYPE a histogram\na {count:2,sum:1.0,schema:0,zero_threshold:1.0,zero_count:0,"
     "positive_spans:[0:1,-1:1],positive_buckets:[1,1]}\n",
     "a wrong value"},
    {"# TYPE a summary\na {count:1,sum:1.0}\n", "a wrong value"},
    {"# TYPE a summary\na {count:1,sum:1.0,quantile:[2.0:1]}\n", "a wrong value"},
    {"# TYPE a summary\na {count:1,sum:1.0,quantile:[0.5:-1.0]}\n", "a wrong value"},
    {"# TYPE a summary\na {count:1,sum:1.0,quantile:[0.5:1.0,0.5:1.0]}\n", "a wrong value"},
};

static void strict_reader_of_1_finds_each_broken_rule(void **state)
{
    (void)state;
    expect_all_refused(strict_openmetrics_read, broken_lines, COUNT_OF(broken_lines));
    expect_all_refused(strict_openmetrics_read, broken_1, COUNT_OF(broken_1));
}

static void strict_reader_of_2_finds_each_broken_rule(void **state)
{
    (void)state;
    expect_all_refused(strict_openmetrics2_read, broken_lines, COUNT_OF(broken_lines));
    expect_all_refused(strict_openmetrics2_read, broken_2, COUNT_OF(broken_2));
}

static void strict_readers_want_the_end(void **state)
{
    (void)state;
    static const read_fn readers[] = {strict_openmetrics_read, strict_openmetrics2_read};
    for (size_t i = 0; i < COUNT_OF(readers); i++) {
        expect_refused(readers[i], "", "no # EOF");
        expect_refused(readers[i], "# TYPE a gauge\na 1\n", "no # EOF");
        expect_refused(readers[i], "# EOF", "the last line is cut short");
    }
}

static void strict_reader_of_1_counts_code_points_of_exemplars(void **state)
{
    (void)state;
    char value[400];
    char text[1000];
    for (size_t i = 0; i < 128; i++) {
        memcpy(value + 2 * i, "\xc3\xa9", 3);
    }
    (void)snprintf(text, sizeof text, "# TYPE a counter\na_total 1 # {b=\"%s\"} 1\n# EOF\n", value);
    expect_refused(strict_openmetrics_read, text, "an exemplar that is too long");
    (void)snprintf(text, sizeof text, "# TYPE a counter\na_total 1 # {b=\"%s\"} 1\n# EOF\n",
                   value + 2);
    assert_true(is_read(text, strict_openmetrics_read));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(strict_reader_of_1_finds_each_broken_rule),
        cmocka_unit_test(strict_reader_of_2_finds_each_broken_rule),
        cmocka_unit_test(strict_readers_want_the_end),
        cmocka_unit_test(strict_reader_of_1_counts_code_points_of_exemplars),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
