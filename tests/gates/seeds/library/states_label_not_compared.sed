# SPDX-License-Identifier: Apache-2.0
# Seed: the label of a state set's states may become another one when it is escaped.
# file: src/registry/const_labels.c
# test: test_state_set
# expect: [  FAILED  ] state_set_and_its_labels_differ_however_they_are_escaped
s/return pml_check_label_names(options->name, names, count + 1,/return pml_check_label_names(options->name, names + count, 1,/
