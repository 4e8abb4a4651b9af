# SPDX-License-Identifier: Apache-2.0
# Seed: two stores, of which the first may be left alone.
# expect: a store before the last instruction: add
s/^        imulq .*/&\n        addq    $1, 8(%rcx)/
