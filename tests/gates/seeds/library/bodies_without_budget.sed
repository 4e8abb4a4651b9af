# SPDX-License-Identifier: Apache-2.0
# Seed: bodies may hold any amount of memory.
# file: src/http/body.c
# test: test_batch
# expect: [  FAILED  ] test_fault_F16_what_is_over_the_budget_is_refused
s/has_room = has_room || is_alone;/has_room = true;/
