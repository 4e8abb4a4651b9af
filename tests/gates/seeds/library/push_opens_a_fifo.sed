# SPDX-License-Identifier: Apache-2.0
# Seed: a FIFO passes for a file of certificates.
# file: src/push/config.c
# test: test_push_files
# expect: [  FAILED  ] fifo_and_folder_are_refused
s/^    if (!S_ISREG(found.st_mode)) {$/    if (false) {/
