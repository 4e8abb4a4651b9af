/* SPDX-License-Identifier: Apache-2.0 */
/* Tables whose series have one label, and hashes that the test chooses. */
#ifndef TESTS_SUPPORT_TABLES_H
#define TESTS_SUPPORT_TABLES_H

#include "series/table.h"

#include "support/expect.h"

static inline pml_series *new_with_hash(uint32_t hash, const char *value)
{
    static const char *const label_name[] = {"a"};
    const char *const values[] = {value};
    pml_series *series = pml_series_new(8, hash, &(pml_labels){NULL, label_name, values, 1, false});
    assert_non_null(series);
    return series;
}

static inline pml_series *add_with_hash(pml_table *table, uint32_t hash, const char *value)
{
    pml_series *series = new_with_hash(hash, value);
    assert_true(pml_table_add(table, series));
    return series;
}

static inline pml_series *find_with_hash(pml_table *table, uint32_t hash, const char *value)
{
    const char *const values[] = {value};
    pml_label_reader reader;
    pml_label_reader_start(&reader, 0, 1);
    pml_label_query query;
    assert_true(pml_label_query_start(&query, &reader, values));
    query.hash = hash;
    return pml_table_find(table, &query);
}

static inline void remove_and_free(pml_table *table, pml_series *series)
{
    pml_table_remove(table, series);
    pml_series_free(series);
}

#endif
