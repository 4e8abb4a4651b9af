# SPDX-License-Identifier: Apache-2.0
# Seed: OpenMetrics shows a double as if it were an integer.
# file: src/encode/lines.c
# test: test_golden
# expect: [  FAILED  ] golden_special_numbers
s/if (looks_whole(out, size))/if (looks_whole(out, size) \&\& size > 99)/
