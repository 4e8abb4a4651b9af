/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Keeps the documents that tests produce, so that promtool can check every one of them: each goes
 * to the folder that the environment variable PROMLET_TEST_DOCUMENTS names, if it is set.
 */
#ifndef TESTS_SUPPORT_DOCUMENTS_H
#define TESTS_SUPPORT_DOCUMENTS_H

#include <stddef.h>

/* Writes a text to NAME and the ending. */
void keep_as(const char *name, const char *ending, const char *text);

/* Writes NAME.prom, and NAME.prom.lint with the findings that `promtool check metrics` is expected
   to have, a line each; findings is NULL when there are none. */
void keep_document(const char *name, const char *text, const char *findings);

/* Writes NAME.pb, and NAME.pb.txt with what protoc must read in it. */
void keep_protobuf(const char *name, const char *bytes, size_t size, const char *expected);

#endif
