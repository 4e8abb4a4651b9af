# SPDX-License-Identifier: Apache-2.0
# Seed: an exchange, which stores as well.
# expect: an instruction that may not stand in a section: xchg
s/^        imulq .*/&\n        xchgq   %rsi, 8(%rcx)/
