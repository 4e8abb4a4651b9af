# SPDX-License-Identifier: Apache-2.0
# Seed: a push gives back memory with the password in it.
# file: src/push/config.c
# test: test_push_memory
# expect: [  FAILED  ] push_leaves_no_secret
s/^        explicit_bzero(string, strlen(string));$//
