# SPDX-License-Identifier: Apache-2.0
# Seed: bytes of a gateway's answer reach the log as they are.
# file: src/push/push.c
# test: test_push
# expect: [  FAILED  ] refusal_has_the_words_of_the_gateway
s/} else if (byte < ' ' || byte > '~') {/} else if (false) {/
