# SPDX-License-Identifier: Apache-2.0
# Seed: a grace period is over when one phase of readers was seen empty.
# file: src/series/readers.c
# test: test_readers
# expect: [  FAILED  ] readers_in_both_phases_delay_until_both_leave
/^bool pml_grace_is_over/,/^}/s/&& /|| /
