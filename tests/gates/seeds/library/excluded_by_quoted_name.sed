# SPDX-License-Identifier: Apache-2.0
# Seed: separators within quotes separate, so that a quoted name is a type.
# file: src/encode/clauses.c
# test: test_negotiation
# expect: [  FAILED  ] test_defect_07_q_and_exclusion_are_ignored
s/(is_quoted || rest->at\[size\] != separator)/rest->at[size] != separator/
