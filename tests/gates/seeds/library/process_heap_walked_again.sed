# SPDX-License-Identifier: Apache-2.0
# Seed: a walk over the heap that took long is not the last one.
# file: src/collect/process_allocator.c
# test: test_process_heap
# expect: [  FAILED  ] walk_beyond_10_ms_is_the_last
s/reading->is_over = true;//
