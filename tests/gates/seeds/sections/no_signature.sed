# SPDX-License-Identifier: Apache-2.0
# Seed: no signature.
# expect: no signature 0x53053053 before the failure path
/0x53053053/d; s/\.byte   0x0f, 0xb9, 0x3d/nop/
