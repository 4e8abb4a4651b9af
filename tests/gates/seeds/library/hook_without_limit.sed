# SPDX-License-Identifier: Apache-2.0
# Seed: each recording asks for its trace.
# file: src/series/exemplars.c
# test: test_trace_hook
# expect: [  FAILED  ] hook_is_asked_once_between_two_scrapes
s/& (WRITING | UNSEEN)) == 0/\& WRITING) == 0/
