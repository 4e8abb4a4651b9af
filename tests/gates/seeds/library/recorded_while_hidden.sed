# SPDX-License-Identifier: Apache-2.0
# Seed: recordings by label values do not look at the state.
# file: src/registry/family.h
# compile: src/registry/by_values.c
# test: test_lifetime
# expect: [  FAILED  ] test_fault_F23_series_removed_is_not_shown_and_revived_at_zero
s/series != NULL && pml_series_is_live(series) ? series : NULL/series/
