# SPDX-License-Identifier: Apache-2.0
# Seed: the descriptor that looking takes is counted.
# file: src/collect/process_guide.c
# test: test_process_usage
# expect: [  FAILED  ] open_descriptors_are_counted
s/= (uint64_t)folder.st_size;/= (uint64_t)folder.st_size + 1;/
