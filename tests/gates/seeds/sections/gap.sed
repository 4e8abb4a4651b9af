# SPDX-License-Identifier: Apache-2.0
# Seed: an instruction between the store of rseq_cs and the section.
# expect: the instruction before the section does not store rseq_cs
s/^start:/        nop\n&/
