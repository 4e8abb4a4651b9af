# SPDX-License-Identifier: Apache-2.0
# Seed: a native slot that another bucket has is taken for one's own.
# file: src/record/native.c
# test: test_native
# expect: [  FAILED  ] buckets_of_random_values_are_those_of_the_model
/^static uint32_t find_slot/,/^}/s/found == key ||/found != 0 ||/
