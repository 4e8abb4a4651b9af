# SPDX-License-Identifier: Apache-2.0
# Seed: a number has another sign in protobuf.
# file: src/encode/protobuf_values.c
# expect: is -9.0072e+15, not 9.0072e+15
s/NUMBER_VALUE, double_of(&metric->series->as.number));/NUMBER_VALUE, -double_of(\&metric->series->as.number));/
