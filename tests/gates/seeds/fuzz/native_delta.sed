# SPDX-License-Identifier: Apache-2.0
# Seed: native buckets are not told by their differences in protobuf.
# file: src/encode/protobuf_values.c
# target: documents
# expect: finding: protobuf
s/before = side->counts\[i\];/before = 0;/
