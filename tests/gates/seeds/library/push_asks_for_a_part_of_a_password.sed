# SPDX-License-Identifier: Apache-2.0
# Seed: a proxy's password with a slash is taken for a host and a path.
# file: src/push/url.c
# test: test_push_config
# expect: [  FAILED  ] proxy_that_is_none_is_refused
s/^    if (code == CURLUE_OK \&\& has_at_behind_host(proxy)) {$/    if (false) {/
