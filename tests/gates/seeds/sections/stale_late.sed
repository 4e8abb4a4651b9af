# SPDX-License-Identifier: Apache-2.0
# Seed: rseq_cs is taken back one instruction too late.
# expect: the instruction after the section does not clear rseq_cs
s/^end:/&\n        movl    $1, %eax/
