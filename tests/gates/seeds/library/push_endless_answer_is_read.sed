# SPDX-License-Identifier: Apache-2.0
# Seed: an answer without an end is read.
# file: src/push/transfer.c
# test: test_push_faults
# expect: [ RUN      ] each_fault_of_an_answer_is_told
s/return self->body_bytes <= MAX_BODY_BYTES ? size : 0;/return size;/
