# SPDX-License-Identifier: Apache-2.0
# Seed: the start of a process is taken by whole seconds.
# file: src/collect/process_start.c
# test: test_process_files
# expect: [  FAILED  ] start_is_found_behind_the_last_parenthesis
s/(double)read.count \/ (double)ticks_per_second/(double)(read.count \/ (uint64_t)ticks_per_second)/
