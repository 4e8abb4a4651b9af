# SPDX-License-Identifier: Apache-2.0
# Seed: an indirect jump.
# expect: a jump to where nobody knows: jmp
s/^        imulq .*/&\n        jmp     *%r8/
