/* SPDX-License-Identifier: Apache-2.0 */
/* Whether a client is sent gzip: the headers of real ones, and good, odd and malformed others. */
#include "support/expect.h"

#include <promlet/negotiation.h>

static const struct {
    const char *accept_encoding;
    bool is_gzip;
    const char *why;
} cases[] = {
    /* what clients really send */
    {"gzip", true, "Prometheus"},
    {"identity", false, "Prometheus with enable_compression: false"},
    {"deflate, gzip, br, zstd", true, "curl --compressed"},
    {"gzip, deflate, br", true, "a browser"},
    {"gzip, deflate", true, "python requests"},
    {"gzip;q=1.0, deflate;q=0.6, identity;q=0.3", true, "some Ruby"},
    {NULL, false, "no header: any coding is allowed, none is asked for"},
    {"", false, "an empty header asks for plain bytes"},

    /* q */
    {"gzip;q=0", false, "excluded"},
    {"gzip;q=0.0, identity", false, "excluded"},
    {"gzip;q=0, *", false, "excluded, and * means the others"},
    {"gzip;q=0.001", true, "the least that is not excluded"},
    {"gzip;q=0.5, identity;q=0.6", false, "plain bytes are liked better"},
    {"gzip;q=0.5, identity;q=0.5", true, "as much: it saves bytes"},
    {"gzip;q=0.6, identity;q=0.5", true, "gzip is liked better"},
    {"identity, gzip", true, "as much, in any order"},
    {"identity;q=0", false, "gzip is not named"},
    {"identity;q=0, gzip;q=0.1", true, "plain bytes excluded"},
    {"identity;q=0, gzip;q=0", false, "both excluded: plain bytes, as the last resort"},
    {"gzip;q=0, gzip", true, "of equals the higher one"},
    {"gzip;q=5", true, "more than 1 is 1"},
    {"gzip;q=5, identity;q=1", true, "more than 1 is 1"},
    {"gzip;q=x", false, "no number is 0"},
    {"gzip;q=", false, "no number is 0"},
    {"gzip;q", false, "no number is 0"},
    {"gzip;q=-1", false, "no number is 0"},
    {"gzip;q=\"0.5\"", true, "a quoted number"},

    /* any coding */
    {"*", true, "gzip is one of them"},
    {"*;q=0.1", true, "gzip is one of them"},
    {"*;q=0", false, "none of them"},
    {"*;q=0, gzip", true, "none but gzip"},
    {"gzip, *;q=0", true, "none but gzip"},
    {"gzip;q=0.5, *", false, "plain bytes are one of the others, which are liked better"},
    {"*;q=0.5, identity", false, "plain bytes are liked better"},
    {"*, identity;q=0.5", true, "gzip is one of those that are liked better"},
    {"*;q=0, identity", false, "plain bytes alone"},

    /* other codings */
    {"br", false, "not ours"},
    {"deflate", false, "not ours"},
    {"zstd;q=1, br;q=0.9", false, "not ours"},
    {"x-gzip", false, "Content-Encoding must be gzip to the letter"},
    {"gzipx", false, "longer"},
    {"gzi", false, "shorter"},
    {"g zip", false, "a blank within"},

    /* how it is written */
    {"GZIP", true, "capital letters"},
    {"Gzip;Q=0", false, "capital letters"},
    {" \tgzip ; q = 0.5 ", true, "blanks"},
    {",,gzip,,", true, "empty clauses"},
    {"gzip;level=9;q=0", false, "other parameters"},
    {"gzip;x=\"a,b\";q=0", false, "quotes"},
    {"deflate;x=\"gzip", false, "a quote that never ends"},
    {"gzip;x=\"", false, "a quote that never ends"},
    {"\"gzip\"", false, "a coding is not quoted"},
    {"gzip\r\n", false, "line ends are no blanks"},
    {"\xff,gzip", true, "bytes beyond ASCII"},
    {"gzip deflate", false, "no comma"},
    {"=", false, "nothing"},
};

static void header_says_whether_to_compress(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        if (promlet_negotiate_gzip(cases[i].accept_encoding) != cases[i].is_gzip) {
            fail_msg("%s (%s): not %d",
                     cases[i].accept_encoding != NULL ? cases[i].accept_encoding : "no header",
                     cases[i].why, cases[i].is_gzip);
        }
    }
}

static void header_beyond_the_limit_is_not_read(void **state)
{
    static char header[PROMLET_MAX_ACCEPT_BYTES + 100];
    (void)state;
    memset(header, ',', sizeof header);
    memcpy(header + PROMLET_MAX_ACCEPT_BYTES - 4, "gzip", 5);
    assert_true(promlet_negotiate_gzip(header));
    memset(header, ',', sizeof header);
    memcpy(header + PROMLET_MAX_ACCEPT_BYTES - 3, "gzip", 5);
    assert_false(promlet_negotiate_gzip(header));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(header_says_whether_to_compress),
        cmocka_unit_test(header_beyond_the_limit_is_not_read),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
