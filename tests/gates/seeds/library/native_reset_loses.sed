# SPDX-License-Identifier: Apache-2.0
# Seed: a reset for the limit of native buckets begins with what was recorded before it.
# file: src/record/native_table.c
# test: test_native_life
# expect: [  FAILED  ] reset_restores_resolution_and_loses_nothing
/^static void forget_counts/,/^}/s/(uint64_t)0 - counts/counts/
