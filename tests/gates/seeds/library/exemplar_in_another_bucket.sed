# SPDX-License-Identifier: Apache-2.0
# Seed: all exemplars of a histogram stand in its first bucket.
# file: src/record/cell.c
# test: test_trace_hook
# expect: [  FAILED  ] each_call_of_histograms_asks
s/slots + promlet_hot_bucket([^)]*)/slots/
