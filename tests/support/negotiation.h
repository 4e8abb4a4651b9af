/* SPDX-License-Identifier: Apache-2.0 */
/* What the tests of negotiation share: tables of headers, each with its answer in words. */
#ifndef TESTS_SUPPORT_NEGOTIATION_H
#define TESTS_SUPPORT_NEGOTIATION_H

#include "support/expect.h"

#include <promlet/negotiation.h>

#include <stdio.h>
#include <string.h>

typedef struct negotiation_case {
    const char *accept;
    const char *chosen; /* as chosen_text() has it */
    const char *why;
} negotiation_case;

/* The format, and the escaping if one was asked for. */
static inline void chosen_text(const promlet_encoding *encoding, char text[64])
{
    static const char *const formats[] = {
        [PROMLET_FORMAT_TEXT_0_0_4] = "text 0.0.4",
        [PROMLET_FORMAT_TEXT_0_0_4_EOF] = "text 0.0.4 eof",
        [PROMLET_FORMAT_TEXT_1_0_0] = "text 1.0.0",
        [PROMLET_FORMAT_OPENMETRICS_1_0_0] = "openmetrics 1.0.0",
        [PROMLET_FORMAT_OPENMETRICS_2_0_0] = "openmetrics 2.0.0",
        [PROMLET_FORMAT_PROTOBUF] = "protobuf",
    };
    static const char *const escapings[] = {
        [PROMLET_ESCAPING_NONE_ASKED] = "",
        [PROMLET_ESCAPING_UNDERSCORES] = " underscores",
        [PROMLET_ESCAPING_DOTS] = " dots",
        [PROMLET_ESCAPING_VALUES] = " values",
        [PROMLET_ESCAPING_ALLOW_UTF8] = " allow-utf-8",
    };
    assert_in_range(encoding->format, 0, COUNT_OF(formats) - 1);
    assert_in_range(encoding->escaping, 0, COUNT_OF(escapings) - 1);
    assert_false(encoding->with_created);
    (void)snprintf(text, 64, "%s%s", formats[encoding->format], escapings[encoding->escaping]);
}

static inline void expect_one(const char *accept, unsigned int formats, const char *chosen,
                              const char *why)
{
    promlet_encoding encoding = {.format = PROMLET_FORMAT_TEXT_0_0_4_EOF,
                                 .escaping = PROMLET_ESCAPING_VALUES,
                                 .with_created = true};
    char text[64];
    assert_int_equal(promlet_negotiate(accept, formats, &encoding), PROMLET_OK);
    chosen_text(&encoding, text);
    if (strcmp(text, chosen) != 0) {
        fail_msg("%.200s (%s): %s instead of %s", accept != NULL ? accept : "no header", why, text,
                 chosen);
    }
}

static inline void expect_negotiated(const negotiation_case *cases, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        expect_one(cases[i].accept, 0, cases[i].chosen, cases[i].why);
    }
}

#endif
