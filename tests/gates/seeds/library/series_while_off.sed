# SPDX-License-Identifier: Apache-2.0
# Seed: recordings by label values create series while recording is off.
# file: src/registry/by_values.c
# test: test_switch
# expect: [  FAILED  ] off_recording_by_values_creates_and_reports_nothing
/^void promlet_counter_inc_by_values/,/^}/s/promlet_hot_is_off()/false/
