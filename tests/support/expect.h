/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What most unit tests need: cmocka with the headers that it relies on, a registry of one's own,
 * and checks of a registry's whole text and of its first error.
 */
#ifndef TESTS_SUPPORT_EXPECT_H
#define TESTS_SUPPORT_EXPECT_H

#include "support/documents.h"
#include "support/every_format.h"

#include <promlet/promlet.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* cmocka.h relies on some of the above. */
#include <cmocka.h>

#define COUNT_OF(array) (sizeof(array) / sizeof((array)[0]))

promlet_registry *new_registry(void);

/* Has the library make what it makes once for the process: the counts of readers. For tests that
   count what is allocated. */
void make_what_lasts(void);

/* Strict readers take a snapshot in each format; the documents are kept under this name, if it is
   not NULL. */
void expect_every_format(const promlet_snapshot *snapshot, const char *name);

/* The whole text of a registry is the expected one. It is kept under the name of the document, with
   the findings that promtool has; NULL for none. The other formats are read, too. */
void expect_metrics(promlet_registry *registry, const char *document, const char *findings,
                    const char *expected);

/* The first error of a registry is this one. */
void expect_status(const promlet_registry *registry, promlet_status status, const char *sentence);

/* The value of one sample in a text, 0 if it is not there. The sample is given with its labels. */
double sample_value(const char *text, const char *sample);

/* The value of one sample in a registry's text, 0 if it is not there. */
double scraped_value(promlet_registry *registry, const char *sample);

/* The same, and the text is kept under the name of the document; promtool finds nothing in it. */
double kept_value(promlet_registry *registry, const char *document, const char *sample);

#endif
