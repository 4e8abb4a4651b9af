# SPDX-License-Identifier: Apache-2.0
# Seed: requests that want the same families in other forms get a snapshot each.
# file: src/http/batch.c
# test: test_batch
# expect: [  FAILED  ] each_form_is_a_response_of_its_own
s/if (is_open_and_wants(job, first->request)) {/if (job == first) {/
