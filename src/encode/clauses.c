/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Splits a header at its commas and semicolons, with what RFC 9110 has of quotes and of weights.
 * What the clauses mean is negotiation.c's.
 *
 * The header is walked once, and each clause once more, so the time is linear in what is read, at
 * most PROMLET_MAX_ACCEPT_BYTES. What is malformed is no error: a clause that nobody asked for.
 */
#include "encode/clauses.h"

#include <promlet/negotiation.h>

#include <string.h>

static const char *const parameter_names[PML_CLAUSE_PARAMETER_COUNT] = {
    [PML_CLAUSE_VERSION] = "version",
    [PML_CLAUSE_PROTO] = "proto",
    [PML_CLAUSE_ENCODING] = "encoding",
    [PML_CLAUSE_ESCAPING] = "escaping",
    [PML_CLAUSE_Q] = "q",
};

/* ---- pieces ---------------------------------------------------------------------------------- */

static bool is_blank(char byte)
{
    return byte == ' ' || byte == '\t';
}

static bool is_digit(char byte)
{
    return byte >= '0' && byte <= '9';
}

static char small(char byte)
{
    return byte >= 'A' && byte <= 'Z' ? (char)(byte - 'A' + 'a') : byte;
}

static pml_piece trimmed(const char *at, size_t size)
{
    while (size > 0 && is_blank(at[0])) {
        at++;
        size--;
    }
    while (size > 0 && is_blank(at[size - 1])) {
        size--;
    }
    return (pml_piece){at, size};
}

bool pml_piece_is(pml_piece piece, const char *text)
{
    for (size_t i = 0; i < piece.size; i++) {
        if (text[i] == '\0' || small(piece.at[i]) != small(text[i])) {
            return false;
        }
    }
    return text[piece.size] == '\0';
}

/* Cuts *next off the rest, up to a separator that is not in quotes; false when nothing is left. In
   quotes that never end, it is empty: nobody knows what was meant. */
static bool cut_next(pml_piece *rest, char separator, pml_piece *next)
{
    if (rest->at == NULL) {
        return false;
    }
    bool is_quoted = false;
    size_t size = 0;
    while (size < rest->size && (is_quoted || rest->at[size] != separator)) {
        if (rest->at[size] == '"') {
            is_quoted = !is_quoted;
        } else if (is_quoted && rest->at[size] == '\\' && size + 1 < rest->size) {
            size++;
        }
        size++;
    }
    *next = trimmed(rest->at, is_quoted ? 0 : size);
    rest->at = size < rest->size ? rest->at + size + 1 : NULL;
    rest->size = size < rest->size ? rest->size - size - 1 : 0;
    return true;
}

/* ---- parameters ------------------------------------------------------------------------------ */

static void read_value(pml_piece from, char to[PML_CLAUSE_VALUE_SIZE])
{
    bool is_quoted = from.size >= 2 && from.at[0] == '"' && from.at[from.size - 1] == '"';
    size_t end = is_quoted ? from.size - 1 : from.size;
    size_t size = 0;
    for (size_t i = is_quoted ? 1 : 0; i < end; i++) {
        if (is_quoted && from.at[i] == '\\' && i + 1 < end) {
            i++;
        } else if (from.at[i] == '"') {
            size = PML_CLAUSE_VALUE_SIZE; /* a quote where none may be */
        }
        if (size >= PML_CLAUSE_VALUE_SIZE - 1) {
            size = 0;
            break;
        }
        to[size++] = from.at[i];
    }
    to[size] = '\0';
}

/* The first of several with the same name counts. One without `=` has an empty value. */
static void read_parameter(pml_piece parameter, pml_clause *clause)
{
    const char *equals = parameter.size > 0 ? memchr(parameter.at, '=', parameter.size) : NULL;
    const char *end = parameter.at + parameter.size;
    const char *name_end = equals != NULL ? equals : end;
    const char *value_start = equals != NULL ? equals + 1 : end;
    pml_piece name = trimmed(parameter.at, (size_t)(name_end - parameter.at));
    for (size_t i = 0; i < PML_CLAUSE_PARAMETER_COUNT; i++) {
        pml_clause_value *value = &clause->values[i];
        if (!value->is_given && pml_piece_is(name, parameter_names[i])) {
            value->is_given = true;
            read_value(trimmed(value_start, (size_t)(end - value_start)), value->text);
            return;
        }
    }
}

/* Not strtod(), which knows the locale, exponents and NaN. More than 1 counts as 1: Prometheus
   2.49.0 sends 2. Digits behind the ninth are read and don't count. */
static uint32_t read_weight(const char *text)
{
    uint32_t unit = PML_CLAUSE_FULL_WEIGHT;
    uint32_t weight = 0;
    size_t digits = 0;
    for (; is_digit(*text); text++, digits++) {
        weight = *text != '0' ? PML_CLAUSE_FULL_WEIGHT : weight;
    }
    if (*text == '.') {
        for (text++; is_digit(*text); text++, digits++) {
            unit /= 10;
            weight += (uint32_t)(*text - '0') * unit;
        }
    }
    if (digits == 0 || *text != '\0') {
        return 0;
    }
    return weight < PML_CLAUSE_FULL_WEIGHT ? weight : PML_CLAUSE_FULL_WEIGHT;
}

/* ---- clauses --------------------------------------------------------------------------------- */

void pml_clauses_start(pml_clauses *clauses, const char *header)
{
    size_t size = header != NULL ? strnlen(header, PROMLET_MAX_ACCEPT_BYTES + 1) : 0;
    clauses->is_cut = size > PROMLET_MAX_ACCEPT_BYTES;
    clauses->rest = (pml_piece){header, size};
    clauses->count = 0;
}

bool pml_clauses_next(pml_clauses *clauses, pml_clause *clause)
{
    pml_piece rest;
    /* In a header that is cut the last clause is cut, too: its `q=0.5` may read `q=0`. */
    if (!cut_next(&clauses->rest, ',', &rest) || (clauses->is_cut && clauses->rest.at == NULL)) {
        return false;
    }
    memset(clause, 0, sizeof *clause);
    clause->place = clauses->count++;
    (void)cut_next(&rest, ';', &clause->range);
    for (pml_piece parameter; cut_next(&rest, ';', &parameter);) {
        read_parameter(parameter, clause);
    }
    const pml_clause_value *q = &clause->values[PML_CLAUSE_Q];
    clause->weight = q->is_given ? read_weight(q->text) : PML_CLAUSE_FULL_WEIGHT;
    return true;
}
