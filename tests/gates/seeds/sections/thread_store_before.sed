# SPDX-License-Identifier: Apache-2.0
# Seed: a store to thread-local memory before the committing one.
# expect: a store before the last instruction: mov
s/^        imulq .*/&\n        movq    %rsi, %fs:16(%rdx)/
