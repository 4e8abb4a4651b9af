# SPDX-License-Identifier: Apache-2.0
# Seed: the end of a secret need not be known.
# file: src/server/auth_secret.c
# test: test_server_auth_secret
# expect: [  FAILED  ] test_fault_F22_secret_of_any_size_differs_in_each_byte
s/i < sizeof a->words \/ sizeof a->words\[0\]/i < 1/
