# SPDX-License-Identifier: Apache-2.0
# Seed: the CPU is read before the section.
# expect: the number of the CPU is not read inside the section
/^start:/d; s/^        cmpl .*/start:\n&/
