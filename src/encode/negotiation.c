/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Chooses a format by the header Accept, and gzip by Accept-Encoding. How a header is read is
 * clauses.c's.
 *
 * Two rules are stricter than RFC 9110 asks. A range with `*` means the text format 0.0.4 alone:
 * whoever can read another one says so, and who only says `*` may be a browser. And there is no 406
 * Not Acceptable: text that a client did not ask for helps more than none.
 */
#include <promlet/negotiation.h>

#include "base/report.h"
#include "encode/clauses.h"

#include <string.h>

#define FORMAT_COUNT (PROMLET_FORMAT_PROTOBUF + 1)

/* What a clause must be to mean a format. */
struct media_range {
    const char *type;
    const char *version; /* NULL: none may be given */
    bool is_delimited;   /* with the parameters of delimited protobuf */
    promlet_format format;
};

#define OPENMETRICS "application/openmetrics-text"

/* Those of one format from the most exact on. Version 0.0.1 of OpenMetrics is a draft of 1.0.0,
   which its readers read. */
static const struct media_range media_ranges[] = {
    {"text/plain", "0.0.4", false, PROMLET_FORMAT_TEXT_0_0_4},
    {"text/plain", NULL, false, PROMLET_FORMAT_TEXT_0_0_4},
    {"text/*", NULL, false, PROMLET_FORMAT_TEXT_0_0_4},
    {"*/*", NULL, false, PROMLET_FORMAT_TEXT_0_0_4},
    {"text/plain", "1.0.0", false, PROMLET_FORMAT_TEXT_1_0_0},
    {OPENMETRICS, "1.0.0", false, PROMLET_FORMAT_OPENMETRICS_1_0_0},
    {OPENMETRICS, "0.0.1", false, PROMLET_FORMAT_OPENMETRICS_1_0_0},
    {OPENMETRICS, NULL, false, PROMLET_FORMAT_OPENMETRICS_1_0_0},
    {OPENMETRICS, "2.0.0", false, PROMLET_FORMAT_OPENMETRICS_2_0_0},
    {"application/vnd.google.protobuf", NULL, true, PROMLET_FORMAT_PROTOBUF},
};

/* How much a client wants a format, by the most exact clause that means it. */
struct offer {
    const struct media_range *range; /* NULL: no clause means it */
    uint32_t weight;
    size_t place;
    promlet_escaping escaping;
};

static bool has_value(const pml_clause *clause, pml_clause_parameter parameter, const char *text)
{
    return strcmp(clause->values[parameter].text, text) == 0;
}

static bool means(const pml_clause *clause, const struct media_range *range)
{
    bool is_version = range->version != NULL ? has_value(clause, PML_CLAUSE_VERSION, range->version)
                                             : !clause->values[PML_CLAUSE_VERSION].is_given;
    return pml_piece_is(clause->range, range->type) && is_version &&
           (!range->is_delimited ||
            (has_value(clause, PML_CLAUSE_PROTO, "io.prometheus.client.MetricFamily") &&
             has_value(clause, PML_CLAUSE_ENCODING, "delimited")));
}

/* NULL when a clause means nothing that there is. */
static const struct media_range *find_range(const pml_clause *clause)
{
    for (size_t i = 0; i < sizeof media_ranges / sizeof media_ranges[0]; i++) {
        if (means(clause, &media_ranges[i])) {
            return &media_ranges[i];
        }
    }
    return NULL;
}

static promlet_escaping escaping_of(const pml_clause *clause)
{
    static const char *const names[] = {
        [PROMLET_ESCAPING_UNDERSCORES] = "underscores",
        [PROMLET_ESCAPING_DOTS] = "dots",
        [PROMLET_ESCAPING_VALUES] = "values",
        [PROMLET_ESCAPING_ALLOW_UTF8] = "allow-utf-8",
    };
    for (size_t i = PROMLET_ESCAPING_UNDERSCORES; i < sizeof names / sizeof names[0]; i++) {
        if (has_value(clause, PML_CLAUSE_ESCAPING, names[i])) {
            return (promlet_escaping)i;
        }
    }
    return PROMLET_ESCAPING_NONE_ASKED;
}

/* Of clauses that are equally exact, the one with the highest weight counts, then the first. */
static void consider(struct offer *offer, const struct media_range *range, const pml_clause *clause)
{
    if (offer->range == NULL || range < offer->range ||
        (range == offer->range && clause->weight > offer->weight)) {
        *offer = (struct offer){range, clause->weight, clause->place, escaping_of(clause)};
    }
}

static void read_offers(const char *accept, struct offer offers[FORMAT_COUNT])
{
    pml_clauses clauses;
    pml_clause clause;
    pml_clauses_start(&clauses, accept);
    while (pml_clauses_next(&clauses, &clause)) {
        const struct media_range *range = find_range(&clause);
        if (range != NULL) {
            consider(&offers[range->format], range, &clause);
        }
    }
}

static bool is_better(const struct offer *offer, const struct offer *than)
{
    return offer->weight > than->weight ||
           (offer->weight == than->weight && offer->place < than->place);
}

/* The text format 0.0.4 if nobody wants anything. */
static const struct offer *best_offer(const struct offer offers[FORMAT_COUNT], unsigned int formats)
{
    const struct offer *best = &offers[PROMLET_FORMAT_TEXT_0_0_4];
    for (size_t i = 0; i < FORMAT_COUNT; i++) {
        if ((formats == 0 || (formats >> i & 1) != 0) && is_better(&offers[i], best)) {
            best = &offers[i];
        }
    }
    return best;
}

promlet_status promlet_negotiate_sized(const char *accept, unsigned int formats,
                                       promlet_encoding *encoding, size_t encoding_size)
{
    if (encoding == NULL) {
        return pml_fail(PROMLET_ERROR_ARGUMENT, "the encoding is NULL");
    }
    if (encoding_size == 0 || encoding_size % sizeof(promlet_format) != 0) {
        return pml_fail(PROMLET_ERROR_ARGUMENT,
                        "the encoding: its size is none that promlet_encoding has had");
    }
    struct offer offers[FORMAT_COUNT] = {{NULL, 0, 0, PROMLET_ESCAPING_NONE_ASKED}};
    read_offers(accept, offers);
    const struct offer *best = best_offer(offers, formats);
    promlet_encoding choice;
    memset(&choice, 0, sizeof choice); /* its padding, too, where members may be some day */
    if (best->weight > 0) {
        choice.format = (promlet_format)(best - offers);
        choice.escaping = best->escaping;
    }
    memcpy(encoding, &choice, encoding_size < sizeof choice ? encoding_size : sizeof choice);
    return PROMLET_OK;
}

/* ---- Accept-Encoding ------------------------------------------------------------------------- */

struct coding {
    const char *name;
    bool is_named;
    uint32_t weight; /* the highest of those that clauses give it */
};

static void read_codings(const char *accept_encoding, struct coding *codings, size_t count)
{
    pml_clauses clauses;
    pml_clause clause;
    pml_clauses_start(&clauses, accept_encoding);
    while (pml_clauses_next(&clauses, &clause)) {
        for (size_t i = 0; i < count; i++) {
            if (pml_piece_is(clause.range, codings[i].name)) {
                codings[i].is_named = true;
                codings[i].weight =
                    clause.weight > codings[i].weight ? clause.weight : codings[i].weight;
            }
        }
    }
}

/* Who doesn't name plain bytes takes them if need be, so they weigh nothing then. */
bool promlet_negotiate_gzip(const char *accept_encoding)
{
    struct coding codings[] = {{"gzip", false, 0}, {"identity", false, 0}, {"*", false, 0}};
    read_codings(accept_encoding, codings, sizeof codings / sizeof codings[0]);
    const struct coding *gzip = &codings[codings[0].is_named ? 0 : 2];
    const struct coding *identity = &codings[codings[1].is_named ? 1 : 2];
    return gzip->weight > 0 && gzip->weight >= identity->weight;
}
