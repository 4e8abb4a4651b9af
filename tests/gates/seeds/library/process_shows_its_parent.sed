# SPDX-License-Identifier: Apache-2.0
# Seed: a forked child shows its parent.
# file: src/collect/process_file.c
# test: test_process_descriptors
# expect: [  FAILED  ] forked_child_shows_its_own_values
s/now == GONE || !pml_is_this_process(&file->opener)/now == GONE/
