# SPDX-License-Identifier: Apache-2.0
# Seed: NaNs are written as they are, among them the one that ends a series in Prometheus.
# expect: bits == expected
# file: src/encode/protobuf_values.c
# test: test_protobuf_values
s/isnan(value) ? USUAL_NAN : bits/bits/
