# SPDX-License-Identifier: Apache-2.0
# Seed: two values move to other buckets, and neither sum nor quantiles tell.
# file: tests/support/recorded.h
# compile: tests/peers/recorded_service.c
# expect: values, not
s|(histogram, i / 1000.0)|(histogram, (i == 2 ? 3 : i == 999 ? 998 : i) / 1000.0)|
