/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Golden documents, and others on demand, with bytes changed, cut off and doubled, and what no
 * exporter would ever send. Nothing crashes, nothing leaks, an error says where, and what is beyond
 * a limit is not kept.
 */
#include "base/valgrind.h"
#include "support/allocations.h"
#include "support/golden_documents.h"
#include "support/sanitizers.h"

#include <string.h>

/* With tools that make each take twenty times as long. */
static size_t step_of(size_t step)
{
    return pml_runs_on_valgrind() || sanitizer_name() != NULL ? 20 * step : step;
}

/* ---- reading --------------------------------------------------------------------------------- */

typedef struct heard_counts {
    size_t families;
    size_t samples;
    size_t errors;
} heard_counts;

static bool count_family(void *ctx, const promlet_parsed_family *family)
{
    assert_int_equal(family->name.bytes[family->name.size], '\0');
    ((heard_counts *)ctx)->families++;
    return true;
}

static bool count_sample(void *ctx, const promlet_parsed_sample *sample)
{
    assert_int_equal(sample->name.bytes[sample->name.size], '\0');
    ((heard_counts *)ctx)->samples++;
    return true;
}

static void count_error(void *ctx, const promlet_parse_error *error)
{
    assert_true(error->line > 0 && error->rule[0] != '\0');
    assert_true(error->status == PROMLET_ERROR_SYNTAX || error->status == PROMLET_ERROR_LIMIT);
    ((heard_counts *)ctx)->errors++;
}

static promlet_parser *new_parser(promlet_parser_opts options, heard_counts *heard)
{
    *heard = (heard_counts){0};
    options.on_family = count_family;
    options.on_sample = count_sample;
    options.on_error = count_error;
    options.ctx = heard;
    promlet_parser *parser = promlet_parser_new(&options);
    assert_non_null(parser);
    return parser;
}

static void read_any(promlet_parser_opts options, const char *bytes, size_t size)
{
    heard_counts heard;
    promlet_parser *parser = new_parser(options, &heard);
    (void)promlet_parser_feed(parser, bytes, size / 2);
    (void)promlet_parser_feed(parser, bytes + size / 2, size - size / 2);
    promlet_status status = promlet_parser_finish(parser);
    bool goes_on = options.goes_on || options.is_lenient;
    assert_true(goes_on ? status == PROMLET_OK : (status != PROMLET_OK) == (heard.errors == 1));
    promlet_parser_free(parser);
}

/* In one mode after the other. */
static void read_in_turn(promlet_parse_format format, const char *bytes, size_t size)
{
    static unsigned turn;
    long alive = atomic_load(&allocations_alive);
    switch (turn++ % 4) {
    case 0:
        read_any((promlet_parser_opts){.format = format}, bytes, size);
        break;
    case 1:
        read_any((promlet_parser_opts){.format = format, .goes_on = true}, bytes, size);
        break;
    case 2:
        read_any((promlet_parser_opts){.format = format, .is_lenient = true}, bytes, size);
        break;
    default:
        promlet_document_free(promlet_document_parse(
            bytes, size, &(promlet_parser_opts){.format = format, .goes_on = true}, NULL));
    }
    assert_int_equal(atomic_load(&allocations_alive), alive);
}

static void read_in_each_mode(promlet_parse_format format, const char *bytes, size_t size)
{
    for (unsigned i = 0; i < 4; i++) {
        read_in_turn(format, bytes, size);
    }
}

/* ---- mutations ------------------------------------------------------------------------------- */

/* How often a document is changed in one way at most. */
static size_t most_changes = SIZE_MAX;

/* How many bytes there are from one change of a document to the next. */
static size_t step_in(const golden_document *golden, size_t step)
{
    size_t least = golden->size / most_changes;
    return least > step ? least : step;
}

static void change_bytes(const golden_document *golden)
{
    static const unsigned char masks[] = {0x01, 0x20, 0x80, '\n' ^ 'a', '"' ^ '0', 0xff};
    size_t changes = 0;
    for (size_t i = 0; i < golden->size; i += step_in(golden, step_of(2))) {
        char before = golden->bytes[i];
        golden->bytes[i] = (char)((unsigned char)before ^ masks[changes++ % sizeof masks]);
        read_in_turn(golden->format, golden->bytes, golden->size);
        golden->bytes[i] = before;
    }
}

static void cut_off(const golden_document *golden)
{
    for (size_t size = 0; size < golden->size; size += step_in(golden, step_of(5))) {
        /* As large as it is, so that a sanitizer sees one who reads on. */
        char *bytes = malloc(size + 1);
        memcpy(bytes + 1, golden->bytes, size);
        read_in_turn(golden->format, bytes + 1, size);
        free(bytes);
    }
}

/* Behind the line feed, or at the end of a document that has none there. */
static const char *next_line(const char *line, const char *end)
{
    const char *feed = memchr(line, '\n', (size_t)(end - line));
    return feed != NULL ? feed + 1 : end;
}

/* Each line twice, and each once more at the end. */
static void double_lines(const golden_document *golden)
{
    char *bytes = malloc(2 * golden->size + 1);
    const char *end = golden->bytes + golden->size;
    const char *due = golden->bytes;
    for (const char *line = golden->bytes; line < end;) {
        const char *next = next_line(line, end);
        size_t before = (size_t)(next - golden->bytes);
        if (line >= due) {
            memcpy(bytes, golden->bytes, before);
            memcpy(bytes + before, line, (size_t)(end - line));
            read_in_turn(golden->format, bytes, before + (size_t)(end - line));
            memcpy(bytes, golden->bytes, golden->size);
            memcpy(bytes + golden->size, line, (size_t)(next - line));
            read_in_turn(golden->format, bytes, golden->size + (size_t)(next - line));
            due = line + step_in(golden, 1);
        }
        line = next;
    }
    free(bytes);
}

static void in_another_format(const golden_document *golden)
{
    for (int format = 0; format <= PROMLET_PARSE_OPENMETRICS2; format++) {
        read_in_each_mode((promlet_parse_format)format, golden->bytes, golden->size);
    }
}

static void mutated_documents_are_survived(void **state)
{
    (void)state;
    each_golden_document(change_bytes);
    each_golden_document(cut_off);
    each_golden_document(double_lines);
    each_golden_document(in_another_format);
}

static size_t documents_mutated;

static void mutate(const golden_document *document)
{
    change_bytes(document);
    cut_off(document);
    double_lines(document);
    in_another_format(document);
    documents_mutated++;
}

/* Those of the folders that PROMLET_TEST_FOLDERS names, with colons between: the slow stage tool
   names all that tests wrote. */
static void mutated_documents_of_other_folders_are_survived(void **state)
{
    (void)state;
    const char *given = getenv("PROMLET_TEST_FOLDERS");
    char *folders = strdup(given != NULL ? given : "");
    char *rest = NULL;
    most_changes = 400;
    for (char *folder = strtok_r(folders, ":", &rest); folder != NULL;
         folder = strtok_r(NULL, ":", &rest)) {
        (void)each_document_of(folder, mutate);
    }
    most_changes = SIZE_MAX;
    free(folders);
    print_message("%zu further documents\n", documents_mutated);
}

/* ---- what is too much ------------------------------------------------------------------------ */

/* Three gigabytes without a line feed, behind what a line may begin with. What is kept stays below
   a line's limit, so after that no memory is asked for. */
static void line_of_gigabytes_is_left_out(void **state)
{
    (void)state;
    static const char *const beginnings[] = {"", "# HELP a ", "a{b=\"", "a ", "#"};
    const size_t piece_size = (size_t)1 << 20;
    char *piece = malloc(piece_size);
    memset(piece, '\\', piece_size);
    for (size_t i = 0; i < COUNT_OF(beginnings); i++) {
        heard_counts heard;
        promlet_parser *parser = new_parser(
            (promlet_parser_opts){.goes_on = true, .max_document_bytes = SIZE_MAX}, &heard);
        assert_int_equal(promlet_parser_feed(parser, beginnings[i], strlen(beginnings[i])), 0);
        assert_int_equal(promlet_parser_feed(parser, piece, piece_size), PROMLET_OK);
        allocations_refuse(0, false);
        for (size_t k = 1; k < 3072 / COUNT_OF(beginnings) / step_of(1); k++) {
            assert_int_equal(promlet_parser_feed(parser, piece, piece_size), PROMLET_OK);
        }
        assert_int_equal(atomic_load(&allocations_asked), 0);
        assert_int_equal(promlet_parser_feed(parser, "\nb 1\n", 5), PROMLET_OK);
        assert_int_equal(promlet_parser_finish(parser), PROMLET_OK);
        assert_int_equal(heard.errors, 1);
        assert_int_equal(heard.samples, 1);
        promlet_parser_free(parser);
    }
    free(piece);
}

static void document_beyond_its_limit_ends(void **state)
{
    (void)state;
    heard_counts heard;
    promlet_parser *parser =
        new_parser((promlet_parser_opts){.is_lenient = true, .max_document_bytes = 10}, &heard);
    assert_int_equal(promlet_parser_feed(parser, "a 1\n", 4), PROMLET_OK);
    assert_int_equal(promlet_parser_feed(parser, "b 1\nc 1\n", 8), PROMLET_ERROR_LIMIT);
    assert_int_equal(promlet_parser_feed(parser, "d", 1), PROMLET_ERROR_LIMIT);
    assert_int_equal(promlet_parser_finish(parser), PROMLET_ERROR_LIMIT);
    assert_int_equal(heard.errors, 1);
    promlet_parser_free(parser);
}

static void bytes_of_any_value_are_survived(void **state)
{
    (void)state;
    enum { SIZE = 1 << 14 };
    char *bytes = malloc(SIZE);
    uint64_t random = 88172645463325252;
    for (size_t turn = 0; turn < 10; turn++) {
        static const char often[] = "{}\",=\\\n #a1.e+-";
        for (size_t i = 0; i < SIZE; i++) {
            random = random * UINT64_C(6364136223846793005) + 1442695040888963407;
            unsigned byte = (unsigned)(random >> 56);
            bytes[i] = turn % 2 == 0 ? (char)byte : often[byte % (sizeof often - 1)];
        }
        for (int format = 0; format <= PROMLET_PARSE_OPENMETRICS2; format++) {
            read_in_each_mode((promlet_parse_format)format, bytes, SIZE);
        }
    }
    free(bytes);
}

/* One thing as often as a line can hold it. */
static void long_lines_of_one_thing_are_survived(void **state)
{
    (void)state;
    static const char *const cases[][3] = {
        {"a{b=\"", "\\\\", "\"} 1\n"},
        {"a{b=\"", "\\\"", "\"} 1\n"},
        {"a{b=\"", "\\", "\"} 1\n"},
        {"a{b=\"", "\\n", "\"} 1\n"},
        {"# HELP a ", "\\\\", "\n"},
        {"", "{", "\n"},
        {"a{", "b=\"\",", "} 1\n"},
        {"a{\"", "\\\"", "\"=\"\"} 1\n"},
        {"a ", "0", "\n"},
        {"a 0.", "0", "1\n"},
        {"a 1e", "9", "\n"},
        {"a ", "1", "e-300000\n"},
        {"a 1 ", "9", "\n"},
        {"a 1", " # {} 1 1", "\n"},
        {"a {count:1,sum:1,bucket:[", "1:1,", "+Inf:1]}\n"},
        {"a {count:1,sum:1,schema:0,zero_threshold:0,zero_count:0,positive_spans:[", "0:1,",
         "0:1],positive_buckets:[1]}\n"},
        {"# TYPE ", "a", " gauge\n"},
        {"", "a", " 1\n"},
        {"", "#", "\n"},
        {"", " ", "\n"},
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        char *text = NULL;
        size_t size;
        FILE *to = open_memstream(&text, &size);
        (void)fputs(cases[i][0], to);
        for (size_t k = 0; k < 100000 / step_of(1); k++) {
            (void)fputs(cases[i][1], to);
        }
        (void)fputs(cases[i][2], to);
        (void)fclose(to);
        for (int format = 0; format <= PROMLET_PARSE_OPENMETRICS2; format++) {
            read_in_each_mode((promlet_parse_format)format, text, size);
        }
        free(text);
    }
}

/* ---- no memory ------------------------------------------------------------------------------- */

static promlet_status read_without_callbacks(const golden_document *golden)
{
    promlet_parser_opts options = {.format = golden->format};
    promlet_parser *parser = promlet_parser_new(&options);
    if (parser == NULL) {
        return PROMLET_ERROR_MEMORY;
    }
    promlet_status status = promlet_parser_feed(parser, golden->bytes, golden->size / 2);
    if (status == PROMLET_OK) {
        status = promlet_parser_feed(parser, golden->bytes + golden->size / 2,
                                     golden->size - golden->size / 2);
    }
    status = status == PROMLET_OK ? promlet_parser_finish(parser) : status;
    promlet_parser_free(parser);
    return status;
}

static promlet_status keep(const golden_document *golden)
{
    promlet_parser_opts options = {.format = golden->format};
    promlet_parse_error error;
    promlet_document *document =
        promlet_document_parse(golden->bytes, golden->size, &options, &error);
    assert_true((document == NULL) == (error.status != PROMLET_OK));
    promlet_document_free(document);
    return error.status;
}

static void refuse_each(const golden_document *golden,
                        promlet_status (*read)(const golden_document *golden), bool on)
{
    long alive = atomic_load(&allocations_alive);
    long n = 0;
    long asked;
    do {
        n++;
        allocations_refuse(n, on);
        promlet_status status = read(golden);
        asked = atomic_load(&allocations_asked);
        allocations_refuse(0, false);
        assert_int_equal(status, asked >= n ? PROMLET_ERROR_MEMORY : PROMLET_OK);
        if (status != PROMLET_OK) {
            assert_string_equal(promlet_last_error(), "out of memory");
        }
        assert_int_equal(atomic_load(&allocations_alive), alive);
    } while (asked >= n);
    assert_true(n > 1);
}

static void refuse_each_request(const golden_document *golden)
{
    refuse_each(golden, read_without_callbacks, true);
    refuse_each(golden, read_without_callbacks, false);
    refuse_each(golden, keep, true);
    refuse_each(golden, keep, false);
}

static void parser_without_memory_says_so_and_leaks_nothing(void **state)
{
    (void)state;
    each_golden_document(refuse_each_request);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(mutated_documents_are_survived),
        cmocka_unit_test(mutated_documents_of_other_folders_are_survived),
        cmocka_unit_test(line_of_gigabytes_is_left_out),
        cmocka_unit_test(document_beyond_its_limit_ends),
        cmocka_unit_test(bytes_of_any_value_are_survived),
        cmocka_unit_test(long_lines_of_one_thing_are_survived),
        cmocka_unit_test(parser_without_memory_says_so_and_leaks_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
