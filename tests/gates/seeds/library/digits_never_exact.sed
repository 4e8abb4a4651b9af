# SPDX-License-Identifier: Apache-2.0
# Seed: the ends of an interval are never computed, however near a decimal lies to one.
# file: src/base/shortest.h
# compile: src/base/number.c
# test: test_number_exact
# expect: [  FAILED  ] drawn_ones_are_right
s/return a - b + 2 <= 4;/(void)a; (void)b; return false;/
