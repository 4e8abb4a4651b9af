# SPDX-License-Identifier: Apache-2.0
# Seed: exemplars without a time are among the native ones, where Prometheus refuses them.
# expect: no time
# file: src/encode/protobuf_values.c
# test: test_protobuf_native
s/ \&\& pml_time_is_known(exemplar->time_ns)//
