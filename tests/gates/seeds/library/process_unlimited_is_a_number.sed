# SPDX-License-Identifier: Apache-2.0
# Seed: no limit is shown as 1.8e19.
# file: src/collect/process_guide.c
# test: test_process_usage
# expect: [  FAILED  ] test_defect_09_limits_are_shown_to_the_byte
s/ || limit.rlim_cur == RLIM_INFINITY//
