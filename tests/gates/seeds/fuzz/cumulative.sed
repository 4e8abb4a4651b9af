# SPDX-License-Identifier: Apache-2.0
# Seed: buckets are shown as they are counted, not cumulative.
# file: src/encode/text.c
# expect: finding:
s/count += series->as\.histogram\.counts\[i\]/count = series->as.histogram.counts[i]/
