/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the parser reads in files, strictly, for a program that compares it with what others read.
 * Each line of the output is a JSON array:
 *
 *     ["document", PATH]
 *     ["sample", NAME, TYPE, [[LABEL, VALUE]...], VALUE, TIME, [EXEMPLAR VALUE...]]
 *     ["error", LINE, COLUMN, RULE]        where the document is wrong
 *
 * Values are texts with 17 digits, or those of an integer; times are seconds, or null. The format
 * is OpenMetrics 1.0 for files whose name has `.om1` in it, or else text.
 *
 * usage: read_documents <LIST OF FILES, A LINE EACH
 */
#include <promlet/parse.h>

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void put_text(const promlet_parsed_text *text)
{
    (void)putchar('"');
    for (size_t i = 0; i < text->size; i++) {
        unsigned char c = (unsigned char)text->bytes[i];
        if (c < 0x20 || c == '"' || c == '\\') {
            (void)printf("\\u%04x", c);
        } else {
            (void)putchar(c);
        }
    }
    (void)putchar('"');
}

static void put_string(const char *text)
{
    put_text(&(promlet_parsed_text){text, strlen(text)});
}

static void put_value(const promlet_parsed_number *number)
{
    if (number->is_whole) {
        (void)printf("\"%" PRIu64 "\"", number->whole);
    } else {
        (void)printf("\"%.17g\"", number->real);
    }
}

static bool put_sample(void *ctx, const promlet_parsed_sample *sample)
{
    (void)ctx;
    (void)printf("[\"sample\", ");
    put_text(&sample->name);
    (void)printf(", ");
    put_string(promlet_parsed_type_text(sample->family->type));
    (void)printf(", [");
    for (size_t i = 0; i < sample->label_count; i++) {
        (void)printf("%s[", i > 0 ? ", " : "");
        put_text(&sample->labels[i].name);
        (void)printf(", ");
        put_text(&sample->labels[i].value);
        (void)putchar(']');
    }
    (void)printf("], ");
    put_value(&sample->value);
    if (sample->has_timestamp) {
        (void)printf(", [%" PRId64 ", %" PRIu32 "], [", sample->timestamp.seconds,
                     sample->timestamp.nanoseconds);
    } else {
        (void)printf(", null, [");
    }
    for (size_t i = 0; i < sample->exemplar_count; i++) {
        put_value(&sample->exemplars[i].value);
    }
    (void)printf("]]\n");
    return true;
}

static void put_error(void *ctx, const promlet_parse_error *error)
{
    (void)ctx;
    (void)printf("[\"error\", %zu, %zu, ", error->line, error->column);
    put_string(error->rule);
    (void)printf("]\n");
}

static void read_document(const char *path)
{
    promlet_parser_opts options = {.on_sample = put_sample, .on_error = put_error};
    options.format = strstr(path, ".om1") != NULL ? PROMLET_PARSE_OPENMETRICS : PROMLET_PARSE_TEXT;
    promlet_parser *parser = promlet_parser_new(&options);
    FILE *file = fopen(path, "rb");
    if (parser == NULL || file == NULL) {
        perror(path);
        exit(EXIT_FAILURE);
    }
    (void)printf("[\"document\", ");
    put_string(path);
    (void)printf("]\n");
    char bytes[1000];
    for (size_t size; (size = fread(bytes, 1, sizeof bytes, file)) > 0;) {
        (void)promlet_parser_feed(parser, bytes, size);
    }
    (void)promlet_parser_finish(parser);
    promlet_parser_free(parser);
    (void)fclose(file);
}

int main(void)
{
    char path[4096];
    while (fgets(path, sizeof path, stdin) != NULL) {
        path[strcspn(path, "\n")] = '\0';
        read_document(path);
    }
    return EXIT_SUCCESS;
}
