# SPDX-License-Identifier: Apache-2.0
# Seed: exemplars in protobuf are of another time.
# file: src/encode/protobuf_values.c
# expect: is of
s/EXEMPLAR_TIME, exemplar->time_ns)/EXEMPLAR_TIME, exemplar->time_ns - 1000000000000)/
