# SPDX-License-Identifier: Apache-2.0
# Seed: what is taken off a sum may be infinity.
# file: src/series/spread.c
# test: test_spreading
# expect: [  FAILED  ] series_whose_sums_overflowed_starts_again_at_zero
s/if (!isfinite(mark))/if (mark != mark)/
