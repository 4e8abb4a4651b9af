# SPDX-License-Identifier: Apache-2.0
# Seed: a series is missing in protobuf.
# file: src/encode/protobuf.c
# expect: protobuf: t_states{t_states="off"} is missing
s/? family->bound_count : 1;/? 1 : 1;/
