# SPDX-License-Identifier: Apache-2.0
# Seed: the digits of a trace change places.
# file: src/record/exemplar_labels.c
# expect: has no exemplar
s/digits\[id\[i\] >> 4\]/digits[id[i] \& 15]/
