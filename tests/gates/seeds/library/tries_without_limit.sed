# SPDX-License-Identifier: Apache-2.0
# Seed: secrets may be guessed at any rate.
# file: src/server/auth_tries.c
# test: test_server_auth_tries
# expect: [  FAILED  ] ten_wrong_tries_are_free_and_then_one_a_second
/^static void use(/,/^}/s/from + most->each_ms/from/
