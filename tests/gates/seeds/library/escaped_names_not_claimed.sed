# SPDX-License-Identifier: Apache-2.0
# Seed: metrics that have one name once they are escaped stand side by side.
# file: src/registry/claims.c
# test: test_utf8_rules
# expect: [  FAILED  ] metrics_that_underscores_make_the_same_are_refused
s/is_complete \&\& !is_plain \&\& scheme/!is_complete \&\& scheme/
