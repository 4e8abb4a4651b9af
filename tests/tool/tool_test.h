/* SPDX-License-Identifier: Apache-2.0 */
/* What the tests of the command share: cmocka, and documents from text. */
#ifndef PML_TESTS_TOOL_TEST_H
#define PML_TESTS_TOOL_TEST_H

#include <promlet/parse.h>

#include <math.h>
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

#define COUNT_OF(array) (sizeof(array) / sizeof(array)[0])

/* The document must be one that can be read; freed with promlet_document_free(). */
static inline promlet_document *made_document(const char *text)
{
    promlet_parse_error error;
    const promlet_parser_opts options = {.is_lenient = true};
    promlet_document *document = promlet_document_parse(text, strlen(text), &options, &error);
    if (document == NULL || error.status != PROMLET_OK) {
        fail_msg("line %zu: %s", error.line, error.rule);
    }
    return document;
}

#endif
