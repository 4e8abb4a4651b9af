# SPDX-License-Identifier: Apache-2.0
# Seed: a negative offset of native buckets is written without its sign.
# file: src/encode/openmetrics2.c
# target: documents
# expect: finding: openmetrics 2.0
s/put_integer(to, side->spans\[i\].offset)/pml_put_u64(to, (uint64_t)side->spans[i].offset)/
