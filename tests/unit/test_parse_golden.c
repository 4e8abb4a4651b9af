/* SPDX-License-Identifier: Apache-2.0 */
/* Each golden document is read strictly, in every text format. */
#include "support/golden_documents.h"

static void read_strictly(const golden_document *golden)
{
    const promlet_parser_opts options = {.format = golden->format};
    promlet_parse_error error;
    promlet_document *document =
        promlet_document_parse(golden->bytes, golden->size, &options, &error);
    if (document == NULL) {
        fail_msg("%s:%zu:%zu: %s", golden->path, error.line, error.column, error.rule);
    }
    promlet_document_free(document);
}

static void golden_documents_are_read(void **state)
{
    (void)state;
    each_golden_document(read_strictly);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(golden_documents_are_read),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
