/* SPDX-License-Identifier: Apache-2.0 */
/* Queries: which names they ask for, and which of them can't be read. */
#include "http/query.h"

#include <promlet/http.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define COUNT_OF(array) (sizeof(array) / sizeof((array)[0]))

/* A query on the heap, as large as it is and no larger, and its names. */
struct query {
    char *text;
    const char **names;
    size_t count;
    bool is_read;
};

static struct query read_query(const char *text)
{
    struct query query = {.text = strdup(text)};
    assert_non_null(query.text);
    query.names = malloc(pml_http_most_names(text) * sizeof *query.names);
    query.is_read = pml_http_read_names(query.text, query.names, &query.count);
    return query;
}

static void free_query(struct query *query)
{
    free(query->names);
    free(query->text);
}

static void names_are_decoded(void **state)
{
    static const struct {
        const char *text;
        size_t count;
        const char *names[3];
    } cases[] = {
        {"", 0, {NULL}},
        {"&", 0, {NULL}},
        {"&&=&", 0, {NULL}},
        {"name[]=up", 1, {"up"}},
        {"name[]=a&name[]=b", 2, {"a", "b"}},
        {"name%5B%5D=a&name%5b]=b&%6eame[%5D=c", 3, {"a", "b", "c"}},
        {"name[]=a&x=1&name[]=b&&name[]=c&", 3, {"a", "b", "c"}},
        {"name[]", 1, {""}},
        {"name[]=", 1, {""}},
        {"name[]==", 1, {"="}},
        {"name[]=a=b", 1, {"a=b"}},
        {"name[]=a+b%20c%2Bd", 1, {"a b c+d"}},
        {"name[]=%26%3d%25", 1, {"&=%"}},
        {"name[]=%e2%82%ac\xff%FF%01", 1, {"\xe2\x82\xac\xff\xff\x01"}},
        {"name[]=a?b#c;name[]=d", 1, {"a?b#c;name[]=d"}},
        {"name=a&names[]=b&Name[]=c&name[0]=d&name[]x=e&xname[]=f", 0, {NULL}},
        {"name+[]=a&+name[]=b", 0, {NULL}},
        {"x=%&name[]=a&y=%00&z=%zz", 1, {"a"}},
    };
    (void)state;
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        struct query query = read_query(cases[i].text);
        assert_true(query.is_read);
        assert_int_equal(query.count, cases[i].count);
        for (size_t k = 0; k < query.count; k++) {
            assert_string_equal(query.names[k], cases[i].names[k]);
        }
        free_query(&query);
    }
}

static void malformed_escapes_and_nul_are_refused(void **state)
{
    static const char *const texts[] = {
        "%",
        "%4",
        "%4g",
        "%g4",
        "%%",
        "%25%",
        "% 41",
        "%+1",
        "%0x",
        "%00",
        "a%00=b",
        "name[]%00=a",
        "%zz=x",
        "name[]=a&x%",
        "a%&b=c",
        "name[]=%",
        "name[]=a%",
        "name[]=a%4",
        "name[]=%&1",
        "name[]=%4&1",
        "name[]=%C",
        "name[]=%=41",
        "name[]=%\xff",
        "name[]=%00",
        "name[]=a%00",
        "name[]=a&name[]=%00",
    };
    (void)state;
    for (size_t i = 0; i < COUNT_OF(texts); i++) {
        struct query query = read_query(texts[i]);
        if (query.is_read) {
            fail_msg("\"%s\" is read", texts[i]);
        }
        free_query(&query);
    }
}

/* So many times the same parameter. */
static char *repeated(const char *parameter, size_t count)
{
    size_t size = strlen(parameter);
    char *text = malloc(count * size + 1);
    assert_non_null(text);
    for (size_t i = 0; i < count; i++) {
        memcpy(text + i * size, parameter, size);
    }
    text[count * size] = '\0';
    return text;
}

static bool is_read_repeated(const char *parameter, size_t count, size_t expected)
{
    char *text = repeated(parameter, count);
    struct query query = read_query(text);
    bool is_read = query.is_read;
    assert_true(!is_read || query.count == expected);
    free_query(&query);
    free(text);
    return is_read;
}

static void test_defect_19_number_of_names_is_limited(void **state)
{
    (void)state;
    assert_true(is_read_repeated("name[]=a&", PROMLET_MAX_QUERY_NAMES, PROMLET_MAX_QUERY_NAMES));
    assert_false(is_read_repeated("name[]=a&", PROMLET_MAX_QUERY_NAMES + 1, 0));
    assert_true(is_read_repeated("x=a&", 5 * PROMLET_MAX_QUERY_NAMES, 0));
}

static bool is_read_with_bytes(size_t bytes)
{
    char *text = malloc(bytes + 32);
    assert_non_null(text);
    int start = sprintf(text, "name[]=abc&name[]=");
    memset(text + start, 'x', bytes - 3);
    text[start + (int)bytes - 3] = '\0';
    struct query query = read_query(text);
    bool is_read = query.is_read;
    free_query(&query);
    free(text);
    return is_read;
}

static void bytes_of_names_are_limited(void **state)
{
    (void)state;
    assert_true(is_read_with_bytes(PROMLET_MAX_QUERY_NAME_BYTES));
    assert_false(is_read_with_bytes(PROMLET_MAX_QUERY_NAME_BYTES + 1));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(names_are_decoded),
        cmocka_unit_test(malformed_escapes_and_nul_are_refused),
        cmocka_unit_test(test_defect_19_number_of_names_is_limited),
        cmocka_unit_test(bytes_of_names_are_limited),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
