/* SPDX-License-Identifier: Apache-2.0 */
/* Headers that are malformed, odd, or far too long: what can be read of them counts, the rest is
   passed over, and there is always an answer. */
#include "support/expect.h"
#include "support/locales.h"
#include "support/negotiation.h"

#define OM "application/openmetrics-text"
#define IS_OM "openmetrics 1.0.0"
#define IS_TEXT "text 0.0.4"

static const negotiation_case odd[] = {
    /* nothing in it */
    {"", IS_TEXT, "empty"},
    {" ", IS_TEXT, "blank"},
    {"\t \t", IS_TEXT, "blanks"},
    {",", IS_TEXT, "two empty clauses"},
    {",,,,,,,,", IS_TEXT, "empty clauses"},
    {";", IS_TEXT, "an empty parameter of nothing"},
    {";;;,;,;;", IS_TEXT, "of everything nothing"},
    {"=", IS_TEXT, "no name, no value"},
    {"\"", IS_TEXT, "a quote alone"},
    {"\"\"", IS_TEXT, "quotes are no type"},
    {"/", IS_TEXT, "no type, no subtype"},
    {"*", IS_TEXT, "half a range"},
    {"q=1", IS_TEXT, "a parameter without a type"},

    /* empty clauses and parameters between good ones */
    {",," OM ",,", IS_OM, "lists may have empty clauses"},
    {OM ";;;q=0.5;;", IS_OM, "and empty parameters"},
    {OM ";", IS_OM, "a semicolon at the end"},
    {OM ",", IS_OM, "a comma at the end"},

    /* blanks */
    {" \t" OM "\t ", IS_OM, "around a clause"},
    {OM " ; version = 1.0.0 ; q = 0.5 , text/plain ; q = 0.4", IS_OM, "around everything"},
    {OM "\t;\tversion\t=\t2.0.0", "openmetrics 2.0.0", "tabs are blanks"},
    {"application / openmetrics-text", IS_TEXT, "not within a type"},
    {OM ";ver sion=2.0.0", IS_OM, "not within a name, which is then another one"},
    {OM ";version=1.0 .0", IS_TEXT, "not within a value"},
    {OM "\r\n", IS_TEXT, "line ends are no blanks"},
    {"\v" OM, IS_TEXT, "neither is a vertical tab"},

    /* capital and small letters */
    {"APPLICATION/OpenMetrics-TEXT;VERSION=1.0.0", IS_OM, "types and names are the same in both"},
    {"Text/Plain;Version=1.0.0;Escaping=dots;Q=0.1", "text 1.0.0 dots", "all names"},
    {OM ";escaping=DOTS", IS_OM, "values are not"},
    {OM ";Q=0,text/plain;q=0.1", IS_TEXT, "Q is q"},

    /* quotes */
    {OM ";version=\"1.0.0\"", IS_OM, "a quoted value"},
    {OM ";version=\"2.0.0\";q=\"0.5\",text/plain;q=\"0.4\"", "openmetrics 2.0.0", "q as well"},
    {OM ";version=\"1\\.0\\.0\"", IS_OM, "a backslash quotes what follows"},
    {OM ";x=\"a,b;c=d\";version=2.0.0", "openmetrics 2.0.0",
     "separators in quotes separate nothing"},
    {OM ";x=\"a\\\"b,\";version=2.0.0", "openmetrics 2.0.0", "a quote behind a backslash"},
    {OM ";version=\"\"", IS_TEXT, "an empty version is none that we know"},
    {OM ";version=\"1.0.0", IS_TEXT, "a quote that never ends"},
    {"text/plain;q=0.1," OM ";x=\"", IS_TEXT, "neither at the end of a clause"},
    {"text/plain;version=1.0.0,text/html;x=\"," OM, "text 1.0.0", "it hides all that follows"},
    {OM ";x=\"\\", IS_TEXT, "a backslash at the end"},
    {OM ";version=\"1.0.0\"x", IS_TEXT, "something behind the quotes"},
    {OM ";version=1.0.0\"\"", IS_TEXT, "quotes behind something"},
    {OM ";version='1.0.0'", IS_TEXT, "these are no quotes"},
    {OM ";version=\"1.0\"\".0\"", IS_TEXT, "quotes within quotes"},
    {"\"" OM "\"", IS_TEXT, "a type is not quoted"},

    /* parameters */
    {OM ";version", IS_TEXT, "a name without a value is an empty version"},
    {OM ";version=", IS_TEXT, "an empty version"},
    {OM ";=1.0.0", IS_OM, "a value without a name"},
    {OM ";version=1.0.0=2.0.0", IS_TEXT, "two values"},
    {OM ";version=1.0.0;version=2.0.0", IS_OM, "the first one counts"},
    {OM ";version=2.0.0;version=1.0.0", "openmetrics 2.0.0", "the first one counts"},
    {OM ";version=9;version=1.0.0", IS_TEXT, "also when it is unknown"},
    {OM ";charset=utf-8;version=1.0.0;level=1", IS_OM, "others are passed over"},
    {OM ";charset=iso-8859-1", IS_OM, "this one too: all there is is UTF-8"},
    {OM ";q=0.5;version=2.0.0", "openmetrics 2.0.0", "q need not be the last"},
    {OM ";xversion=2.0.0", IS_OM, "a name that ends in a known one"},
    {OM ";versionx=2.0.0", IS_OM, "a name that begins with a known one"},
    {OM ";version=1.0.00000000000000000000000000000000000000000000", IS_TEXT, "a long value"},
    {OM ";x=0000000000000000000000000000000000000000000000;version=2.0.0", "openmetrics 2.0.0",
     "a long value of another parameter"},

    /* types that are almost right */
    {OM "x", IS_TEXT, "longer"},
    {"application/openmetrics-tex", IS_TEXT, "shorter"},
    {"application/openmetrics", IS_TEXT, "shorter"},
    {"text/plainn;version=1.0.0", IS_TEXT, "longer"},
    {"*/openmetrics-text", IS_TEXT, "no such range"},
    {OM "," OM "/;q=0.5", IS_OM, "the other clause is well"},
    {OM "=1", IS_TEXT, "a type with a value"},
    {"\xc3\xa4/\xff," OM, IS_OM, "bytes beyond ASCII"},
    {"text/plain version=1.0.0", IS_TEXT, "no semicolon"},
    {OM ":version=2.0.0", IS_TEXT, "a colon is no semicolon"},
    {"text/plain|" OM, IS_TEXT, "no comma"},

    /* q: what is no number is 0 */
    {OM ";q=,text/plain;q=0.1", IS_TEXT, "empty"},
    {OM ";q,text/plain;q=0.1", IS_TEXT, "no value"},
    {OM ";q=x,text/plain;q=0.1", IS_TEXT, "a word"},
    {OM ";q=.,text/plain;q=0.1", IS_TEXT, "a point alone"},
    {OM ";q=0.5x,text/plain;q=0.1", IS_TEXT, "something behind"},
    {OM ";q=0.5.5,text/plain;q=0.1", IS_TEXT, "two points"},
    {OM ";q=-1,text/plain;q=0.1", IS_TEXT, "negative"},
    {OM ";q=-0.5,text/plain;q=0.1", IS_TEXT, "negative"},
    {OM ";q=+1,text/plain;q=0.1", IS_TEXT, "a sign"},
    {OM ";q=1e0,text/plain;q=0.1", IS_TEXT, "an exponent"},
    {OM ";q=0x1,text/plain;q=0.1", IS_TEXT, "hexadecimal"},
    {OM ";q=nan,text/plain;q=0.1", IS_TEXT, "not a number"},
    {OM ";q=inf,text/plain;q=0.1", IS_TEXT, "infinite"},
    {OM ";q=1 0,text/plain;q=0.1", IS_TEXT, "a blank within"},
    {OM ";q=0,5,text/plain;q=0.1", IS_TEXT, "a comma ends the clause"},
    {OM ";q=0.9999999999999999999999999999999999999999,text/plain;q=0.1", IS_TEXT, "far too long"},
    /* q: numbers */
    {OM ";q=0.,text/plain;q=0.1", IS_TEXT, "0. is 0"},
    {OM ";q=1.,text/plain;q=0.9", IS_OM, "1. is 1"},
    {OM ";q=.5,text/plain;q=0.4", IS_OM, ".5 is 0.5"},
    {OM ";q=00.5,text/plain;q=0.4", IS_OM, "more zeros"},
    {OM ";q=0.3333,text/plain;q=0.333", IS_OM, "a fourth digit"},
    {OM ";q=0.0000000001,text/plain;q=0", IS_TEXT, "below what is told from 0"},
    {OM ";q=0.000000001", IS_OM, "the least weight there is"},
    {"text/plain;q=2," OM ";q=1", IS_TEXT, "2 is 1, and the earlier one wins"},
    {OM ";q=1.001,text/plain;q=99999999999999999999", IS_OM, "so is what is beyond any number"},
    {OM ";q=0.1;q=0.9,text/plain;q=0.5", IS_TEXT, "the first q counts"},
};

static void odd_headers_have_an_answer(void **state)
{
    (void)state;
    assert_true(COUNT_OF(odd) >= 60);
    expect_negotiated(odd, COUNT_OF(odd));
}

static void answers_do_not_depend_on_the_locale(void **state)
{
    static const char *const locales[] = {"C", "de_DE.UTF-8", "tr_TR.UTF-8"};
    (void)state;
    for (size_t i = 0; i < COUNT_OF(locales); i++) {
        choose_locale(locales[i]);
        expect_negotiated(odd, COUNT_OF(odd));
    }
    (void)setlocale(LC_ALL, "C");
}

/* ---- long headers ---------------------------------------------------------------------------- */

/* A header of `size` bytes on the heap, where reading behind its end is seen: `text` at the end of
   so much padding. */
static char *padded(const char *padding, size_t size, const char *text)
{
    char *header = malloc(size + 1);
    size_t text_size = strlen(text);
    assert_non_null(header);
    assert_true(text_size <= size);
    for (size_t i = 0; i < size - text_size; i++) {
        header[i] = padding[i % strlen(padding)];
    }
    memcpy(header + size - text_size, text, text_size + 1);
    return header;
}

static void expect_padded(const char *padding, size_t size, const char *text, const char *chosen)
{
    char *header = padded(padding, size, text);
    expect_one(header, 0, chosen, "padded");
    free(header);
}

static void long_headers_are_read_up_to_the_limit(void **state)
{
    static const char *const paddings[] = {",", " ", "a/b,", "x", ";", "text/html;q=0.1,"};
    const char last[] = "," OM;
    (void)state;
    for (size_t i = 0; i < COUNT_OF(paddings); i++) {
        expect_padded(paddings[i], PROMLET_MAX_ACCEPT_BYTES, last, IS_OM);
        expect_padded(paddings[i], PROMLET_MAX_ACCEPT_BYTES + 1, last, IS_TEXT);
        expect_padded(paddings[i], 1000000, last, IS_TEXT);
    }
}

/* Else the beginning of a clause would be taken for the whole: q=0.5 for q=0. */
static void clause_that_the_limit_cuts_is_passed_over(void **state)
{
    char header[PROMLET_MAX_ACCEPT_BYTES + 100];
    (void)state;
    memset(header, ' ', sizeof header);
    const char text[] = "text/plain;version=1.0.0;q=0.1," OM ";q=0.";
    size_t start = PROMLET_MAX_ACCEPT_BYTES - strlen(text);
    (void)snprintf(header + start, sizeof header - start, "%s%s", text, "5");
    expect_one(header, 0, "text 1.0.0", "cut in its q");
    (void)snprintf(header + start, sizeof header - start, "%s%s", text, "");
    expect_one(header, 0, "text 1.0.0", "whole, and q=0.");
    (void)snprintf(header + start - 1, sizeof header - start, "%s%s", text, "5");
    expect_one(header, 0, IS_OM, "whole");
    (void)snprintf(header + start - 1, sizeof header - start, "%s%s", text, "5,");
    expect_one(header, 0, IS_OM, "whole, and a comma behind the limit");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(odd_headers_have_an_answer),
        cmocka_unit_test(answers_do_not_depend_on_the_locale),
        cmocka_unit_test(long_headers_are_read_up_to_the_limit),
        cmocka_unit_test(clause_that_the_limit_cuts_is_passed_over),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
