/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Bytes are read in one of two ways. As a header: whatever it is, the choice is one of the allowed
 * formats, nothing is read behind its end, and capital letters and blanks where they mean nothing
 * change nothing. Or as a list of clauses, which is written down as a header in some way that the
 * grammar allows; the choice must be the one that a model finds by asking each format for its best
 * clause.
 */
#include "input.h"

#include <promlet/negotiation.h>

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define MOST_CLAUSES 12

static _Noreturn void finding(const char *what, const char *text, int found, int expected)
{
    fprintf(stderr, "finding: %s: \"%s\": %d instead of %d\n", what, text, found, expected);
    abort();
}

/* On the heap, as large as it is and no larger, so that a read behind its end is seen. */
static char *copy_of(const char *text, size_t size)
{
    char *copy = malloc(size + 1);
    if (copy == NULL) {
        exit(2);
    }
    memcpy(copy, text, size);
    copy[size] = '\0';
    return copy;
}

static promlet_encoding negotiated(const char *accept, unsigned int formats)
{
    promlet_encoding encoding = {.format = PROMLET_FORMAT_TEXT_0_0_4_EOF,
                                 .escaping = PROMLET_ESCAPING_VALUES,
                                 .with_created = true};
    promlet_status status = promlet_negotiate(accept, formats, &encoding);
    bool is_allowed = encoding.format == PROMLET_FORMAT_TEXT_0_0_4 || formats == 0 ||
                      (formats >> encoding.format & 1) != 0;
    if (status != PROMLET_OK || !is_allowed || encoding.with_created ||
        promlet_encoding_content_type(&encoding) == NULL) {
        finding("no answer", accept, (int)encoding.format, (int)formats);
    }
    return encoding;
}

static void expect_same(const char *what, const char *text, promlet_encoding found,
                        promlet_encoding expected)
{
    if (found.format != expected.format || found.escaping != expected.escaping) {
        finding(what, text, (int)found.format * 10 + (int)found.escaping,
                (int)expected.format * 10 + (int)expected.escaping);
    }
}

/* ---- any bytes ------------------------------------------------------------------------------- */

/* Capital letters for small ones and the reverse, but in values, which stand behind a '=' or in
   quotes. */
static char *with_other_letters(const char *text, size_t size)
{
    char *other = copy_of(text, size);
    bool is_value = false;
    bool is_quoted = false;
    for (size_t i = 0; i < size; i++) {
        char c = text[i];
        if (is_quoted && c == '\\' && i + 1 < size) {
            i++;
        } else if (c == '"') {
            is_quoted = !is_quoted;
        } else if (!is_quoted && (c == ',' || c == ';')) {
            is_value = false;
        } else if (!is_quoted && c == '=') {
            is_value = true;
        } else if (!is_quoted && !is_value && ((c | 0x20) >= 'a' && (c | 0x20) <= 'z')) {
            other[i] = (char)(c ^ 0x20);
        }
    }
    return other;
}

/* Blanks in front and behind, which RFC 9110 has around each element of a list, and empty ones. */
static char *with_more_blanks(const char *text, size_t size)
{
    size_t room = size + 16;
    char *more = malloc(room);
    if (more == NULL) {
        exit(2);
    }
    (void)snprintf(more, room, " \t,, %s \t", text);
    return more;
}

static void try_any_bytes(input *in)
{
    unsigned int formats = input_byte(in);
    size_t size = in->left < 1000 ? in->left : 1000;
    char bytes[1001];
    input_bytes(in, bytes, size);
    size = strlen(bytes);
    char *text = copy_of(bytes, size);
    char *letters = with_other_letters(text, size);
    char *blanks = with_more_blanks(text, size);
    promlet_encoding chosen = negotiated(text, formats);
    expect_same("other letters", text, negotiated(letters, formats), chosen);
    expect_same("more blanks", text, negotiated(blanks, formats), chosen);
    bool is_gzip = promlet_negotiate_gzip(text);
    if (promlet_negotiate_gzip(letters) != is_gzip || promlet_negotiate_gzip(blanks) != is_gzip) {
        finding("gzip in another spelling", text, !is_gzip, is_gzip);
    }
    free(text);
    free(letters);
    free(blanks);
}

/* ---- the model ------------------------------------------------------------------------------- */

/* What a clause can name. exactness: which of those of one format counts; 0: none of ours. */
static const struct kind {
    const char *text;
    int format;
    int exactness;
} kinds[] = {
    {"text/plain;version=0.0.4", PROMLET_FORMAT_TEXT_0_0_4, 4},
    {"text/plain", PROMLET_FORMAT_TEXT_0_0_4, 3},
    {"text/*", PROMLET_FORMAT_TEXT_0_0_4, 2},
    {"*/*", PROMLET_FORMAT_TEXT_0_0_4, 1},
    {"text/plain;version=1.0.0", PROMLET_FORMAT_TEXT_1_0_0, 1},
    {"application/openmetrics-text;version=1.0.0", PROMLET_FORMAT_OPENMETRICS_1_0_0, 3},
    {"application/openmetrics-text;version=0.0.1", PROMLET_FORMAT_OPENMETRICS_1_0_0, 2},
    {"application/openmetrics-text", PROMLET_FORMAT_OPENMETRICS_1_0_0, 1},
    {"application/openmetrics-text;version=2.0.0", PROMLET_FORMAT_OPENMETRICS_2_0_0, 1},
    {"application/vnd.google.protobuf;proto=io.prometheus.client.MetricFamily;encoding=delimited",
     PROMLET_FORMAT_PROTOBUF, 1},
    {"application/vnd.google.protobuf", 0, 0},
    {"application/openmetrics-text;version=3.0.0", 0, 0},
    {"text/html", 0, 0},
    {"application/*", 0, 0},
    {"", 0, 0},
};

static const char *const escapings[] = {"", ";escaping=underscores", ";escaping=dots",
                                        ";escaping=values", ";escaping=allow-utf-8"};

/* q in thousandths, as text. */
static const struct weight {
    const char *text;
    int thousandths;
} weights[] = {
    {"", 1000},
    {";q=1", 1000},
    {";q=0", 0},
    {";q=0.5", 500},
    {";q=0.500", 500},
    {";q=0.499", 499},
    {";q=.5", 500},
    {";q=2", 1000},
    {";q=-1", 0},
    {";q=\"0.25\"", 250},
    {" ; Q = 0.25", 250},
    {";q=0.1;q=0.9", 100},
    {";x=\",;\";q=1.", 1000},
    {";q=", 0},
    {";charset=utf-8;q=0.001", 1},
    {";q=x", 0},
};

typedef struct clause {
    const struct kind *kind;
    int escaping;
    int thousandths;
} clause;

/* Whether a format would rather take this clause than the one that it has. */
static bool is_preferred(const clause *this, const clause *than)
{
    if (this->kind->exactness != than->kind->exactness) {
        return this->kind->exactness > than->kind->exactness;
    }
    return this->thousandths > than->thousandths;
}

/* The best clause of each format, then the best of those: two loops over all clauses. */
static promlet_encoding expected_choice(const clause *clauses, size_t count, unsigned int formats)
{
    const clause *best = NULL;
    for (size_t i = 0; i < count; i++) {
        const clause *own = &clauses[i];
        bool is_usable = own->kind->exactness > 0 &&
                         (formats == 0 || own->kind->format == PROMLET_FORMAT_TEXT_0_0_4 ||
                          (formats >> own->kind->format & 1) != 0);
        for (size_t k = 0; is_usable && k < count; k++) {
            bool is_same =
                clauses[k].kind->exactness > 0 && clauses[k].kind->format == own->kind->format;
            is_usable = !is_same || !(is_preferred(&clauses[k], own) ||
                                      (k < i && !is_preferred(own, &clauses[k])));
        }
        if (is_usable && own->thousandths > (best != NULL ? best->thousandths : 0)) {
            best = own;
        }
    }
    promlet_encoding choice = {.format = PROMLET_FORMAT_TEXT_0_0_4,
                               .escaping = PROMLET_ESCAPING_NONE_ASKED};
    if (best != NULL) {
        choice.format = (promlet_format)best->kind->format;
        choice.escaping = (promlet_escaping)best->escaping;
    }
    return choice;
}

static void try_clauses(input *in)
{
    unsigned int formats = input_byte(in);
    clause clauses[MOST_CLAUSES];
    char text[MOST_CLAUSES * 200] = "";
    size_t size = 0;
    size_t count = 0;
    while (in->left > 0 && count < MOST_CLAUSES) {
        size_t kind = input_choice(in, sizeof kinds / sizeof kinds[0]);
        size_t escaping = input_choice(in, sizeof escapings / sizeof escapings[0]);
        size_t weight = input_choice(in, sizeof weights / sizeof weights[0]);
        size += (size_t)snprintf(text + size, sizeof text - size, "%s%s%s%s", size > 0 ? ", " : "",
                                 kinds[kind].text, escapings[escaping], weights[weight].text);
        clauses[count++] = (clause){&kinds[kind], (int)escaping, weights[weight].thousandths};
    }
    char *exact = copy_of(text, size);
    expect_same("clauses", exact, negotiated(exact, formats),
                expected_choice(clauses, count, formats));
    free(exact);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    input in = {data, size};
    if (input_choice(&in, 2) == 0) {
        try_any_bytes(&in);
    } else {
        try_clauses(&in);
    }
    return 0;
}
