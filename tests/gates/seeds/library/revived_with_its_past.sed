# SPDX-License-Identifier: Apache-2.0
# Seed: a series that is asked for again starts where it ended.
# file: src/registry/lifetime.c
# test: test_lifetime
# expect: [  FAILED  ] test_fault_F23_series_removed_is_not_shown_and_revived_at_zero
/^void pml_lifetime_revive/,/^}/s/^    pml_lifetime_reset.*//
