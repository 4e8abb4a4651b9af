# SPDX-License-Identifier: Apache-2.0
# Seed: requests that want the same get a document each.
# file: src/http/batch.c
# test: test_batch
# expect: [  FAILED  ] test_fault_F16_equal_jobs_share_one_response
s/if (is_open_and_wants(job, request) &&/if (is_open_and_wants(job, request) \&\& false \&\&/
