# SPDX-License-Identifier: Apache-2.0
# Seed: a call inside.
# expect: an instruction that may not stand in a section: call
s/^        imulq .*/&\n        call    failed/
