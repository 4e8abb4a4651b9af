# SPDX-License-Identifier: Apache-2.0
# Seed: a URL that is refused is given back with the password in it.
# file: src/push/url.c
# test: test_push_memory
# expect: [  FAILED  ] url_that_is_refused_leaves_no_secret
s/^    explicit_bzero(whole, strlen(whole));.*$//
