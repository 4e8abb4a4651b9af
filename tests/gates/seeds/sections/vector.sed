# SPDX-License-Identifier: Apache-2.0
# Seed: a store by an instruction that nobody thought of.
# expect: an instruction that may not stand in a section: vmovups
s/^        imulq .*/&\n        vmovups %xmm15, (%rcx)/
