# SPDX-License-Identifier: Apache-2.0
# Seed: a slot of a full bucket becomes free again.
# file: src/series/table.c
# test: test_table_removal
# expect: [  FAILED  ] removal_from_full_bucket_leaves_way_to_those_behind_it
s/stays_taken ? TAG_REMOVED : TAG_FREE/TAG_FREE/
