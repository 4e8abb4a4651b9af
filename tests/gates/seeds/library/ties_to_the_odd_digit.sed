# SPDX-License-Identifier: Apache-2.0
# Seed: of two decimals that are equally close, the one with the odd last digit is taken.
# file: src/base/shortest.h
# compile: src/base/number.c
# test: test_number_exact
# expect: [  FAILED  ] drawn_ones_are_right
s/unit % 2 == 1/unit % 2 == 0/
