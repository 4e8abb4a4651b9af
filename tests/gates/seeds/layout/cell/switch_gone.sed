# SPDX-License-Identifier: Apache-2.0
# Seed: the switch under another name.
# expect: undeclared
s/promlet_cell1_switch;/promlet_cell2_switch;/
