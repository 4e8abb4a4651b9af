/* SPDX-License-Identifier: Apache-2.0 */
/* Which document a client is sent: the headers of real ones, and the rules one by one. */
#include "support/expect.h"
#include "support/negotiation.h"

#include <promlet/negotiation.h>

/* ---- what scrapers really send --------------------------------------------------------------- */

#define PROTOBUF                                                                                   \
    "application/vnd.google.protobuf;proto=io.prometheus.client.MetricFamily;encoding=delimited"
#define OM "application/openmetrics-text"

static const negotiation_case real_headers[] = {
    {OM ";version=1.0.0," OM ";version=0.0.1;q=0.75,text/plain;version=0.0.4;q=0.5,*/*;q=0.1",
     "openmetrics 1.0.0", "Prometheus 2.5 to 2.48"},
    {PROTOBUF "," OM ";version=1.0.0;q=0.8," OM
              ";version=0.0.1;q=0.75,text/plain;version=0.0.4;q=0.5,*/*;q=0.1",
     "protobuf", "Prometheus 2.40 to 2.48 with native histograms"},
    {OM ";version=1.0.0;q=0.5," OM ";version=0.0.1;q=0.4,text/plain;version=0.0.4;q=0.3,*/*;q=2",
     "openmetrics 1.0.0", "Prometheus 2.49.0, whose q=2 means no format that it names"},
    {OM ";version=1.0.0;q=0.5," OM ";version=0.0.1;q=0.4,text/plain;version=0.0.4;q=0.3,*/*;q=0.2",
     "openmetrics 1.0.0", "Prometheus 2.49.1 to 2.55"},
    {OM ";version=1.0.0;escaping=allow-utf-8;q=0.6," OM
        ";version=0.0.1;escaping=allow-utf-8;q=0.5,text/plain;version=1.0.0;escaping=allow-utf-8;"
        "escaping=allow-utf-8;q=0.4,text/plain;version=0.0.4;escaping=allow-utf-8;q=0.3,*/*;q=0.2",
     "openmetrics 1.0.0 allow-utf-8", "Prometheus 3.0 to 3.2"},
    {OM ";version=1.0.0;escaping=allow-utf-8;q=0.6," OM
        ";version=0.0.1;escaping=allow-utf-8;q=0.5,text/plain;version=1.0.0;escaping=allow-utf-8;"
        "q=0.4,text/plain;version=0.0.4;escaping=allow-utf-8;q=0.3,*/*;q=0.2",
     "openmetrics 1.0.0 allow-utf-8", "Prometheus 3.3"},
    {OM ";version=1.0.0;escaping=allow-utf-8;q=0.6," OM
        ";version=0.0.1;q=0.5,text/plain;version=1.0.0;escaping=allow-utf-8;q=0.4,"
        "text/plain;version=0.0.4;q=0.3,*/*;q=0.2",
     "openmetrics 1.0.0 allow-utf-8", "Prometheus 3.4 to 3.14"},
    {OM ";version=1.0.0;escaping=underscores;q=0.6," OM
        ";version=0.0.1;q=0.5,text/plain;version=1.0.0;escaping=underscores;q=0.4,"
        "text/plain;version=0.0.4;q=0.3,*/*;q=0.2",
     "openmetrics 1.0.0 underscores", "the same with legacy names"},
    {PROTOBUF ";escaping=allow-utf-8;q=0.6," OM ";version=1.0.0;escaping=allow-utf-8;q=0.5," OM
              ";version=0.0.1;q=0.4,text/plain;version=1.0.0;escaping=allow-utf-8;q=0.3,"
              "text/plain;version=0.0.4;q=0.2,*/*;q=0.1",
     "protobuf allow-utf-8", "Prometheus 3.4 to 3.14 with native histograms or start timestamps"},
    {PROTOBUF ";q=0.6," OM ";version=1.0.0;escaping=underscores;q=0.5,*/*;q=0.1", "protobuf",
     "a protobuf clause without an escaping, as one written by hand has it"},
    {"text/plain;version=1.0.0;escaping=allow-utf-8;q=0.6,text/plain;version=0.0.4;q=0.5,*/*;q=0.1",
     "text 1.0.0 allow-utf-8", "Prometheus 3 whose scrape_protocols are the texts"},
    {OM ";version=2.0.0;escaping=allow-utf-8;q=0.7," OM
        ";version=1.0.0;escaping=allow-utf-8;q=0.6,*/*;q=0.2",
     "openmetrics 2.0.0 allow-utf-8", "Prometheus with the flag for OpenMetrics 2"},
    {"*/*", "text 0.0.4", "curl"},
    {"text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,*/*;q=0.8",
     "text 0.0.4", "a browser"},
    {"text/html, image/gif, image/jpeg, *; q=.2, */*; q=.2", "text 0.0.4", "Java of old"},
    {"text/plain", "text 0.0.4", "a script"},
    {NULL, "text 0.0.4", "no header"},
};

/* ---- the rules ------------------------------------------------------------------------------- */

static const negotiation_case rules[] = {
    /* versions */
    {OM, "openmetrics 1.0.0", "no version means the released one"},
    {OM ";version=1.0.0", "openmetrics 1.0.0", "the version"},
    {OM ";version=0.0.1", "openmetrics 1.0.0", "the draft's readers read 1.0.0"},
    {OM ";version=2.0.0", "openmetrics 2.0.0", "asked for by its version"},
    {OM ";version=3.0.0", "text 0.0.4", "a version that nobody knows"},
    {OM ";version=1.0", "text 0.0.4", "versions are compared to the letter"},
    {"text/plain;version=0.0.4", "text 0.0.4", "the version"},
    {"text/plain;version=1.0.0", "text 1.0.0", "the version"},
    {"text/plain;version=2.0.0", "text 0.0.4", "unknown, so the last resort"},
    {"text/plain;version=1.0.0;q=0.1,text/plain;version=9", "text 1.0.0", "unknown is no wish"},

    /* protobuf */
    {PROTOBUF, "protobuf", "both parameters"},
    {"application/vnd.google.protobuf", "text 0.0.4", "neither parameter"},
    {"application/vnd.google.protobuf;encoding=delimited", "text 0.0.4", "no message named"},
    {"application/vnd.google.protobuf;proto=io.prometheus.client.MetricFamily", "text 0.0.4",
     "not said to be delimited"},
    {"application/vnd.google.protobuf;proto=io.prometheus.client.MetricFamily;encoding=text",
     "text 0.0.4", "another encoding"},
    {"application/vnd.google.protobuf;proto=io.prometheus.client.Metric;encoding=delimited",
     "text 0.0.4", "another message"},
    {"application/vnd.google.protobuf;encoding=\"delimited\";x=1;"
     "proto=\"io.prometheus.client.MetricFamily\"",
     "protobuf", "any order, quotes, and what else there is"},

    /* the highest q */
    {OM ";q=0.4,text/plain;q=0.5", "text 0.0.4", "the higher q"},
    {OM ";q=0.5,text/plain;q=0.4", "openmetrics 1.0.0", "the higher q"},
    {OM ";q=0.999,text/plain", "text 0.0.4", "no q is q=1"},
    {"text/plain;version=0.0.4;q=0.3," PROTOBUF ";q=0.1," OM ";q=0.2", "text 0.0.4", "of three"},
    {"text/plain;q=0.2," PROTOBUF ";q=0.3," OM ";q=0.1", "protobuf", "of three, in the middle"},

    /* equal q */
    {OM ",text/plain", "openmetrics 1.0.0", "the earlier one"},
    {"text/plain," OM, "text 0.0.4", "the earlier one"},
    {OM ";q=0.5," PROTOBUF ";q=0.500", "openmetrics 1.0.0", "0.5 is 0.500"},
    {"*/*," OM, "text 0.0.4", "a range with * has its place as well"},

    /* q=0 */
    {OM ";q=0", "text 0.0.4", "excluded"},
    {OM ";q=0,*/*", "text 0.0.4", "excluded"},
    {OM ";q=0.0," PROTOBUF ";q=0.000,text/plain;version=1.0.0;q=0.1", "text 1.0.0",
     "all but one excluded"},
    {"text/plain;q=0," OM ";q=0.1", "openmetrics 1.0.0", "text excluded"},
    {"text/plain;q=0", "text 0.0.4", "everything excluded: the last resort"},
    {"*/*;q=0", "text 0.0.4", "everything excluded: the last resort"},
    {"*/*;q=0," OM ";q=0.5", "openmetrics 1.0.0", "all the others excluded"},
    {OM ";version=1.0.0;q=0," OM, "text 0.0.4", "the more exact clause excludes"},
    {OM ",text/plain;q=0.1," OM ";version=1.0.0;q=0", "text 0.0.4", "in any order"},

    /* the most exact clause */
    {"text/plain;version=0.0.4;q=0.1,text/plain;q=0.9," OM ";q=0.5", "openmetrics 1.0.0",
     "the version is more exact than the type"},
    {"text/plain;q=0.1,text/*;q=0.9," OM ";q=0.5", "openmetrics 1.0.0", "type before text/*"},
    {"text/*;q=0.1,*/*;q=0.9," OM ";q=0.5", "openmetrics 1.0.0", "text/* before */*"},
    {"*/*;q=0.9," OM ";q=0.5", "text 0.0.4", "*/* is text's q when nothing is more exact"},
    {OM ";version=1.0.0;q=0.1," OM ";q=0.9,text/plain;q=0.5", "text 0.0.4",
     "the version is more exact than the type"},
    {OM ";version=0.0.1;q=0.9," OM ";version=1.0.0;q=0.1,text/plain;q=0.5", "text 0.0.4",
     "1.0.0 is what is sent, so its q counts"},
    {OM ";version=0.0.1;q=0.1," OM ";q=0.9,text/plain;q=0.5", "text 0.0.4",
     "the draft's version is more exact than none"},
    {"text/plain;version=1.0.0;q=0.4,text/plain;q=0.3", "text 1.0.0", "no version is 0.0.4"},
    {"text/plain;version=1.0.0;q=0.4,text/plain;q=0.5", "text 0.0.4", "no version is 0.0.4"},
    {OM ";q=0.1," OM ";q=0.6,text/plain;q=0.5", "openmetrics 1.0.0", "the higher of equals"},
    {"application/*;q=1,text/plain;q=0.1", "text 0.0.4", "* means no format but text 0.0.4"},
    {"application/*", "text 0.0.4", "the last resort"},

    /* escaping */
    {OM ";escaping=underscores", "openmetrics 1.0.0 underscores", "said"},
    {OM ";escaping=dots", "openmetrics 1.0.0 dots", "said"},
    {OM ";escaping=values", "openmetrics 1.0.0 values", "said"},
    {OM ";escaping=allow-utf-8", "openmetrics 1.0.0 allow-utf-8", "said"},
    {OM ";escaping=rot13", "openmetrics 1.0.0", "an unknown one is as none"},
    {OM ";escaping=", "openmetrics 1.0.0", "an empty one is as none"},
    {OM ";escaping=dots;escaping=values", "openmetrics 1.0.0 dots", "the first one"},
    {OM ";escaping=rot13;escaping=values", "openmetrics 1.0.0", "the first one"},
    {"text/plain;escaping=dots", "text 0.0.4 dots", "for this format as well"},
    {OM ";q=0.9,text/plain;version=1.0.0;escaping=values;q=0.8", "openmetrics 1.0.0",
     "of the clause that wins"},
    {OM ";version=0.0.1;escaping=dots," OM ";version=1.0.0;escaping=values",
     "openmetrics 1.0.0 values", "of the more exact clause"},
    {OM ";escaping=dots;q=0.3," OM ";escaping=values;q=0.6", "openmetrics 1.0.0 values",
     "of the higher of equals"},
    {OM ";escaping=dots," OM ";escaping=values", "openmetrics 1.0.0 dots",
     "of the first of equals"},
    {"text/html;escaping=dots", "text 0.0.4", "not of a clause that means nothing"},
    {"text/plain;escaping=dots;q=0", "text 0.0.4", "not of a clause that is excluded"},
};

static void real_headers_are_answered_as_their_senders_want(void **state)
{
    (void)state;
    expect_negotiated(real_headers, COUNT_OF(real_headers));
}

static void rules_hold_one_by_one(void **state)
{
    (void)state;
    expect_negotiated(rules, COUNT_OF(rules));
}

/* What readers saw that look for a substring: the first known type wins. */
static void test_defect_07_q_and_exclusion_are_ignored(void **state)
{
    (void)state;
    expect_one("text/plain;q=0.9," OM ";q=0.1", 0, "text 0.0.4", "q counts");
    expect_one(OM ";q=0,text/plain", 0, "text 0.0.4", "q=0 excludes");
    expect_one("text/html;note=\"," OM ",\",text/plain", 0, "text 0.0.4",
               "a quoted name is no type");
    assert_false(promlet_negotiate_gzip("gzip;q=0"));
    assert_false(promlet_negotiate_gzip("notgzip"));
}

/* ---- a set of formats ------------------------------------------------------------------------ */

static const char all_wanted[] =
    OM ";version=2.0.0;q=0.9," PROTOBUF ";q=0.8," OM ";version=1.0.0;q=0.7,"
       "text/plain;version=1.0.0;q=0.6,*/*;q=0.1";

static void formats_outside_the_set_are_passed_over(void **state)
{
    (void)state;
    const struct {
        unsigned int formats;
        const char *chosen;
    } cases[] = {
        {0, "openmetrics 2.0.0"},
        {~0U, "openmetrics 2.0.0"},
        {~PROMLET_FORMAT_BIT(PROMLET_FORMAT_OPENMETRICS_2_0_0), "protobuf"},
        {PROMLET_FORMAT_BIT(PROMLET_FORMAT_TEXT_0_0_4), "text 0.0.4"},
        {PROMLET_FORMAT_BIT(PROMLET_FORMAT_TEXT_0_0_4_EOF), "text 0.0.4"},
        {PROMLET_FORMAT_BIT(PROMLET_FORMAT_TEXT_1_0_0), "text 1.0.0"},
        {PROMLET_FORMAT_BIT(PROMLET_FORMAT_OPENMETRICS_1_0_0) |
             PROMLET_FORMAT_BIT(PROMLET_FORMAT_TEXT_1_0_0),
         "openmetrics 1.0.0"},
        {PROMLET_FORMAT_BIT(31), "text 0.0.4"},
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        expect_one(all_wanted, cases[i].formats, cases[i].chosen, "the set");
    }
    /* Also where it is not in the set, and the client would rather not. */
    expect_one("text/plain;q=0,*/*;q=0", PROMLET_FORMAT_BIT(PROMLET_FORMAT_PROTOBUF), "text 0.0.4",
               "the last resort");
}

/* ---- the result ------------------------------------------------------------------------------ */

/* What a program that was compiled with another header has behind the members of ours. */
static void members_that_are_not_known_stay(void **state)
{
    (void)state;
    struct {
        promlet_encoding known;
        int behind;
    } encoding = {{.format = PROMLET_FORMAT_TEXT_1_0_0,
                   .escaping = PROMLET_ESCAPING_DOTS,
                   .with_created = true},
                  7};
    assert_int_equal(promlet_negotiate_sized(OM, 0, &encoding.known, sizeof encoding), PROMLET_OK);
    assert_int_equal(encoding.known.format, PROMLET_FORMAT_OPENMETRICS_1_0_0);
    assert_int_equal(encoding.known.escaping, PROMLET_ESCAPING_NONE_ASKED);
    assert_false(encoding.known.with_created);
    assert_int_equal(encoding.behind, 7);

    encoding.known.escaping = PROMLET_ESCAPING_DOTS;
    assert_int_equal(
        promlet_negotiate_sized(PROTOBUF, 0, &encoding.known, sizeof encoding.known.format),
        PROMLET_OK);
    assert_int_equal(encoding.known.format, PROMLET_FORMAT_PROTOBUF);
    assert_int_equal(encoding.known.escaping, PROMLET_ESCAPING_DOTS);
}

static void content_type_of_a_choice_is_exact(void **state)
{
    (void)state;
    const struct {
        const char *accept;
        const char *content_type;
    } cases[] = {
        {NULL, "text/plain; version=0.0.4; charset=utf-8"},
        {"text/plain;version=1.0.0;escaping=allow-utf-8",
         "text/plain; version=1.0.0; charset=utf-8; escaping=allow-utf-8"},
        {"text/plain;version=1.0.0",
         "text/plain; version=1.0.0; charset=utf-8; escaping=underscores"},
        {OM, OM "; version=1.0.0; charset=utf-8"},
        {OM ";version=0.0.1", OM "; version=1.0.0; charset=utf-8"},
        {OM ";escaping=values", OM "; version=1.0.0; charset=utf-8; escaping=values"},
        {OM ";version=2.0.0", OM "; version=2.0.0; charset=utf-8"},
        {PROTOBUF, "application/vnd.google.protobuf; proto=io.prometheus.client.MetricFamily; "
                   "encoding=delimited"},
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        promlet_encoding encoding;
        assert_int_equal(promlet_negotiate(cases[i].accept, 0, &encoding), PROMLET_OK);
        assert_string_equal(promlet_encoding_content_type(&encoding), cases[i].content_type);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(real_headers_are_answered_as_their_senders_want),
        cmocka_unit_test(rules_hold_one_by_one),
        cmocka_unit_test(test_defect_07_q_and_exclusion_are_ignored),
        cmocka_unit_test(formats_outside_the_set_are_passed_over),
        cmocka_unit_test(members_that_are_not_known_stay),
        cmocka_unit_test(content_type_of_a_choice_is_exact),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
