# SPDX-License-Identifier: Apache-2.0
# Seed: limits of alerts have the decimal point of the locale.
# file: src/instrument/dashboard_draft.c
# test: test_dashboard
# expect: [  FAILED  ] documents_follow_no_locale
s/is_point ? "." : at/at/
