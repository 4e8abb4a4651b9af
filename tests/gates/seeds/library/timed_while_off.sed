# SPDX-License-Identifier: Apache-2.0
# Seed: a timer that was started while recording is off observes.
# file: src/record/timer.c
# test: test_switch
# expect: [  FAILED  ] timer_started_while_off_never_records
/^promlet_timer promlet_timer_start(void)/,/^}/s/promlet_hot_is_off() ? start_none() : //
