# SPDX-License-Identifier: Apache-2.0
# Seed: one bucket has another value in OpenMetrics.
# file: src/encode/samples.c
# expect: in the text
s/^        count += counts\[i\];$/        count += counts[i] + (lines->is_openmetrics \&\& i == 5 ? 1 : 0);/
