# SPDX-License-Identifier: Apache-2.0
# Seed: a section without an instruction.
# expect: are not those of instructions
s/end - start/0/
