# SPDX-License-Identifier: Apache-2.0
# Seed: a file system that finds no room when the file is closed is not heard.
# file: src/expose/whole_file.c
# test: test_text_file_faults
# expect: [  FAILED  ] step_that_fails_leaves_the_old_file
s/if (closed != 0 \&\& errno != EINTR) {/if (false) {/
