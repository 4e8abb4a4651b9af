# SPDX-License-Identifier: Apache-2.0
# Seed: the size of a label that takes two bytes is written in one.
# file: src/encode/protobuf_labels.c
# test: test_protobuf_document
# expect: [  FAILED  ] value_of_each_size_is_read_back
s/^#define SHORT_LENGTH 127/#define SHORT_LENGTH 200/
