# SPDX-License-Identifier: Apache-2.0
# Seed: one more load while recording is off.
# expect: summary_off_inlined                      11.0     10.0
s/^    uint32_t flags = __atomic_load_n(&promlet_cell1_switch.*/    (void)*(const volatile uint32_t *)\&promlet_cell1_switch.flags;\n&/
