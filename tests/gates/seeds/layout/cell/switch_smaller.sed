# SPDX-License-Identifier: Apache-2.0
# Seed: a switch that shares its cache line.
# expect: the layout has changed
s/uint32_t unused\[15\];/uint32_t unused[7];/
