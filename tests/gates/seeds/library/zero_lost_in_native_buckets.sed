# SPDX-License-Identifier: Apache-2.0
# Seed: a timer that tells zero counts beside the native buckets, which are the only ones.
# file: src/record/timer.c
# test: test_timer_by_values
# expect: [  FAILED  ] timer_that_tells_zero_counts_in_cells_of_every_kind
/^static void count_zero/,/^}/s/pml_native_observe(spread, bucket, 0);//
