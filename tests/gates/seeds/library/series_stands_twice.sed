# SPDX-License-Identifier: Apache-2.0
# Seed: labels in another order are another series to the parser.
# file: src/parse/seen.c
# test: test_parse_rules
# expect: [  FAILED  ] text_samples_fit_each_other
s/return (pml_key){a.high + b.high, a.low + b.low};/return (pml_key){3 * a.high + b.high, 5 * a.low + b.low};/
