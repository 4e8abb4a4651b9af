# SPDX-License-Identifier: Apache-2.0
# Seed: the names of a filter are not looked at; it takes everything.
# file: src/snapshot/filter.c
# test: test_filter
# expect: [  FAILED  ] filter_by_name_takes_any_name_that_is_exposed
/^bool pml_filter_takes/,/^}/s/return .*/return true;/
