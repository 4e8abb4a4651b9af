# SPDX-License-Identifier: Apache-2.0
# Seed: OpenMetrics shows the sum of a histogram whose bounds are below 0.
# file: src/encode/samples.c
# test: test_golden_histograms
# expect: [  FAILED  ] golden_negative_histograms
s/(sum >= 0 && !pml_has_negative_bounds(lines->family))/sum >= 0/
