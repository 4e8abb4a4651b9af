/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One line on its way to what it means. Names and values are copied, with their escapes undone, to
 * memory that has a byte more than the line: each of them has a byte around it in the line that it
 * loses, and so there is room for a NUL behind it.
 */
#ifndef PML_PARSE_READER_H
#define PML_PARSE_READER_H

#include <promlet/parse.h>

#include <stdbool.h>
#include <stddef.h>

typedef struct pml_reader {
    const char *start;
    const char *at;
    const char *end;
    char *out; /* where the next text is put */
    promlet_parse_format format;
    bool is_lenient;
    promlet_parse_error *error;
} pml_reader;

/* Says what is wrong, and where, which is NULL for the whole line; returns false. The number of the
   line is 0, for the one that is being read. */
bool pml_reader_fail(pml_reader *reader, const char *where, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* The same for what is beyond a limit. */
bool pml_reader_fail_limit(pml_reader *reader, const char *where, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

bool pml_reader_fail_memory(pml_reader *reader);

/* A text to be shown in a sentence: no longer than a few words, and nothing that a terminal would
   obey. */
typedef struct pml_shown {
    char text[48];
} pml_shown;

pml_shown pml_show(const char *bytes, size_t size);

/* Whether spaces and tabs may stand between words, and before and behind them, as one likes. */
bool pml_reader_has_free_spaces(const pml_reader *reader);

/* Goes on behind spaces and tabs, where they may stand as one likes. */
void pml_reader_skip_blanks(pml_reader *reader);

/* The space before something, such as "a value"; false, with the rule, if there is none. */
bool pml_reader_take_space(pml_reader *reader, const char *before);

/* Whether nothing is left, but what may be. */
bool pml_reader_is_at_end(pml_reader *reader);

/* Goes on if this character is next. */
bool pml_reader_take(pml_reader *reader, char c);

/* Where the word that begins here ends: at one of these characters, a space or the line's end. */
const char *pml_reader_word_end(const pml_reader *reader, const char *ends);

/* A name, in quotes or not. `whose` begins a sentence, such as "a label's name". */
bool pml_reader_take_name(pml_reader *reader, bool colon_allowed, const char *whose,
                          promlet_parsed_text *name);

/* A text in quotes, without them. */
bool pml_reader_take_quoted(pml_reader *reader, const char *whose, promlet_parsed_text *text);

/* The bytes up to the next space. */
void pml_reader_take_word(pml_reader *reader, promlet_parsed_text *word);

/* What is left, as a help text. */
bool pml_reader_take_help(pml_reader *reader, promlet_parsed_text *help);

#endif
