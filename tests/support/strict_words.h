/* SPDX-License-Identifier: Apache-2.0 */
/* For strict_document.h: names, numbers and texts as the text format 0.0.4 writes them. */
#ifndef TESTS_SUPPORT_STRICT_WORDS_H
#define TESTS_SUPPORT_STRICT_WORDS_H

#include <stdbool.h>
#include <stddef.h>

bool strict_is_letter(char c);

bool strict_is_digit(char c);

/* Where the name at the start of a text ends; the text itself when there is none. */
char *strict_end_of_name(char *text, bool colon_allowed);

/* Behind the digits at the start of a text. */
const char *strict_skip_digits(const char *at);

/* A number as promlet writes it: what Go's ParseFloat reads, without its hexadecimal forms,
   underscores and other spellings of the infinities. */
bool strict_is_number(const char *text);

bool strict_is_integer(const char *text);

/* The code point that well-formed UTF-8 has at the start of a text, and its size; 0 if it is not
   well-formed. Computed from the bits, unlike the library's table. */
size_t strict_utf8_size(const unsigned char *text);

bool strict_is_utf8(const char *text);

/* Undoes the escaping in place, up to the closing quote, or to the end when there is none to be.
   Returns where the text went on; NULL for an escape that the format does not know. */
char *strict_unescape(char *text, bool is_quoted);

#endif
