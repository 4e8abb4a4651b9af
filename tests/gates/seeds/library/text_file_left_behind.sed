# SPDX-License-Identifier: Apache-2.0
# Seed: a writing that fails leaves its temporary file.
# file: src/expose/whole_file.c
# test: test_text_file_faults
# expect: [  FAILED  ] step_that_fails_leaves_the_old_file
s/        (void)unlinkat(file->folder, file->temporary, 0);/        ;/
