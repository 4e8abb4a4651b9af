/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Golden documents: what each format makes of a snapshot, in tests/golden/<what>.<format>. A person
 * has read them. After a change on purpose they are written anew, by the tests that compare with
 * them under PROMLET_GOLDEN_WRITE=1, and the difference is read.
 */
#ifndef TESTS_SUPPORT_GOLDEN_H
#define TESTS_SUPPORT_GOLDEN_H

#include "support/expect.h"
#include "support/graphite_text.h"
#include "support/locales.h"
#include "support/made_snapshot.h"

#include <fenv.h>

#define SECOND INT64_C(1000000000)

/* One file each. */
static const struct golden_format {
    const char *ending;
    promlet_encoding encoding;
} golden_formats[] = {
    {"prom", {.format = PROMLET_FORMAT_TEXT_0_0_4}},
    {"om1", {.format = PROMLET_FORMAT_OPENMETRICS_1_0_0, .with_created = true}},
    {"om2", {.format = PROMLET_FORMAT_OPENMETRICS_2_0_0}},
};

static inline void write_golden(const char *path, const char *text)
{
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    assert_true(fputs(text, file) != EOF);
    assert_int_equal(fclose(file), 0);
}

static inline void expect_golden(const char *path, const char *text)
{
    static char golden[100000];
    FILE *file = fopen(path, "r");
    if (file == NULL) {
        fail_msg("%s is missing", path);
    }
    size_t size = fread(golden, 1, sizeof golden - 1, file);
    golden[size] = '\0';
    (void)fclose(file);
    if (strcmp(golden, text) != 0) {
        print_error("%s differs:\n%s\n", path, text);
    }
    assert_string_equal(text, golden);
}

/* The strict readers use strtold(), which follows the locale and the rounding mode. */
static bool golden_is_read = true;

static inline void check_golden_text(const char *what, const char *ending, const char *text)
{
    char path[1024];
    (void)snprintf(path, sizeof path, "%s/%s.%s", PROMLET_GOLDEN, what, ending);
    if (getenv("PROMLET_GOLDEN_WRITE") != NULL) {
        write_golden(path, text);
    }
    expect_golden(path, text);
}

/* What protoc would read. */
static inline void check_golden_protobuf(const char *what, const promlet_snapshot *snapshot)
{
    size_t size;
    char *bytes = promlet_snapshot_string(snapshot, PROMLET_FORMAT_PROTOBUF, &size);
    assert_non_null(bytes);
    strict_protobuf document;
    if (!strict_protobuf_read(&document, bytes, size)) {
        fail_msg("%s", document.reading.why);
    }
    check_golden_text(what, "pb.txt", document.reading.text);
    strict_protobuf_free(&document);
    promlet_free(bytes);
}

static inline void append_graphite(const promlet_snapshot *snapshot, bool tagged, graphite_text *to)
{
    char end[60];
    uint64_t left_out;
    const promlet_graphite_encoding encoding = {
        .prefix = tagged ? NULL : "a.b", .tagged = tagged, .timestamp_seconds = 1520879607};
    assert_int_equal(
        promlet_graphite_write(snapshot, &encoding, take_graphite_piece, to, &left_out),
        PROMLET_OK);
    int size = snprintf(end, sizeof end, "# left out: %d\n", (int)left_out);
    assert_true(take_graphite_piece(end, (size_t)size, to));
}

/* Without tags and with them. */
static inline void check_golden_graphite(const char *what, const promlet_snapshot *snapshot)
{
    graphite_text text = {0};
    append_graphite(snapshot, false, &text);
    append_graphite(snapshot, true, &text);
    check_golden_text(what, "graphite", text.bytes);
}

static inline void check_golden(const char *what, const promlet_snapshot *snapshot)
{
    check_golden_graphite(what, snapshot);
    for (size_t i = 0; i < COUNT_OF(golden_formats); i++) {
        char *text = promlet_snapshot_string_as(snapshot, &golden_formats[i].encoding, NULL);
        assert_non_null(text);
        check_golden_text(what, golden_formats[i].ending, text);
        promlet_free(text);
    }
    if (golden_is_read) {
        expect_every_format(snapshot, NULL); /* readers of others look into tests/golden */
        check_golden_protobuf(what, snapshot);
    }
}

#define MOST_BOUNDS 200

/* Gives a family the numbers that its bounds spell, and says how many they are. */
static inline size_t number_bounds(pml_snapshot_family *family, double *values, size_t room)
{
    assert_true(family->bound_count <= room);
    for (size_t i = 0; i < family->bound_count; i++) {
        values[i] = strtod(family->bounds[i].bytes, NULL);
    }
    family->bound_values = values;
    return family->bound_count;
}

static inline void check_made(const char *what, pml_snapshot_family *families, size_t count)
{
    static double values[MOST_BOUNDS];
    size_t at = 0;
    for (size_t i = 0; i < count; i++) {
        at += number_bounds(&families[i], values + at, MOST_BOUNDS - at);
    }
    promlet_snapshot snapshot = {.families = families, .family_count = count};
    check_golden(what, &snapshot);
}

#define CHECK_MADE(what, ...)                                                                      \
    check_made((what), (pml_snapshot_family[]){__VA_ARGS__},                                       \
               sizeof((pml_snapshot_family[]){__VA_ARGS__}) / sizeof(pml_snapshot_family))

/* ---- what must not matter -------------------------------------------------------------------- */

/* The same tests once more, in each rounding mode. */
static inline void check_in_rounding_modes(void (*check)(void **state), void **state)
{
    static const int modes[] = {FE_UPWARD, FE_DOWNWARD, FE_TOWARDZERO};
    golden_is_read = false;
    for (size_t i = 0; i < COUNT_OF(modes); i++) {
        assert_int_equal(fesetround(modes[i]), 0);
        check(state);
        assert_int_equal(fesetround(FE_TONEAREST), 0);
    }
    golden_is_read = true;
}

/* And in a locale whose numbers have a decimal comma. */
static inline void check_in_comma_locale(void (*check)(void **state), void **state)
{
    choose_comma_locale();
    golden_is_read = false;
    check(state);
    golden_is_read = true;
    (void)setlocale(LC_ALL, "C");
}

#endif
