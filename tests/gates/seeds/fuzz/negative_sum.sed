# SPDX-License-Identifier: Apache-2.0
# Seed: OpenMetrics 1.0 shows a sum below 0.
# file: src/encode/samples.c
# target: documents
# expect: finding: openmetrics 1.0
s/(sum >= 0 \&\& !pml_has_negative_bounds(lines->family))/(sum < 0 || sum >= 0)/
