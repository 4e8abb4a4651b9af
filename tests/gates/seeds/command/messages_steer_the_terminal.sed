# SPDX-License-Identifier: Apache-2.0
# Seed: what a server says is a part of messages as it came.
# file: src/tool/arguments.c
# test: run_commands test_documents_steer_no_terminal
# expect: AssertionError
s/^    pml_make_plain(sentence.bytes, sentence.size);$//
