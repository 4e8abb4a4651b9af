# SPDX-License-Identifier: Apache-2.0
# Seed: native buckets are narrower than they say.
# file: src/encode/protobuf_values.c
# expect: in the bucket of
s/pml_zigzag(native->schema)/pml_zigzag(native->schema + 1)/
