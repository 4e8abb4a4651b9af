# SPDX-License-Identifier: Apache-2.0
# Seed: of promlet's own metrics, merged snapshots show those of the first registry.
# file: src/snapshot/join.c
# test: test_merge_own
# expect: [  FAILED  ] merge_adds_up_what_was_dropped
s/to->as.whole += number->as.whole;/;/
