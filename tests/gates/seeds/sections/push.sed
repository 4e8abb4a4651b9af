# SPDX-License-Identifier: Apache-2.0
# Seed: the stack is used.
# expect: an instruction that may not stand in a section: push
s/^        imulq .*/&\n        push    %rsi/
