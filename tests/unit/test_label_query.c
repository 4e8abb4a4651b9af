/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Tests of series/label_query.h: both ways to read label values learn the same, never touch what
 * lies behind the page in which a value ends, and depend on each byte and on the seed.
 */
#include "series/label_query.h"

#include "base/valgrind.h"
#include "support/expect.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#define SEED 42
#define LONGEST 100

static size_t page_size;
static char *page_end; /* of the last page that can be read */

static int map_pages(void **state)
{
    (void)state;
    page_size = (size_t)sysconf(_SC_PAGESIZE);
    char *pages =
        mmap(NULL, 3 * page_size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (pages == MAP_FAILED || mprotect(pages + 2 * page_size, page_size, PROT_NONE) != 0) {
        return -1;
    }
    page_end = pages + 2 * page_size;
    return 0;
}

static void start_reader(pml_label_reader *reader, size_t count, bool reads_ahead)
{
    pml_label_reader_start(reader, SEED, count);
    reader->reads_ahead = reads_ahead;
}

static uint32_t hash_of(const char *const *values, size_t count, uint64_t seed)
{
    pml_label_reader reader;
    pml_label_query query;
    pml_label_reader_start(&reader, seed, count);
    assert_true(pml_label_query_start(&query, &reader, values));
    return query.hash;
}

/* Where reading ahead would be seen, as by valgrind, the plain way is asked twice. */
static bool may_read_ahead(void)
{
    return !pml_runs_on_valgrind();
}

static void expect_same_both_ways(const char *const *values, size_t count)
{
    pml_label_reader reader;
    static pml_label_query plain;
    static pml_label_query ahead;
    start_reader(&reader, count, false);
    assert_true(pml_label_query_start(&plain, &reader, values));
    start_reader(&reader, count, may_read_ahead());
    assert_true(pml_label_query_start(&ahead, &reader, values));
    assert_true(plain.hash == ahead.hash);
    assert_int_equal(plain.size, ahead.size);
    assert_int_equal(plain.count, ahead.count);
    assert_true(plain.has_long == ahead.has_long);
    size_t size = count;
    for (size_t i = 0; i < count; i++) {
        assert_int_equal(plain.read[i].size, strlen(values[i]));
        assert_int_equal(ahead.read[i].size, strlen(values[i]));
        assert_memory_equal(&plain.read[i].first, &ahead.read[i].first, sizeof(pml_block));
        size += strlen(values[i]);
    }
    assert_int_equal(plain.size, size);
}

/* Each length, with its NUL at each distance from the end of the last page. */
static void query_before_an_unmapped_page_reads_nothing_of_it(void **state)
{
    (void)state;
    for (size_t size = 0; size <= LONGEST; size++) {
        for (size_t distance = 0; distance < 40; distance++) {
            char *value = page_end - distance - size - 1;
            memset(value, 'a' + (int)(size % 26), size);
            value[size] = '\0';
            memset(value + size + 1, 'z', distance);
            const char *const values[] = {"before", value, "after"};
            expect_same_both_ways(values, COUNT_OF(values));
        }
    }
}

/* And across the border of two pages that both can be read. */
static void query_across_pages_is_the_same_both_ways(void **state)
{
    (void)state;
    char *border = page_end - page_size;
    for (size_t size = 0; size <= LONGEST; size++) {
        for (size_t before = 0; before <= size + 20; before++) {
            char *value = border - before;
            memset(value, 'q', size);
            value[size] = '\0';
            value[size + 1] = 'z';
            const char *const values[] = {value};
            expect_same_both_ways(values, 1);
        }
    }
}

static void query_at_each_alignment_is_the_same_both_ways(void **state)
{
    (void)state;
    char *memory = page_end - page_size / 2;
    for (size_t alignment = 0; alignment < 64; alignment++) {
        for (size_t size = 0; size <= LONGEST; size++) {
            char *value = memory + alignment;
            memset(value, 'v', size);
            memset(value + size + 1, 'w', 20);
            value[size] = '\0';
            const char *const values[] = {value, ""};
            expect_same_both_ways(values, COUNT_OF(values));
        }
    }
}

static void query_with_null_is_refused(void **state)
{
    (void)state;
    for (size_t at = 0; at < 3; at++) {
        const char *values[] = {"a", "b", "a value of more than one block"};
        values[at] = NULL;
        pml_label_reader reader;
        pml_label_query query;
        start_reader(&reader, 3, false);
        assert_false(pml_label_query_start(&query, &reader, values));
        start_reader(&reader, 3, may_read_ahead());
        assert_false(pml_label_query_start(&query, &reader, values));
    }
}

static void query_of_most_labels_is_the_same_both_ways(void **state)
{
    (void)state;
    static char texts[PROMLET_MAX_LABELS][40];
    const char *values[PROMLET_MAX_LABELS];
    for (size_t i = 0; i < PROMLET_MAX_LABELS; i++) {
        memset(texts[i], 'x', i);
        values[i] = texts[i];
    }
    for (size_t count = 0; count <= PROMLET_MAX_LABELS; count++) {
        expect_same_both_ways(values, count);
    }
}

/* Every length, from one block to several; each byte of it in turn. */
static void hash_depends_on_each_byte(void **state)
{
    (void)state;
    for (size_t size = 1; size <= LONGEST; size++) {
        char value[LONGEST + 1] = "";
        memset(value, 'x', size);
        const char *const values[] = {value};
        uint32_t hash = hash_of(values, 1, SEED);
        for (size_t at = 0; at < size; at++) {
            value[at] ^= 1;
            assert_true(hash_of(values, 1, SEED) != hash);
            value[at] ^= 1;
        }
        value[size - 1] = '\0';
        assert_true(hash_of(values, 1, SEED) != hash);
    }
}

static void hash_depends_on_the_place(void **state)
{
    (void)state;
    static const char *const values[] = {"a", "b", ""};
    static const char *const swapped[] = {"b", "a", ""};
    static const char *const moved[] = {"", "a", "b"};
    assert_true(hash_of(values, 3, SEED) != hash_of(swapped, 3, SEED));
    assert_true(hash_of(values, 3, SEED) != hash_of(moved, 3, SEED));
    static const char *const together[] = {"ab", ""};
    static const char *const apart[] = {"a", "b"};
    assert_true(hash_of(together, 2, SEED) != hash_of(apart, 2, SEED));
}

/* With another seed other values collide, in any bits; so a collision can't be prepared. */
static void hash_depends_on_the_seed(void **state)
{
    (void)state;
    enum { SEEDS = 1000, BUCKETS = 64 };
    static const char *const values[] = {"GET", "200"};
    unsigned low[BUCKETS] = {0};
    unsigned high[BUCKETS] = {0};
    for (uint64_t seed = 0; seed < SEEDS; seed++) {
        uint32_t hash = hash_of(values, 2, seed);
        low[hash % BUCKETS]++;
        high[hash >> 26]++;
    }
    for (size_t i = 0; i < BUCKETS; i++) {
        assert_in_range(low[i], 1, 3 * SEEDS / BUCKETS);
        assert_in_range(high[i], 1, 3 * SEEDS / BUCKETS);
    }
}

/* The worst that label values look like: they differ in a digit here and there. */
static void hash_of_similar_values_spreads_over_all_buckets(void **state)
{
    (void)state;
    enum { BUCKETS = 64, VALUES = 40 };
    unsigned low[BUCKETS] = {0};
    unsigned high[BUCKETS] = {0};
    for (int i = 0; i < VALUES * VALUES; i++) {
        char one[8];
        char other[8];
        (void)snprintf(one, sizeof one, "%d", i % VALUES);
        (void)snprintf(other, sizeof other, "%d", i / VALUES);
        const char *const values[] = {one, "same", other};
        uint32_t hash = hash_of(values, 3, SEED);
        low[hash % BUCKETS]++;
        high[hash >> 26]++;
    }
    for (size_t i = 0; i < BUCKETS; i++) {
        assert_in_range(low[i], 5, 60);
        assert_in_range(high[i], 5, 60);
    }
}

/* Valgrind's own library says, through its environment, that it is there; the two agree. */
static void valgrind_is_known_by_its_answer(void **state)
{
    (void)state;
    const char *preloaded = getenv("LD_PRELOAD");
    bool is_there = preloaded != NULL && strstr(preloaded, "vgpreload") != NULL;
    assert_true(pml_runs_on_valgrind() == is_there);
    pml_label_reader reader;
    pml_label_reader_start(&reader, SEED, 1);
    assert_true(reader.reads_ahead == (PML_CAN_READ_AHEAD && !is_there));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(query_before_an_unmapped_page_reads_nothing_of_it),
        cmocka_unit_test(query_across_pages_is_the_same_both_ways),
        cmocka_unit_test(query_at_each_alignment_is_the_same_both_ways),
        cmocka_unit_test(query_with_null_is_refused),
        cmocka_unit_test(query_of_most_labels_is_the_same_both_ways),
        cmocka_unit_test(hash_depends_on_each_byte),
        cmocka_unit_test(hash_depends_on_the_place),
        cmocka_unit_test(hash_depends_on_the_seed),
        cmocka_unit_test(hash_of_similar_values_spreads_over_all_buckets),
        cmocka_unit_test(valgrind_is_known_by_its_answer),
    };
    return cmocka_run_group_tests(tests, map_pages, NULL);
}
