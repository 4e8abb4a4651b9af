# SPDX-License-Identifier: Apache-2.0
# Seed: who asks for what is made at once passes those who wait.
# file: src/server/worker.c
# test: test_server_at_once
# seconds: 60
# expect: [  FAILED  ] who_waits_is_not_passed
s/bool result = worker->waiting == NULL && worker->taken == NULL;/bool result = true;/
