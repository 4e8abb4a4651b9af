# SPDX-License-Identifier: Apache-2.0
# Seed: a locked addition, which no section needs.
# expect: an instruction that may not stand in a section: lock
s/addq    %rsi, (%rcx,%rax)/lock &/
