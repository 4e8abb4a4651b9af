# SPDX-License-Identifier: Apache-2.0
# Seed: what libmicrohttpd leaves out of a request goes unnoticed.
# file: src/server/soundness.c
# test: test_server_requests
# seconds: 30
# expect: [  FAILED  ] wrong_lines_are_refused
s/(look->end != NULL && name != look->end)/false/
s/(!is_in_place || is_whole_in_place(exchange, method, look.end))/true/
