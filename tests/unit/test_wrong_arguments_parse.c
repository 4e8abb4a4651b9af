/* SPDX-License-Identifier: Apache-2.0 */
/* The calls of the parser with every combination of good and wrong arguments. */
#include "support/wrong_arguments.h"

#include <promlet/parse.h>

static const char *const headers[] = {"parse.h", NULL};

static int begin(void **state)
{
    (void)state;
    own = promlet_registry_new();
    return own == NULL;
}

static const promlet_parser_opts any_parsers[] = {
    {.format = PROMLET_PARSE_TEXT},
    {.format = PROMLET_PARSE_OPENMETRICS, .is_lenient = true},
    {.format = PROMLET_PARSE_OPENMETRICS2, .goes_on = true},
    {.format = (promlet_parse_format)-1},
    {.format = (promlet_parse_format)1000},
    {.max_line_bytes = 1, .max_labels = 1, .max_families = 1, .max_document_bytes = 1},
    {.max_line_bytes = SIZE_MAX,
     .max_labels = SIZE_MAX,
     .max_exemplars = SIZE_MAX,
     .max_fields = SIZE_MAX,
     .max_families = SIZE_MAX,
     .max_family_series = SIZE_MAX,
     .max_document_bytes = SIZE_MAX},
};

static const size_t any_parser_sizes[] = {0, 1, 8, sizeof(promlet_parser_opts)};

static const char *const any_documents[] = {"", "a 1\n", "a{", "\xff\n", "# EOF\n", "%s%n"};

static void call_promlet_parser_new_sized(void)
{
    FOR_EACH(options, any_parsers)
    FOR_EACH(size, any_parser_sizes)
    {
        promlet_parser_free(promlet_parser_new_sized(options, *size));
        promlet_parser_free(promlet_parser_new_sized(NULL, *size));
    }
}

static void call_promlet_parser_feed(void)
{
    SAID(promlet_parser_feed(NULL, NULL, 0));
    SAID(promlet_parser_feed(NULL, "a", 1));
    FOR_EACH(options, any_parsers)
    FOR_EACH(document, any_documents)
    {
        promlet_parser *parser = promlet_parser_new(options);
        SAID(promlet_parser_feed(parser, NULL, 0));
        SAID(promlet_parser_feed(parser, NULL, 1));
        SAID(promlet_parser_feed(parser, *document, strlen(*document)));
        SAID(promlet_parser_finish(parser));
        SAID(promlet_parser_feed(parser, *document, strlen(*document)));
        promlet_parser_free(parser);
    }
}

static void call_promlet_parser_finish(void)
{
    SAID(promlet_parser_finish(NULL));
    FOR_EACH(options, any_parsers)
    {
        promlet_parser *parser = promlet_parser_new(options);
        SAID(promlet_parser_finish(parser));
        SAID(promlet_parser_finish(parser));
        promlet_parser_free(parser);
    }
}

static void call_promlet_parser_free(void)
{
    promlet_parser_free(NULL);
}

static void call_promlet_parse_format_of(void)
{
    FOR_EACH(text, any_texts)
    {
        promlet_parse_format format;
        SAID(promlet_parse_format_of(*text, NULL));
        SAID(promlet_parse_format_of(*text, &format));
    }
}

static void call_promlet_parsed_type_text(void)
{
    FOR_EACH(type, any_enums)
    {
        assert_non_null(promlet_parsed_type_text((promlet_parsed_type)*type));
    }
}

static void look_at(const promlet_document *document)
{
    FOR_EACH(index, any_sizes)
    {
        (void)promlet_document_family(document, *index);
        (void)promlet_document_sample(document, *index);
    }
    (void)promlet_document_family_count(document);
    (void)promlet_document_sample_count(document);
}

static void call_promlet_document_parse_sized(void)
{
    promlet_parse_error error;
    FOR_EACH(options, any_parsers)
    FOR_EACH(size, any_parser_sizes)
    FOR_EACH(text, any_documents)
    {
        promlet_document *document =
            promlet_document_parse_sized(*text, strlen(*text), options, &error, *size);
        look_at(document);
        promlet_document_free(document);
        promlet_document_free(
            promlet_document_parse_sized(*text, strlen(*text), options, NULL, *size));
        promlet_document_free(promlet_document_parse_sized(*text, strlen(*text), NULL, NULL, 0));
        assert_null(promlet_document_parse_sized(NULL, 1, options, &error, *size));
        assert_int_not_equal(error.status, PROMLET_OK);
    }
    look_at(NULL);
}

static void call_promlet_parsed_label_value(void)
{
    const promlet_parsed_label label = {{"a", 1}, {"v", 1}};
    const promlet_parsed_sample samples[] = {{.labels = &label, .label_count = 1},
                                             {.labels = NULL}};
    FOR_EACH(text, any_texts)
    {
        (void)promlet_parsed_label_value(NULL, *text);
        (void)promlet_parsed_label_value(&samples[0], *text);
        (void)promlet_parsed_label_value(&samples[1], *text);
    }
}

static const wrong_call table[] = {
    WRONG_CALL(promlet_parser_new_sized),
    WRONG_CALL(promlet_parser_feed),
    WRONG_CALL(promlet_parser_finish),
    WRONG_CALL(promlet_parser_free),
    WRONG_CALL(promlet_parse_format_of),
    WRONG_CALL(promlet_parsed_type_text),
    WRONG_CALL(promlet_document_parse_sized),
    WRONG_CALL(promlet_parsed_label_value),
    {"promlet_document_family_count", call_promlet_document_parse_sized},
    {"promlet_document_family", call_promlet_document_parse_sized},
    {"promlet_document_sample_count", call_promlet_document_parse_sized},
    {"promlet_document_sample", call_promlet_document_parse_sized},
    {"promlet_document_free", call_promlet_document_parse_sized},
};

static const wrong_calls calls = {table, COUNT_OF(table), headers, false};

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST_OF_CALLS(wrong_arguments_are_survived, &calls),
        TEST_OF_CALLS(functions_are_all_called, &calls),
    };
    return cmocka_run_group_tests(tests, begin, end_with_registry);
}
