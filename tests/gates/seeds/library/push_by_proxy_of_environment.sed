# SPDX-License-Identifier: Apache-2.0
# Seed: a push goes through whatever proxy the environment names.
# file: src/push/transfer.c
# test: test_push
# expect: [  FAILED  ] environment_is_not_asked_for_proxies
s/options->proxy != NULL ? options->proxy : ""/options->proxy/
