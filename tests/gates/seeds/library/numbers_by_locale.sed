# SPDX-License-Identifier: Apache-2.0
# Seed: numbers are printed by libc, which asks the locale how a decimal point looks.
# file: src/base/number.c
# test: test_metrics
# expect: [  FAILED  ] test_fault_F12_metrics_in_a_locale_with_comma_have_points
s/return sign + write_shortest(.*/return (size_t)__builtin_snprintf(out, PML_NUMBER_SIZE, "%.17g", value);/
