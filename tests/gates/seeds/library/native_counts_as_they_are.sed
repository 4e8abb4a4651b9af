# SPDX-License-Identifier: Apache-2.0
# Seed: the counts of native buckets are written where their differences belong.
# expect: native_of_both_signs_is_golden
# file: src/encode/protobuf_values.c
# test: test_protobuf_native
s/before = side->counts\[i\];/before = 0;/
