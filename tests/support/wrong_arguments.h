/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the tests of wrong arguments share: the values that are tried for each kind of parameter,
 * and a comparison of the public headers with a table, so that no function is forgotten.
 *
 * A table has one line a public function: its name and a function that calls it with every
 * combination of the values below, good ones among them, since an argument may be wrong only beside
 * good ones. Nothing may crash, nothing may be printed, and the registry must stay readable.
 */
#ifndef TESTS_SUPPORT_WRONG_ARGUMENTS_H
#define TESTS_SUPPORT_WRONG_ARGUMENTS_H

#include "support/expect.h"
#include "support/strict_document.h"

#include <ctype.h>
#include <dirent.h>
#include <math.h>
#include <stdio.h>
#include <unistd.h>

/* Runs what follows with a pointer to each item of an array. */
#define FOR_EACH(item, array)                                                                      \
    for (__typeof__(&(array)[0]) item = (array); item < (array) + COUNT_OF(array); item++)

typedef struct wrong_call {
    const char *name;
    void (*call)(void);
} wrong_call;

/* The table's line for a function, which call_<name>() calls. */
#define WRONG_CALL(name)                                                                           \
    {                                                                                              \
#name, call_##name                                                                         \
    }

/* ---- values ---------------------------------------------------------------------------------- */

static const double any_doubles[] = {
    0, -0.0, 1, -1, 0.5, 0x1p53, 0x1p64, 1e308, 0x1p-1074, INFINITY, -INFINITY, NAN, -NAN,
};

static const size_t any_sizes[] = {0, 1, 2, 33, PROMLET_MAX_BOUNDS + 1, SIZE_MAX / 8, SIZE_MAX};

static const int any_enums[] = {-1, 0, 1, 2, 3, 17, 1000000, -2147483647 - 1, 2147483647};

static const uint64_t any_amounts[] = {0, 1, UINT64_MAX};

static const char *const any_texts[] = {NULL, "", "a", "\xff\xfe", "%s%n", "1a b\n"};

/* Label values, and how many are claimed to be there. An array may be shorter than that only when
   it is refused for the number, unread. */
typedef struct any_label_values {
    const char *const *values;
    size_t count;
} any_label_values;

static const char *const good_value[] = {"x"};
static const char *const null_value[] = {NULL};
static const char *const two_values[] = {"x", "y"};
static const char *const bad_utf8[] = {"\xc3("};

static const any_label_values any_values[] = {
    {good_value, 1}, {null_value, 1},  {two_values, 2},        {bad_utf8, 1},   {NULL, 0},
    {NULL, 1},       {NULL, SIZE_MAX}, {good_value, SIZE_MAX}, {good_value, 0},
};

/* Labels by name, and how many are claimed to be there. */
typedef struct any_label_list {
    const promlet_label *labels;
    size_t count;
} any_label_list;

static const promlet_label good_label[] = {{"x", "v"}};
static const promlet_label wrong_labels[] = {{NULL, NULL}, {"x", NULL}, {NULL, "v"},
                                             {"no", "v"},  {"", ""},    {"x", "\xff"}};
static const promlet_label same_labels[] = {{"x", "v"}, {"x", "v"}};

static const any_label_list any_labels[] = {
    {good_label, 1},
    {wrong_labels, 1},
    {wrong_labels + 1, 1},
    {wrong_labels + 2, 1},
    {wrong_labels + 3, 1},
    {wrong_labels + 4, 1},
    {wrong_labels + 5, 1},
    {same_labels, 2},
    {NULL, 0},
    {NULL, 1},
    {NULL, SIZE_MAX},
    {good_label, 0},
};

/* Options of all kinds of wrong; sizes are in any_options_sizes. */
static const double falling_bounds[] = {2, 1};
static const promlet_opts any_options[] = {
    {0},
    {.name = ""},
    {.name = "1"},
    {.name = "\xff\n"},
    {.name = "wrong_label", .labels = {""}},
    {.name = "wrong_label", .labels = {"le"}},
    {.name = "wrong_label", .labels = {"x", "x"}},
    {.name = "wrong_unit", .unit = "seconds"},
    {.name = "wrong_bounds", .bounds = falling_bounds, .bound_count = 2},
    {.name = "wrong_bounds", .bounds = falling_bounds, .bound_count = SIZE_MAX},
    {.name = "wrong_bounds", .bound_count = 1},
    {.name = "wrong_cells", .cells = (promlet_cells)-1},
    {.name = "wrong_cells", .cells = (promlet_cells)1000},
    {.name = "promlet_dropped_total"},
    {.name = "wrong_const", .const_labels = {{"x", NULL}}},
    {.name = "wrong_const", .const_labels = {{"le", "v"}}},
    {.name = "wrong_const", .const_labels = {{"x", "v"}, {"x", "v"}}},
    {.name = "wrong_const", .labels = {"x"}, .const_labels = {{"x", "v"}}},
    {.name = "wrong_deadline", .deadline_seconds = NAN},
    {.name = "wrong_deadline", .deadline_seconds = -1},
    {.name = "deadline", .deadline_seconds = INFINITY},
};

static const size_t any_options_sizes[] = {0, 1, sizeof(promlet_opts)};

/* A registry with one metric of each kind; tests add to what they find here. */
static promlet_registry *own;

/* The default one as NULL, and that one. */
static promlet_registry *registries[2];

/* For tests to which what is in it does not matter. */
static inline int begin_with_a_counter(void **state)
{
    (void)state;
    own = promlet_registry_new();
    promlet_counter_inc(promlet_counter_new(own, &(promlet_opts){.name = "good_total"}));
    registries[1] = own;
    return own == NULL;
}

static inline int end_with_registry(void **state)
{
    (void)state;
    promlet_registry_free(own);
    return 0;
}

/* An error is said in a sentence. */
static inline void assert_said(promlet_status status)
{
    assert_true((status == PROMLET_OK) == (promlet_last_error()[0] == '\0'));
}

/* Asserts as above what a call comes to. */
#define SAID(call) ((void)promlet_set_last_error(PROMLET_OK, ""), assert_said(call))

/* ---- calling --------------------------------------------------------------------------------- */

/* Writes what a scrape shows to nowhere, after reading it strictly. */
static inline bool scrape_is_strict(promlet_registry *registry)
{
    char *text = promlet_registry_get_metrics(registry);
    strict_document document;
    bool is_strict = text != NULL && strict_document_read(&document, text, STRICT_WITH_EOF);
    if (text == NULL) {
        return false;
    }
    if (!is_strict) {
        print_error("%s\n%s\n", document.why, text);
    }
    strict_document_free(&document);
    promlet_free(text);
    return is_strict;
}

/* Where standard output and standard error go while a call runs; NULL otherwise. */
static FILE *printed;
static int saved_out;
static int saved_err;

static inline void begin_to_catch(void)
{
    (void)fflush(NULL);
    printed = tmpfile();
    assert_non_null(printed);
    saved_out = dup(1);
    saved_err = dup(2);
    (void)dup2(fileno(printed), 1);
    (void)dup2(fileno(printed), 2);
}

/* How many bytes were printed; they are shown. */
static inline long end_to_catch(void)
{
    (void)fflush(NULL);
    (void)dup2(saved_out, 1);
    (void)dup2(saved_err, 2);
    (void)close(saved_out);
    (void)close(saved_err);
    long size = (long)lseek(fileno(printed), 0, SEEK_END);
    rewind(printed);
    for (int c = getc(printed); c != EOF; c = getc(printed)) {
        (void)putc(c, stderr);
    }
    (void)fclose(printed);
    printed = NULL;
    return size;
}

/* The end of a test that may have failed in a call. */
static inline int stop_to_catch(void **state)
{
    (void)state;
    return printed != NULL && end_to_catch() > 0 ? 1 : 0;
}

static inline void make_all_wrong_calls(const wrong_call *table, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        begin_to_catch();
        table[i].call();
        if (end_to_catch() != 0) {
            fail_msg("%s printed something", table[i].name);
        }
        if (!scrape_is_strict(own) || !scrape_is_strict(NULL)) {
            fail_msg("after %s a scrape is not well-formed", table[i].name);
        }
    }
}

/* ---- is every function there? ---------------------------------------------------------------- */

static inline bool is_in_table(const wrong_call *table, size_t count, const char *name)
{
    for (size_t i = 0; i < count; i++) {
        if (strcmp(table[i].name, name) == 0) {
            return true;
        }
    }
    return false;
}

/* Whether the macro that begins at `at` calls a function of the table. */
static inline bool calls_one_of_table(const wrong_call *table, size_t count, const char *at)
{
    const char *end = strchr(at, '\n');
    while (end != NULL && end[-1] == '\\') {
        end = strchr(end + 1, '\n');
    }
    for (size_t i = 0; end != NULL && i < count; i++) {
        const char *found = strstr(at, table[i].name);
        if (found != NULL && found < end && found[strlen(table[i].name)] == '(') {
            return true;
        }
    }
    return false;
}

/* The name in front of a parenthesis, in the declaration or macro that begins at `at`. */
static inline bool read_function_name(const char *at, char *name, size_t size)
{
    const char *end = strchr(at, '(');
    const char *start = end;
    while (start != NULL && start > at && (isalnum((unsigned char)start[-1]) || start[-1] == '_')) {
        start--;
    }
    if (start == NULL || start == end || memchr(at, ';', (size_t)(end - at)) != NULL) {
        return false;
    }
    (void)snprintf(name, size, "%.*s", (int)(end - start), start);
    return true;
}

/* Each function of the text of a header stands in the table, or, for a macro, the function that it
   calls. Returns how many do not. */
static inline int count_missing(const wrong_call *table, size_t count, const char *header,
                                const char *text)
{
    static const char *const starts[] = {"\nPROMLET_API ", "\n#define promlet_"};
    int missing = 0;
    for (size_t i = 0; i < COUNT_OF(starts); i++) {
        for (const char *at = strstr(text, starts[i]); at != NULL; at = strstr(at + 1, starts[i])) {
            char name[200];
            if (read_function_name(at + 1, name, sizeof name) && !is_in_table(table, count, name) &&
                (i == 0 || !calls_one_of_table(table, count, at + 1))) {
                print_error("%s: %s() is in no table of wrong calls\n", header, name);
                missing++;
            }
        }
    }
    return missing;
}

static inline char *read_header(const char *path)
{
    static char text[200000];
    FILE *file = fopen(path, "r");
    assert_non_null(file);
    size_t size = fread(text, 1, sizeof text - 1, file);
    assert_true(size > 0 && size < sizeof text - 1);
    text[size] = '\0';
    (void)fclose(file);
    return text;
}

static inline bool is_one_of(const char *name, const char *const *names)
{
    for (; *names != NULL; names++) {
        if (strcmp(*names, name) == 0) {
            return true;
        }
    }
    return false;
}

/* The public headers that are in the list, or with `others` those that are not. */
static inline void assert_all_in_table(const wrong_call *table, size_t count,
                                       const char *const *headers, bool others)
{
    int missing = 0;
    size_t read = 0;
    DIR *folder = opendir(PROMLET_HEADERS);
    assert_non_null(folder);
    for (struct dirent *entry = readdir(folder); entry != NULL; entry = readdir(folder)) {
        if (entry->d_name[0] != '.' && is_one_of(entry->d_name, headers) != others) {
            char path[4096];
            (void)snprintf(path, sizeof path, "%s/%s", PROMLET_HEADERS, entry->d_name);
            missing += count_missing(table, count, entry->d_name, read_header(path));
            read++;
        }
    }
    (void)closedir(folder);
    assert_true(read > 0);
    assert_int_equal(missing, 0);
}

/* ---- the tests of a table -------------------------------------------------------------------- */

typedef struct wrong_calls {
    const wrong_call *table;
    size_t count;
    const char *const *headers; /* Those that the table answers for; NULL ends them. */
    bool others;                /* It answers for all headers but those. */
} wrong_calls;

static inline void wrong_arguments_are_survived(void **state)
{
    const wrong_calls *calls = *state;
    make_all_wrong_calls(calls->table, calls->count);
}

static inline void functions_are_all_called(void **state)
{
    const wrong_calls *calls = *state;
    assert_all_in_table(calls->table, calls->count, calls->headers, calls->others);
}

/* One of the two, for the list of tests that a program runs. */
#define TEST_OF_CALLS(test, calls)                                                                 \
    cmocka_unit_test_prestate_setup_teardown(test, NULL, stop_to_catch, (void *)(uintptr_t)(calls))

#endif
