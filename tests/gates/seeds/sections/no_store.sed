# SPDX-License-Identifier: Apache-2.0
# Seed: no store at all.
# expect: the last instruction is not a store: add
s/addq    %rsi, (%rcx,%rax)/addq    (%rcx,%rax), %rsi/
