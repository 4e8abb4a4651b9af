# SPDX-License-Identifier: Apache-2.0
# Seed: buckets are shown as they are counted, not cumulative.
# file: src/encode/samples.c
# target: registry
# expect: finding:
s/count += counts\[i\]/count = counts[i]/
