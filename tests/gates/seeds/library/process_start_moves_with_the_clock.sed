# SPDX-License-Identifier: Apache-2.0
# Seed: the start of a process follows each small step of the clock.
# file: src/collect/process_start.c
# test: test_process_files
# expect: [  FAILED  ] start_follows_a_clock_that_was_set_but_no_small_steps
s/#define CLOCK_WAS_SET_SECONDS 60/#define CLOCK_WAS_SET_SECONDS 0/
