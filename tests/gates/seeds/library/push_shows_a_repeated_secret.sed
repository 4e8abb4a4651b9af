# SPDX-License-Identifier: Apache-2.0
# Seed: a password that the gateway repeats is in the message.
# file: src/push/push.c
# test: test_push
# expect: [  FAILED  ] secrets_that_the_gateway_repeats_are_hidden
s/^    pml_push_hide_secrets(config, answer->text);$//
