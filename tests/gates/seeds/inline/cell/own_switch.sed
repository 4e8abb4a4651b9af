# SPDX-License-Identifier: Apache-2.0
# Seed: inlined calls that ask a switch of their own.
# expect: while off, inlined
s/^extern PROMLET_API struct promlet_switch promlet_cell1_switch;/__attribute__((unused)) static struct promlet_switch promlet_cell1_switch;/
