# SPDX-License-Identifier: Apache-2.0
# Seed: a number that lies in the middle of two doubles is rounded as if the table were exact.
# file: src/base/number.c
# test: test_parse_number
# expect: [  FAILED  ] number_at_edges_is_closest
s/if (is_near_half && !product->is_exact) {/if (false) {/
