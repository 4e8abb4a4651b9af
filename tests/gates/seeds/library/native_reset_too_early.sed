# SPDX-License-Identifier: Apache-2.0
# Seed: native buckets are reset before it is sure that the snapshot is given out.
# file: src/snapshot/snapshot.c
# test: test_native_memory
# expect: [  FAILED  ] resets_wait_for_a_snapshot_that_is_whole
/^static bool read_list/,/^}/s/^    if (is_read) {/    {/
