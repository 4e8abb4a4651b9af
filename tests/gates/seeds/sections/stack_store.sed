# SPDX-License-Identifier: Apache-2.0
# Seed: the committing store goes to the stack.
# expect: the last instruction stores to the stack
s/addq    %rsi, (%rcx,%rax)/addq    %rsi, 16(%rsp)/
