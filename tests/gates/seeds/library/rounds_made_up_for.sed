# SPDX-License-Identifier: Apache-2.0
# Seed: rounds that were missed are made up for, all at once.
# file: src/expose/periodic.c
# test: test_periodic_times
# expect: [  FAILED  ] rounds_that_were_missed_are_left_out
s/return started_ns + (passed_ns .*;/return started_ns + interval_ns + 0 * passed_ns;/
