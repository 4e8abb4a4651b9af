# SPDX-License-Identifier: Apache-2.0
# Seed: the URL of a gateway has a password with a slash, which is taken for its path.
# file: src/push/url.c
# test: test_push_config
# expect: [  FAILED  ] wrong_url_is_refused
s/^    if (has_at_behind_host(url)) {$/    if (false) {/
