# SPDX-License-Identifier: Apache-2.0
# Seed: a text file has its name before it is whole.
# file: src/expose/whole_file.c
# test: test_text_file
# expect: [  FAILED  ] file_beyond_its_limit_leaves_the_old_one
s/^    pml_whole_file \*file = ctx;/&\n    (void)renameat(file->folder, file->temporary, file->folder, file->name);/
