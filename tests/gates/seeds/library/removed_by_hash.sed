# SPDX-License-Identifier: Apache-2.0
# Seed: a series is looked for by its hash when it is removed, and another one may go instead.
# file: src/series/table.c
# test: test_table_removal
# expect: [  FAILED  ] test_defect_04_collision_removes_both
/^static struct place place_of/,/^}/s/pml_load_relaxed(&bucket->series\[slot\]) == series &&/tag_at(tags, slot) == tag_of(series->hash) \&\&/
