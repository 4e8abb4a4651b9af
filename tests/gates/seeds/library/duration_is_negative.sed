# SPDX-License-Identifier: Apache-2.0
# Seed: a duration whose clock went back is not 0.
# file: src/record/timer.c
# test: test_timer
# expect: [  FAILED  ] timer_started_in_the_future_is_zero
/^static double seconds_between/,/^}/s/return 0;/return -1;/
