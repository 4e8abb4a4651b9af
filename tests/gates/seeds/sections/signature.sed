# SPDX-License-Identifier: Apache-2.0
# Seed: another signature.
# expect: no signature 0x53053053 before the failure path
s/0x53053053/0x53053054/
