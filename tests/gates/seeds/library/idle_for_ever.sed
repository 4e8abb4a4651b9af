# SPDX-License-Identifier: Apache-2.0
# Seed: who asks for an idle series does not take the mark away.
# file: src/series/series.c
# test: test_expiry
# expect: [  FAILED  ] series_asked_for_between_two_scrapes_stays
/^bool pml_series_wake/,/^}/s/while (.*/while (false);/
