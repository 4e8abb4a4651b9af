# SPDX-License-Identifier: Apache-2.0
# Seed: the committing store goes to thread-local memory.
# expect: the last instruction stores to the thread's own memory
s/addq    %rsi, (%rcx,%rax)/addq    %rsi, %fs:(%rcx,%rax)/
