/* SPDX-License-Identifier: Apache-2.0 */
/* Spaces, names and texts of one line. */
#include "parse/reader.h"

#include "base/utf8.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

/* ---- what is wrong --------------------------------------------------------------------------- */

static bool fail(pml_reader *reader, const char *where, promlet_status status, const char *format,
                 va_list values)
{
    promlet_parse_error *error = reader->error;
    error->status = status;
    error->line = 0;
    error->is_readable = false;
    error->column = where != NULL ? (size_t)(where - reader->start) + 1 : 0;
    (void)vsnprintf(error->rule, sizeof error->rule, format, values);
    return false;
}

bool pml_reader_fail(pml_reader *reader, const char *where, const char *format, ...)
{
    va_list values;
    va_start(values, format);
    (void)fail(reader, where, PROMLET_ERROR_SYNTAX, format, values);
    va_end(values);
    return false;
}

bool pml_reader_fail_limit(pml_reader *reader, const char *where, const char *format, ...)
{
    va_list values;
    va_start(values, format);
    (void)fail(reader, where, PROMLET_ERROR_LIMIT, format, values);
    va_end(values);
    return false;
}

bool pml_reader_fail_memory(pml_reader *reader)
{
    *reader->error = (promlet_parse_error){.status = PROMLET_ERROR_MEMORY, .rule = "out of memory"};
    return false;
}

static bool is_shown(unsigned char byte)
{
    return byte >= 0x20 && byte != 0x7f;
}

pml_shown pml_show(const char *bytes, size_t size)
{
    pml_shown shown;
    bool is_cut;
    size_t most = sizeof shown.text - sizeof "...";
    size_t kept = pml_utf8_fit(bytes, size, most, shown.text, &is_cut);
    for (size_t i = 0; i < kept; i++) {
        /* Also the control characters from U+0080 to U+009F. */
        bool is_high = (unsigned char)shown.text[i] == 0xc2 && i + 1 < kept &&
                       (unsigned char)shown.text[i + 1] < 0xa0;
        if (!is_shown((unsigned char)shown.text[i]) || is_high) {
            shown.text[i] = '?';
            shown.text[i + is_high] = '?';
        }
    }
    memcpy(shown.text + kept, is_cut ? "..." : "", is_cut ? sizeof "..." : 1);
    return shown;
}

/* ---- what stands between --------------------------------------------------------------------- */

static bool is_blank(char c)
{
    return c == ' ' || c == '\t';
}

bool pml_reader_has_free_spaces(const pml_reader *reader)
{
    return reader->format == PROMLET_PARSE_TEXT || reader->is_lenient;
}

void pml_reader_skip_blanks(pml_reader *reader)
{
    while (reader->at < reader->end && is_blank(*reader->at) &&
           pml_reader_has_free_spaces(reader)) {
        reader->at++;
    }
}

bool pml_reader_take_space(pml_reader *reader, const char *before)
{
    const char *space = reader->at;
    if (pml_reader_has_free_spaces(reader)) {
        pml_reader_skip_blanks(reader);
    } else {
        reader->at += reader->at < reader->end && *reader->at == ' ';
    }
    return reader->at > space ||
           pml_reader_fail(reader, space, "there is no space before %s", before);
}

bool pml_reader_is_at_end(pml_reader *reader)
{
    pml_reader_skip_blanks(reader);
    return reader->at == reader->end;
}

bool pml_reader_take(pml_reader *reader, char c)
{
    bool is_next = reader->at < reader->end && *reader->at == c;
    reader->at += is_next;
    return is_next;
}

static bool is_one_of(char c, const char *set)
{
    while (*set != '\0' && *set != c) {
        set++;
    }
    return *set != '\0';
}

const char *pml_reader_word_end(const pml_reader *reader, const char *ends)
{
    const char *at = reader->at;
    while (at < reader->end && !is_blank(*at) && !is_one_of(*at, ends)) {
        at++;
    }
    return at;
}

/* ---- names and texts ------------------------------------------------------------------------- */

/* Ends the text that was begun at `text`. */
static void end_text(pml_reader *reader, char *end, promlet_parsed_text *text)
{
    *text = (promlet_parsed_text){reader->out, (size_t)(end - reader->out)};
    *end = '\0';
    reader->out = end + 1;
}

static char *copy(char *out, const char *bytes, const char *end)
{
    memcpy(out, bytes, (size_t)(end - bytes));
    return out + (end - bytes);
}

static bool is_letter(char c)
{
    return (unsigned)(c | 0x20) - 'a' < 26 || c == '_';
}

static bool is_digit(char c)
{
    return (unsigned)c - '0' < 10;
}

bool pml_reader_take_name(pml_reader *reader, bool colon_allowed, const char *whose,
                          promlet_parsed_text *name)
{
    const char *first = reader->at;
    if (first < reader->end && *first == '"') {
        return pml_reader_take_quoted(reader, whose, name) &&
               (name->size > 0 || pml_reader_fail(reader, first, "%s is empty", whose));
    }
    const char *at = first;
    while (at < reader->end &&
           (is_letter(*at) || (*at == ':' && colon_allowed) || (is_digit(*at) && at > first))) {
        at++;
    }
    reader->at = at;
    end_text(reader, copy(reader->out, first, at), name);
    return at > first || pml_reader_fail(reader, at, "%s begins with a letter or _", whose);
}

/* What a backslash and the character behind it stand for, at *out. OpenMetrics lets a backslash
   stand for itself before any other character; so do servers in the text format. */
static bool undo_escape(pml_reader *reader, const char *at, char **out, bool is_quoted)
{
    char c = at + 1 < reader->end ? at[1] : '\0';
    bool is_known = c == '\\' || c == 'n' || (c == '"' && is_quoted);
    bool may_be_other = reader->format != PROMLET_PARSE_TEXT || reader->is_lenient;
    if (at + 1 == reader->end || (!is_known && !may_be_other)) {
        return pml_reader_fail(reader, at, "a backslash stands before \\%s or n only",
                               is_quoted ? ", \"" : "");
    }
    if (!is_known) {
        *(*out)++ = '\\';
    }
    *(*out)++ = c == 'n' ? '\n' : c;
    return true;
}

bool pml_reader_take_quoted(pml_reader *reader, const char *whose, promlet_parsed_text *text)
{
    const char *quote = reader->at;
    if (!pml_reader_take(reader, '"')) {
        return pml_reader_fail(reader, quote, "%s is not in quotes", whose);
    }
    char *out = reader->out;
    for (const char *at = reader->at; at < reader->end; at++) {
        if (*at == '"') {
            reader->at = at + 1;
            end_text(reader, out, text);
            return true;
        }
        if (*at != '\\') {
            *out++ = *at;
        } else if (!undo_escape(reader, at, &out, true)) {
            return false;
        } else {
            at++;
        }
    }
    return pml_reader_fail(reader, quote, "%s has no closing quote", whose);
}

void pml_reader_take_word(pml_reader *reader, promlet_parsed_text *word)
{
    const char *end = pml_reader_word_end(reader, "");
    end_text(reader, copy(reader->out, reader->at, end), word);
    reader->at = end;
}

bool pml_reader_take_help(pml_reader *reader, promlet_parsed_text *help)
{
    bool has_escaped_quotes = reader->format != PROMLET_PARSE_TEXT;
    char *out = reader->out;
    for (const char *at = reader->at; at < reader->end; at++) {
        if (*at == '"' && has_escaped_quotes && !reader->is_lenient) {
            return pml_reader_fail(reader, at, "a quote in a help text has a backslash before it");
        }
        if (*at != '\\') {
            *out++ = *at;
        } else if (!undo_escape(reader, at, &out, has_escaped_quotes)) {
            return false;
        } else {
            at++;
        }
    }
    reader->at = reader->end;
    end_text(reader, out, help);
    return true;
}
