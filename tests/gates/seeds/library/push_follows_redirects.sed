# SPDX-License-Identifier: Apache-2.0
# Seed: metrics and credentials go wherever a gateway points to.
# file: src/push/transfer.c
# test: test_push
# expect: [  FAILED  ] redirect_is_not_followed
s/CURLOPT_FOLLOWLOCATION, 0L/CURLOPT_FOLLOWLOCATION, 1L/
