/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Golden documents: what each format makes of a snapshot, in tests/golden/<what>.<format>. A person
 * has read them. After a change on purpose they are written anew, by the tests that compare with
 * them under PROMLET_GOLDEN_WRITE=1, and the difference is read.
 */
#ifndef TESTS_SUPPORT_GOLDEN_H
#define TESTS_SUPPORT_GOLDEN_H

#include "support/comma_locale.h"
#include "support/expect.h"
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

static inline void check_golden(const char *what, const promlet_snapshot *snapshot)
{
    for (size_t i = 0; i < COUNT_OF(golden_formats); i++) {
        char path[1024];
        (void)snprintf(path, sizeof path, "%s/%s.%s", PROMLET_GOLDEN, what,
                       golden_formats[i].ending);
        char *text = promlet_snapshot_string_as(snapshot, &golden_formats[i].encoding, NULL);
        assert_non_null(text);
        if (getenv("PROMLET_GOLDEN_WRITE") != NULL) {
            write_golden(path, text);
        }
        expect_golden(path, text);
        promlet_free(text);
    }
    if (golden_is_read) {
        expect_every_format(snapshot, NULL); /* readers of others look into tests/golden */
    }
}

static inline void check_made(const char *what, pml_snapshot_family *families, size_t count)
{
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
    if (!choose_comma_locale()) {
        print_message("SKIPPED: no locale with a decimal comma (de_DE) is installed\n");
        skip();
    }
    golden_is_read = false;
    check(state);
    golden_is_read = true;
    (void)setlocale(LC_ALL, "C");
}

#endif
