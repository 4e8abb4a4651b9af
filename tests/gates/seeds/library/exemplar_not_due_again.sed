# SPDX-License-Identifier: Apache-2.0
# Seed: an exemplar that was shown keeps its place.
# file: src/series/exemplars.c
# test: test_trace_hook
# expect: [  FAILED  ] hook_is_asked_once_between_two_scrapes
s/turn & ~UNSEEN)/turn)/
