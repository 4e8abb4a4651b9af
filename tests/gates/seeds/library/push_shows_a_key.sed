# SPDX-License-Identifier: Apache-2.0
# Seed: a key that is given where its path is expected is in the message.
# file: src/push/config.c
# test: test_push_files
# expect: [  FAILED  ] text_of_a_file_is_no_path_and_is_not_shown
s/^    if (pml_path_is_text(path)) {$/    if (false) {/
