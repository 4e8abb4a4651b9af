# SPDX-License-Identifier: Apache-2.0
# Seed: a function that programs call under another name.
# expect: undeclared
s/promlet_cell1_refuse(/promlet_cell2_refuse(/
