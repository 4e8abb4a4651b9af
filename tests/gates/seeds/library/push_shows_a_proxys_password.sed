# SPDX-License-Identifier: Apache-2.0
# Seed: a proxy that libcurl can't use is shown with its password.
# file: src/push/secrets.c
# test: test_push
# expect: [  FAILED  ] password_of_the_proxy_is_hidden
s/^    hide_user(text, config->options.proxy);$/    (void)hide_user;/
