# SPDX-License-Identifier: Apache-2.0
# Seed: a job that fails says that it has never succeeded.
# file: src/push/job.c
# test: test_push
# expect: [  FAILED  ] job_that_failed_leaves_the_last_success
s/(!has_succeeded || set(config, &success, now()))/set(config, \&success, has_succeeded ? now() : 0)/
