# SPDX-License-Identifier: Apache-2.0
# Seed: a body is made to its end though a stop was asked for.
# file: src/http/body.c
# test: test_body
# expect: [  FAILED  ] body_stops_when_it_is_told_to
/^bool pml_http_is_stopped/,/^}/s/return .*/return false;/
