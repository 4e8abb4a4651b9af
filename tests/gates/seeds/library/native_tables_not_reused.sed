# SPDX-License-Identifier: Apache-2.0
# Seed: each life of a series with too many native buckets gets another table.
# file: src/record/native_table.c
# test: test_native_life
# expect: [  FAILED  ] resets_return_to_the_tables_that_are_there
s/bool is_of_use = table != NULL \&\& !is_crowded(cell, table);/bool is_of_use = false;/
