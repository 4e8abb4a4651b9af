# SPDX-License-Identifier: Apache-2.0
# Seed: the mode of a text file is left as it is, so node_exporter can't read it.
# file: src/expose/whole_file.c
# test: test_text_file
# expect: [  FAILED  ] test_defect_25_mode_is_what_is_asked_for_whatever_the_umask
s/if (fchmod(file->fd, (mode_t)options->mode) != 0) {/if (false) {/
