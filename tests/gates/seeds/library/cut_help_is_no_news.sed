# SPDX-License-Identifier: Apache-2.0
# Seed: a help text of a collector is cut, and nobody counts it.
# file: src/snapshot/emitted_kinds.c
# test: test_limits_of_texts
# expect: [  FAILED  ] help_texts_of_a_collector_are_counted
s/definition->is_help_cut = is_help_cut;/(void)is_help_cut;/
