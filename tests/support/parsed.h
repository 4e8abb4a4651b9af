/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a parser tells of a document, as a text that tests compare: a line for each family, sample
 * and error, in the order in which they are told.
 *
 *     family jobs_total counter help "Jobs done."
 *     value jobs_total{queue="mail"} 3
 *     error 4:7 syntax: there is no closing quote
 */
#ifndef TESTS_SUPPORT_PARSED_H
#define TESTS_SUPPORT_PARSED_H

#include <promlet/parse.h>

#include <stddef.h>

/* Keeps a document of the text format or OpenMetrics 1.0 for readers of others (documents.h), good
   or bad, by the name of the program and a number. */
void keep_any(promlet_parse_format format, const char *document, size_t size);

/* Reads a document in pieces of so many bytes, 0: whole. The functions of the options are set. To
   be freed with free(). What promlet_parser_finish() returned is the last line, if it is an error.
 */
char *parsed_text(promlet_parser_opts options, const char *document, size_t size, size_t piece);

/* The same for a document that is kept; nothing is told of errors but the first. */
char *kept_text(promlet_parser_opts options, const char *document, size_t size);

/* The document, read whole, byte by byte and in pieces of 7, tells this; so does the one that is
   kept, if there is no error in it. */
void expect_parsed(promlet_parser_opts options, const char *document, const char *expected);

#endif
