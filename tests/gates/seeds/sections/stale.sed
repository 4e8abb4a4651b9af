# SPDX-License-Identifier: Apache-2.0
# Seed: rseq_cs is not taken back.
# expect: the instruction after the section does not clear rseq_cs
/^end:/{n;d}
