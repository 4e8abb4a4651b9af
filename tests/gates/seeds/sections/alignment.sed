# SPDX-License-Identifier: Apache-2.0
# Seed: a descriptor that is not aligned.
# expect: __rseq_cs is not aligned to 32 bytes
s/\.balign 32/.balign 8/
