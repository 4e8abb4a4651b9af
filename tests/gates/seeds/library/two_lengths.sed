# SPDX-License-Identifier: Apache-2.0
# Seed: a request may say twice how long it is.
# file: src/server/soundness.c
# test: test_server_requests
# seconds: 30
# expect: [  FAILED  ] wrong_hosts_and_lengths_are_refused
s/note_single(look, &look->has_length);/look->has_length = true;/
