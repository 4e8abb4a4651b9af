# SPDX-License-Identifier: Apache-2.0
# Seed: a register that is kept on the stack.
# expect: a store before the last instruction: mov
s/^        imulq .*/&\n        movq    %rsi, -8(%rsp)/
