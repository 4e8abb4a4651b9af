# SPDX-License-Identifier: Apache-2.0
# Seed: of what is the same in merged snapshots, the last comes first.
# file: src/snapshot/sorted_runs.c
# test: test_merge
# expect: [  FAILED  ] merge_leaves_out_another_type_and_other_bounds
s/compare(a, b) <= 0/compare(a, b) < 0/
